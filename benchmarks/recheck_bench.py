"""What one recheck decision costs, and how the shipped_prior tables are fitted.

`python benchmarks/recheck_bench.py` prints the CPU time of a decision over stories of many ages, its ratio to the 100
microseconds allowed, and how many decisions of News Sniffer's ladder one costs.
`python benchmarks/recheck_bench.py --fit FILE…` fits newscrawl/recheck/prior.json anew on files of histories.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import newscrawl.recheck
from newscrawl.items import CheckHistory, PageKind
from newscrawl.recheck import Policy, policy
from newscrawl.recheck.fit import fit_prior
from newscrawl.recheck.histories import parse

ALLOWED_SECONDS = 100e-6
STORIES = 5000
NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
TABLES = Path(newscrawl.recheck.__file__).with_name("prior.json")


def tracks(count: int) -> list[CheckHistory]:
    """Return stories of many ages and tempers, a fifth of them signalled."""
    dice = random.Random(7)
    made = []
    for _ in range(count):
        age = timedelta(hours=dice.uniform(0.05, 8.0) ** 4)
        first = NOW - age
        changed = first + age * dice.random() if dice.random() < 0.5 else None
        check_history = CheckHistory(
            source="bench",
            first_seen_at=first,
            published_at=first - timedelta(minutes=dice.uniform(1, 60)),
            last_checked_at=NOW,
            last_changed_at=changed,
            changes=dice.randint(1, 12) if changed else 0,
            checks=dice.randint(1, 60),
            unchanged_streak=dice.randint(0, 9),
            interval=age / 4,
            listed_at=NOW if dice.random() < 0.5 else None,
            expected_edits=dice.uniform(0, 3),
            kind=PageKind.LIVE if dice.random() < 0.05 else PageKind.ARTICLE,
        )
        made.append(replace(check_history, signal_at=NOW) if dice.random() < 0.2 else check_history)
    return made


def seconds_each(of: Policy, stories: Sequence[CheckHistory]) -> float:
    """Return the CPU seconds of one decision: the best of five rounds."""
    rounds = []
    for _ in range(5):
        start = time.process_time()
        for check_history in stories:
            of.next_check(check_history, NOW)
        rounds.append(time.process_time() - start)
    return min(rounds) / len(stories)


def measure() -> dict[str, float]:
    stories = tracks(STORIES)
    hazard, sniffer = seconds_each(policy("hazard"), stories), seconds_each(policy("sniffer"), stories)
    return {
        "decision_microseconds": round(hazard * 1e6, 1),
        "of_the_allowed": round(hazard / ALLOWED_SECONDS, 3),
        "times_a_sniffer_decision": round(hazard / sniffer, 1),
    }


def write_tables(paths: Sequence[Path]) -> None:
    texts = (gzip.decompress(path.read_bytes()).decode() for path in paths)
    tables = fit_prior([history for text in texts for history in parse(text.splitlines())])
    lines = ",\n".join(
        f" {json.dumps(name)}: "
        + ("[\n  " + ",\n  ".join(map(json.dumps, value)) + "\n ]" if name == "hazards" else json.dumps(value))
        for name, value in tables.items()
    )
    TABLES.write_text("{\n" + lines + "\n}\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--fit", nargs="+", type=Path, metavar="FILE.gz", help="fit the shipped_prior tables on these histories"
    )
    options = parser.parse_args()
    if options.fit:
        write_tables(options.fit)
    else:
        print(json.dumps({"recheck": measure()}, indent=2))


if __name__ == "__main__":
    main()
