"""Measure the CPU time of one recheck decision, or fit the shipped prior.

`python benchmarks/recheck_bench.py` prints the CPU time of one decision of the hazard policy, its ratio to the 100
microseconds that are allowed, and its ratio to one decision of the sniffer policy; and the CPU time of a whole
check with its learning, and its ratio to a tenth of a 304.
`python benchmarks/recheck_bench.py --fit FILE…` fits newscrawl/recheck/prior.json on files of histories.
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
from newscrawl.frontier import SourcePolicy
from newscrawl.items import CheckHistory, Outcome, PageKind
from newscrawl.recheck import Policy
from newscrawl.recheck import policy as policy_of
from newscrawl.recheck.fit import fit_prior
from newscrawl.recheck.hazard import Hazard
from newscrawl.recheck.histories import parse
from newscrawl.recheck.prior import shipped_prior

ALLOWED_SECONDS = 100e-6
TENTH_OF_A_304_SECONDS = 200e-6
ARTICLES = 5000
NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
TABLES = Path(newscrawl.recheck.__file__).with_name("prior.json")


def check_histories(count: int) -> list[CheckHistory]:
    """Return histories of articles of many ages and rates of change, a fifth of them with a signal."""
    rng = random.Random(7)
    histories = []
    for _ in range(count):
        age = timedelta(hours=rng.uniform(0.05, 8.0) ** 4)
        first = NOW - age
        changed = first + age * rng.random() if rng.random() < 0.5 else None
        check_history = CheckHistory(
            source="bench",
            first_seen_at=first,
            published_at=first - timedelta(minutes=rng.uniform(1, 60)),
            last_checked_at=NOW,
            last_changed_at=changed,
            changes=rng.randint(1, 12) if changed else 0,
            checks=rng.randint(1, 60),
            unchanged_streak=rng.randint(0, 9),
            interval=age / 4,
            listed_at=NOW if rng.random() < 0.5 else None,
            expected_edits=rng.uniform(0, 3),
            kind=PageKind.LIVE if rng.random() < 0.05 else PageKind.ARTICLE,
        )
        histories.append(replace(check_history, signal_at=NOW) if rng.random() < 0.2 else check_history)
    return histories


def seconds_per_decision(policy: Policy, histories: Sequence[CheckHistory]) -> float:
    """Return the CPU seconds of one decision, the best of five rounds."""
    rounds = []
    for _ in range(5):
        start = time.process_time()
        for check_history in histories:
            policy.next_check(check_history, NOW)
        rounds.append(time.process_time() - start)
    return min(rounds) / len(histories)


def seconds_per_check(policy: Hazard, histories: Sequence[CheckHistory]) -> float:
    """Return the CPU seconds of one check in the policy: learn it, so that it can be forgotten, and plan the next."""
    recheck, at = SourcePolicy("bench", policy), NOW + timedelta(minutes=30)
    start = time.process_time()
    for number, check_history in enumerate(histories):
        outcome = Outcome.CHANGED if number % 20 == 0 else Outcome.NOT_MODIFIED
        with recheck.learning(check_history, outcome, at):
            policy.expected(check_history, at)
            policy.next_check(check_history, at)
    return (time.process_time() - start) / len(histories)


def measure() -> dict[str, float]:
    histories = check_histories(ARTICLES)
    hazard = seconds_per_decision(policy_of("hazard"), histories)
    check = seconds_per_check(Hazard(prior=shipped_prior()), histories)
    sniffer = seconds_per_decision(policy_of("sniffer"), histories)
    return {
        "decision_microseconds": round(hazard * 1e6, 1),
        "check_microseconds": round(check * 1e6, 1),
        "check_of_a_tenth_of_a_304": round(check / TENTH_OF_A_304_SECONDS, 3),
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
        "--fit", nargs="+", type=Path, metavar="FILE.gz", help="fit the shipped prior on these histories"
    )
    options = parser.parse_args()
    if options.fit:
        write_tables(options.fit)
    else:
        print(json.dumps({"recheck": measure()}, indent=2))


if __name__ == "__main__":
    main()
