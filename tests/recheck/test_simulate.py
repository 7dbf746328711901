"""The counts of the simulator, on histories small enough to follow by hand."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from newscrawl.cli.policy_comparison import simulate_files
from newscrawl.errors import ConfigError
from newscrawl.items import CheckHistory, NextCheck
from newscrawl.recheck import policy
from newscrawl.recheck.hazard import Hazard
from newscrawl.recheck.histories import History
from newscrawl.recheck.peer_policies import Fixed
from newscrawl.recheck.prior import shipped_prior
from newscrawl.recheck.simulate import Score, replay

MINUTE, HOUR = 60.0, 3600.0
START = 1772434800.0
HISTORY = History(
    article="a", source="s", published=START - 10 * MINUTE, discovered=START, observed_until=START + 5 * HOUR + 1
)


def hourly(*histories: History) -> Score:
    return replay(histories, lambda _: Fixed(every=timedelta(hours=1)), name="hourly")


def test_the_first_check_is_not_counted() -> None:
    assert hourly(HISTORY).checks == 5


def test_a_wording_replaced_before_the_next_check_is_missed() -> None:
    score = hourly(replace(HISTORY, versions=(START + 10 * MINUTE, START + 20 * MINUTE, START + 90 * MINUTE)))
    assert (score.versions, score.caught) == (3, 2)


def test_a_delay_lasts_from_a_wording_to_the_check_that_found_it() -> None:
    score = hourly(replace(HISTORY, versions=(START + 20 * MINUTE, START + 110 * MINUTE)))
    assert score.median_delay == 25.0
    assert score.p90_delay == 40.0


def test_a_wording_at_the_time_of_a_check_is_found_by_it() -> None:
    score = hourly(replace(HISTORY, versions=(START + HOUR,)))
    assert (score.caught, score.median_delay) == (1, 0.0)


def test_a_wording_after_the_last_check_is_missed() -> None:
    assert hourly(replace(HISTORY, versions=(START + 5 * HOUR + 0.5,))).caught == 0


def test_a_peer_policy_ignores_signals() -> None:
    with_signal = replace(HISTORY, signals=(START + 5 * MINUTE,))
    assert hourly(with_signal) == hourly(HISTORY)


def test_a_signal_leads_to_the_wording_that_it_announces() -> None:
    history = replace(
        HISTORY,
        observed_until=START + 40 * HOUR,
        versions=(START + 20 * HOUR, START + 20 * HOUR + 30 * MINUTE),
        signals=(START + 20 * HOUR + 5 * MINUTE,),
    )

    def price_rule(_: str) -> Hazard:
        return Hazard(prior=shipped_prior(), price=0.1)

    with_signals, without = replay([history], price_rule), replay([history], price_rule, signals=False)
    assert with_signals.caught == 2
    assert without.caught < 2


def test_the_simulator_runs_the_policy_that_crawls_use() -> None:
    calls: list[tuple[CheckHistory, datetime]] = []

    class Recording(Hazard):
        def next_check(self, check_history: CheckHistory, now: datetime) -> NextCheck:
            calls.append((check_history, now))
            return super().next_check(check_history, now)

    score = replay([HISTORY], lambda _: Recording(prior=shipped_prior()))
    assert len(calls) == score.checks + 1
    assert policy("hazard").next_check(*calls[0]) == Hazard(prior=shipped_prior()).next_check(*calls[0])


def write_file(folder: Path, histories: list[History], name: str = "mine.jsonl.gz") -> Path:
    lines = [
        json.dumps(
            {
                "article": h.article,
                "source": h.source,
                "published": h.published,
                "discovered": h.discovered,
                "observed_until": h.observed_until,
                "versions": h.versions,
            }
        )
        for h in histories
    ]
    path = folder / name
    path.write_bytes(gzip.compress("\n".join(lines).encode()) if name.endswith(".gz") else "\n".join(lines).encode())
    return path


def edited_articles(count: int) -> list[History]:
    """Return articles that are edited at growing intervals, each a little later than the one before."""
    histories = []
    for i in range(count):
        start = START + i * 17 * MINUTE
        versions = tuple(start + (7 + i % 23) * MINUTE * 3**n for n in range(i % 5))
        histories.append(History(str(i), "s", start - 9 * MINUTE, start, start + 15 * 24 * HOUR, versions))
    return histories


def test_matching_prices_reproduce_a_peer_and_beat_it(tmp_path: Path) -> None:
    path = write_file(tmp_path, edited_articles(40))
    sniffer, same_catch, same_fetches = simulate_files(
        [path], ["sniffer", "hazard:match=sniffer-catch", "hazard:match=sniffer-fetches"]
    )
    assert abs(same_catch["share_caught"] - sniffer["share_caught"]) < 0.02
    assert same_catch["checks_per_article"] < sniffer["checks_per_article"]
    assert abs(same_fetches["checks_per_article"] / sniffer["checks_per_article"] - 1) < 0.03
    assert same_fetches["share_caught"] > sniffer["share_caught"]


def test_plain_and_gzipped_files_give_the_same_scores(tmp_path: Path) -> None:
    packed, plain = write_file(tmp_path, edited_articles(5)), write_file(tmp_path, edited_articles(5), "mine.jsonl")
    first, second = simulate_files([packed, plain], ["sniffer"])
    assert {**first, "histories": ""} == {**second, "histories": ""}


@pytest.mark.parametrize(
    ("content", "message"), [(b"", "no history"), (b"\xff\xfe", "cannot be read"), (b"{}", "line 1")]
)
def test_the_error_for_a_file_without_histories_names_what_is_wrong(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=message):
        simulate_files([path], ["sniffer"])


@pytest.mark.parametrize("target", ["sniffer", "hazard-catch", "sniffer-delay"])
def test_a_match_with_an_unknown_policy_or_measure_is_refused(tmp_path: Path, target: str) -> None:
    with pytest.raises(ConfigError, match="match="):
        simulate_files([write_file(tmp_path, edited_articles(3))], [f"hazard:match={target}"])
