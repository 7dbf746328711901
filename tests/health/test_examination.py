"""What no run can find is found by who examines: opened once, and resolved when it is over."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from newscrawl.config import Config
from newscrawl.health.baselines import Baselines, with_success
from newscrawl.health.examination import Examiner, examine
from newscrawl.health.kinds import first_command
from newscrawl.health.machine import machine_findings
from newscrawl.items import AlarmKind, AlarmState, Finding, SourceState
from newscrawl.store import Store
from tests.health.test_silence import successes

HOUR = timedelta(hours=1)
HERE = socket.gethostname()


async def kinds(store: Store) -> list[tuple[str, str]]:
    return sorted((alarm.source, alarm.kind) for alarm in await store.alarms())


async def save(store: Store, source: str, succeeded_at: datetime) -> None:
    usual = successes(*[HOUR] * 4, end=succeeded_at)
    await store.save_source_state(SourceState(source=source, baselines=usual.as_state()), only=("baselines",))


async def test_silent_source_is_told_once_and_resolved_by_a_success(store: Store, config: Config) -> None:
    now = datetime.now(UTC)
    await save(store, "courier", now - 3 * HOUR)
    await save(store, "gazette", now)
    examiner = Examiner(["courier", "gazette", "never-crawled"])
    (alarm,) = await examine(store, config, examiner, now)
    assert (alarm.source, alarm.kind) == ("courier", AlarmKind.NO_SUCCESS)
    for minute in range(1, 10):
        await examine(store, config, examiner, now + timedelta(minutes=minute))
    assert [each.count for each in await store.alarms()] == [1]  # not written each minute
    await save(store, "courier", now + 3 * HOUR)
    await save(store, "gazette", now + 3 * HOUR)
    assert await examine(store, config, examiner, now + 3 * HOUR) == []
    assert [past.state for past in await store.past_alarms()] == [AlarmState.RESOLVED]


async def test_paused_source_has_no_alarm(store: Store, config: Config) -> None:
    now = datetime.now(UTC)
    await save(store, "courier", now - 30 * HOUR)
    await store.save_source_state(SourceState(source="courier", is_paused=True), only=("is_paused",))
    assert await examine(store, config, Examiner(["courier"]), now) == []


async def test_host_that_rests_for_long_has_an_alarm_until_it_is_requested_again(store: Store, config: Config) -> None:
    now = await store.now()
    await store.pause_host("slow.example", timedelta(hours=2))
    await store.pause_host("brief.example", timedelta(minutes=20))
    await examine(store, config, Examiner([]), now)
    assert await kinds(store) == [("newscrawl", "host_resting:slow.example")]
    (alarm,) = await store.alarms()
    assert first_command(alarm) == "newscrawl try https://slow.example/"
    await examine(store, config, Examiner([]), now + timedelta(minutes=90))  # still at rest
    assert len(await kinds(store)) == 1
    await examine(store, config, Examiner([]), now + timedelta(minutes=130))
    assert await kinds(store) == []


async def test_host_that_rests_is_tried_by_a_page_of_it_that_failed(store: Store, config: Config) -> None:
    url = "http://slow.example:8080/news/1"
    examples = ["https://elsewhere.example/2", url]
    await store.open_alarm("courier", Finding("walled", "http_500", {"examples": examples}), at=await store.now())
    await store.pause_host("slow.example", timedelta(hours=2))
    await examine(store, config, Examiner([]), await store.now())
    (alarm,) = await store.alarms("newscrawl")
    assert first_command(alarm) == f"newscrawl try {url}"


async def test_full_disk_of_this_machine_is_resolved_here_and_by_others_once_it_is_gone(
    store: Store, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    other = Finding("disk:elsewhere", "12 MiB are free in /var/lib/newscrawl", {})
    await store.open_alarm("newscrawl", other, at=now)
    usage = shutil.disk_usage(Path("/"))
    with monkeypatch.context() as full:
        full.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=5 * 2**20, total=usage.total))
        (alarm,) = await examine(store, config, Examiner([]), now)
    assert (alarm.kind, alarm.message) == (f"disk:{HERE}", f"5 MiB are free in {config.home}")
    assert await kinds(store) == sorted([("newscrawl", f"disk:{HERE}"), ("newscrawl", "disk:elsewhere")])
    await examine(store, config, Examiner([]), now + timedelta(minutes=1))
    assert await kinds(store) == [("newscrawl", "disk:elsewhere")]
    await examine(store, config, Examiner([]), now + timedelta(days=2))
    assert await kinds(store) == []


@pytest.mark.parametrize(("ahead", "words"), [(90, "1 min ahead of"), (-7200, "2 h behind")])
def test_clock_that_differs_from_the_stores_is_found(ahead: int, words: str, tmp_path: Path) -> None:
    (finding,) = machine_findings("m1", [tmp_path], timedelta(seconds=ahead), [])
    assert finding.sentence == f"clock: its clock is {words} that of the database".replace("1 min", "2 min")
    assert list(machine_findings("m1", [tmp_path], timedelta(seconds=ahead / 9000), [])) == []


async def test_processes_that_die_again_and_again_are_found(store: Store, config: Config) -> None:
    now = datetime.now(UTC)
    deaths = [(now - timedelta(minutes=n), "SIGKILL") for n in (50, 20, 1)]

    def found(deaths: Sequence[tuple[datetime, str]]) -> Examiner:
        return replace(Examiner([]), deaths=deaths)

    assert await examine(store, config, found(deaths[1:]), now) == []
    (alarm,) = await examine(store, config, found(deaths), now)
    assert alarm.sentence == "worker_restarts: 3 worker processes ended within an hour, the last one by SIGKILL"
    await examine(store, config, Examiner([]), now + HOUR / 2)  # another supervisor here, or one started anew
    assert len(await kinds(store)) == 1
    await examine(store, config, found(deaths[2:]), now + HOUR)
    assert await kinds(store) == []


def test_success_is_kept_by_baselines_as_they_are_stored() -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    usual = successes(*[HOUR] * 4, end=now)
    assert Baselines.of(usual.as_state()) == usual
    assert with_success(usual, now - HOUR).gap_seconds >= 0  # a clock that was set back
