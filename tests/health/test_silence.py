"""A source that nobody crawls any more, or whose articles wait, has an alarm; one that is quiet as usual has none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.health.baselines import Baselines, with_success
from newscrawl.health.silence import OpenTime, Silence
from newscrawl.items import AlarmKind, SourceState
from newscrawl.store.claims import Backlog

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)


def successes(*gaps: timedelta, end: datetime) -> Baselines:
    """The baselines after runs that read something, the last of them at `end`."""
    usual, at = Baselines(), end - sum(gaps, timedelta())
    usual = with_success(usual, at)
    for gap in gaps:
        at += gap
        usual = with_success(usual, at)
    return usual


def silence(
    usual: Baselines,
    *,
    backlog: Backlog | None = None,
    since: datetime | None = None,
    totals: Mapping[str, object] | None = None,
    open_time: OpenTime = lambda begin, end: end - begin,
) -> Silence:
    state = SourceState(
        source="courier", baselines=usual.as_state(), totals={"runs": {"0": 9}} if totals is None else totals
    )
    return Silence(state, backlog, QUARTER, NOW, since, open_time)


def kinds(found: Silence) -> tuple[list[str], set[str]]:
    findings, over = found.findings()
    return [finding.kind for finding in findings], {kind.value for kind in over}


@pytest.mark.parametrize(
    ("gap", "quiet_for", "is_alarm"),
    [
        (QUARTER, HOUR, False),
        (QUARTER, 2 * HOUR, False),  # the usual gap counts as an hour at least
        (QUARTER, 2 * HOUR + QUARTER, True),
        (6 * HOUR, 11 * HOUR, False),
        (6 * HOUR, 13 * HOUR, True),
        (DAY, 47 * HOUR, False),  # crawled by cron once a day
        (DAY, 49 * HOUR, True),
    ],
)
def test_two_usual_intervals_without_success_are_an_alarm(gap: timedelta, quiet_for: timedelta, is_alarm: bool) -> None:
    found = silence(successes(*[gap] * 8, end=NOW - quiet_for))
    assert (AlarmKind.NO_SUCCESS in kinds(found)[0], AlarmKind.NO_SUCCESS in kinds(found)[1]) == (
        is_alarm,
        not is_alarm,
    )


def test_message_says_how_long_and_what_is_usual() -> None:
    (finding,), _ = silence(successes(*[6 * HOUR] * 8, end=NOW - 13 * HOUR)).findings()
    assert finding.sentence == "no_success: nothing was read for 13 h, usually within 6 h"
    assert finding.evidence["succeeded_at"] == NOW - 13 * HOUR


def test_an_outage_does_not_become_the_usual_gap() -> None:
    after = with_success(successes(*[6 * HOUR] * 8, end=NOW - 30 * DAY), NOW)
    assert after.usual_gap is not None
    assert after.usual_gap <= 10 * HOUR


def test_who_has_just_begun_neither_opens_nor_resolves() -> None:
    usual = successes(*[HOUR] * 8, end=NOW - 9 * DAY)
    backlog = Backlog(due=40, since=NOW - 9 * DAY)
    assert kinds(silence(usual, backlog=backlog, since=NOW - HOUR)) == ([], set())
    later = silence(usual, backlog=backlog, since=NOW - 3 * HOUR)
    assert kinds(later) == ([AlarmKind.NO_SUCCESS, AlarmKind.DUE_LAG], set())


def test_source_that_never_succeeded_is_told_after_some_runs() -> None:
    assert kinds(silence(Baselines(), totals={"runs": {"1": 2}}))[0] == []
    assert kinds(silence(Baselines(), totals={"runs": {"1": 2, "0": 1}}))[0] == [AlarmKind.NO_SUCCESS]
    assert kinds(silence(Baselines(), totals={}))[0] == []


def test_articles_that_wait_for_more_than_an_hour_are_an_alarm() -> None:
    usual = successes(QUARTER, end=NOW)
    for waits, found in ((HOUR, []), (2 * HOUR, [AlarmKind.DUE_LAG])):
        assert kinds(silence(usual, backlog=Backlog(due=3, since=NOW - waits)))[0] == found
    (finding,), _ = silence(usual, backlog=Backlog(due=3, since=NOW - 2 * HOUR)).findings()
    assert finding.message == "3 articles due, the first for 2 h"


def test_hours_in_which_a_source_is_closed_do_not_count() -> None:
    def half(begin: datetime, end: datetime) -> timedelta:
        return (end - begin) / 2

    usual = successes(*[HOUR] * 8, end=NOW - 3 * HOUR)
    assert kinds(silence(usual))[0] == [AlarmKind.NO_SUCCESS]
    assert kinds(silence(usual, open_time=half))[0] == []
