"""The overview of sources: one line each, the worst first, with its cause and the command to begin with."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.config import PROJECT_ROOT
from newscrawl.health.kinds import CAUSES, first_command, runbook
from newscrawl.health.status import Condition, SourceFacts, overview, source_status
from newscrawl.items import Alarm, AlarmKind, AlarmState, Finding, RunRecord, SourceState
from newscrawl.store import Store
from newscrawl.store.claims import Backlog
from tests.store.samples import append, article, first_version

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SILENCE = 30 * MINUTE
STATE = SourceState(source="courier", last_good_check_at=NOW - MINUTE, pages_asked=20, pages_read=19)


def ran(ended: datetime = NOW - MINUTE, code: int | None = 0, reason: str = "finished", **more: object) -> RunRecord:
    values = {
        "run_id": "r",
        "source": "courier",
        "started_at": ended - MINUTE,
        "ended_at": ended,
        "heartbeat_at": ended,
    }
    return replace(RunRecord(**values, reason=reason, exit_code=code), **more)  # type: ignore[arg-type]


def alarm(kind: str = "walled", state: AlarmState = AlarmState.OPEN, **evidence: object) -> Alarm:
    return Alarm("a1", "courier", kind, state, "told", NOW, NOW, evidence=evidence)


ERROR = ("https://courier.example/1: http_500", 2)
ACKNOWLEDGED = alarm(state=AlarmState.ACKNOWLEDGED)
FACTS = SourceFacts(STATE, last_run=ran())


@pytest.mark.parametrize(
    ("facts", "condition", "cause", "command"),
    [
        (FACTS, "good", "", ""),
        (replace(FACTS, last_run=None), "never", "never crawled", "newscrawl crawl courier"),
        (replace(FACTS, alarms=(alarm(),)), "alarm", "walled: told", "newscrawl runs courier"),
        (
            replace(FACTS, alarms=(alarm("worker_died"), ACKNOWLEDGED), last_run=None),
            "alarm",
            "worker_died: told",
            "newscrawl crawl courier -v",
        ),
        (replace(FACTS, alarms=(ACKNOWLEDGED,)), "acknowledged", "walled: told", "newscrawl runs courier"),
        (
            replace(FACTS, alarms=(ACKNOWLEDGED,), last_run=ran(code=1)),
            "acknowledged",
            "walled: told",
            "newscrawl runs courier",
        ),
        (
            replace(FACTS, alarms=(ACKNOWLEDGED,), last_run=ran(code=70, reason="start_error")),
            "failed",
            "the last run ended with start_error (70)",
            "newscrawl runs courier",
        ),
        (
            replace(FACTS, last_run=ran(code=1, errors=(ERROR,))),
            "failed",
            f"the last run ended with finished (1): {ERROR[0]}",
            "newscrawl runs courier",
        ),
        (
            replace(FACTS, last_run=ran(code=None, reason="lost")),
            "failed",
            "the last run ended with lost",
            "newscrawl runs courier",
        ),
        (replace(FACTS, last_run=ran(code=7, reason="shutdown")), "good", "", ""),
        (
            replace(FACTS, backlog=Backlog(1200, NOW - 3 * HOUR)),
            "late",
            "1,200 articles due, the first for 3 h",
            "newscrawl crawl courier",
        ),
        (replace(FACTS, backlog=Backlog(12, NOW - HOUR)), "good", "", ""),
        (
            replace(FACTS, last_run=ran(NOW - 31 * MINUTE)),
            "late",
            "the last run was 31 min ago",
            "newscrawl crawl --due",
        ),
        (replace(FACTS, last_run=ran(NOW - 30 * MINUTE)), "good", "", ""),
        (
            replace(FACTS, state=replace(STATE, is_paused=True, paused_reason="moving house"), alarms=(alarm(),)),
            "paused",
            "moving house",
            "newscrawl unpause courier",
        ),
    ],
)
def test_a_source_is_told_by_its_worst_fault(facts: SourceFacts, condition: str, cause: str, command: str) -> None:
    status = source_status(facts, NOW, max_silence=SILENCE)
    assert (status.condition, status.cause, status.command) == (condition, cause, command)
    assert status.is_alarming == (condition == "alarm")
    assert (status.last_good_check_at, status.readable) == (NOW - MINUTE, 0.95)


def test_of_a_source_that_was_never_read_no_share_is_invented() -> None:
    status = source_status(SourceFacts(SourceState(source="courier")), NOW, max_silence=SILENCE)
    assert (status.readable, status.last_good_check_at, status.due) == (None, None, 0)


def test_every_kind_of_alarm_has_a_cause_and_a_command() -> None:
    assert set(CAUSES) == set(AlarmKind)
    for kind in AlarmKind:
        command = first_command(alarm(f"{kind}:author" if kind is AlarmKind.DRIFT else kind))
        assert shlex.split(command)[0] == "newscrawl"
        assert "{" not in command


def test_the_page_on_alarms_lists_every_kind_as_the_code_has_it() -> None:
    text = (PROJECT_ROOT / "docs" / "alarms.md").read_text("utf-8")
    rows = re.findall(r"^\| \[`([a-z_]+)(?::[A-Z]+)?`\]\((.*)\) \| (.*) \| `(.*)` \|$", text, re.M)
    assert rows == [
        (kind, runbook(kind).removeprefix("docs/"), cause, command.format(source="SOURCE", url="URL"))
        for kind, (cause, command) in CAUSES.items()
    ]
    assert list(CAUSES) == list(AlarmKind)


def test_an_address_from_a_page_cannot_break_out_of_the_command() -> None:
    url = "https://courier.example/1;rm -rf $(echo '~')"
    command = first_command(alarm(examples=[url]))
    assert shlex.split(command) == ["newscrawl", "try", url, "--source", "courier"]


async def told(store: Store, *names: str) -> Mapping[str, Condition]:
    return {s.source: s.condition for s in await overview(store, names, NOW, every_seconds=900)}


async def test_the_worst_come_first_and_sources_without_a_file_are_told_where_they_have_alarms(store: Store) -> None:
    for name, code in (("bulletin", 0), ("courier", 0), ("gazette", 1), ("herald", 0)):
        run = await store.start_run(RunRecord(run_id=name, source=name, started_at=NOW))
        await store.end_run(replace(run, ended_at=NOW, reason="finished", exit_code=code))
    await store.open_alarm("bulletin", Finding("quarantine", "told"), at=NOW)
    await store.open_alarm("courier", Finding("walled", "told"), at=NOW)
    await store.open_alarm("removed", Finding("failing", "told"), at=NOW)
    found = await told(store, "bulletin", "courier", "gazette", "herald", "new")
    assert list(found.items()) == [
        ("courier", "alarm"), ("removed", "alarm"), ("bulletin", "alarm"), ("gazette", "failed"), ("new", "never"),
        ("herald", "good"),
    ]  # fmt: skip


async def test_lag_is_that_of_the_article_that_has_been_due_for_longest(store: Store) -> None:
    for number, hours in enumerate((5, 2, -1)):
        version = first_version(article(source="courier", guid=str(number)))
        await append(store, version)
        await store.make_due(NOW - hours * HOUR, "asked for", ids=[version.article_id])
        await store.db.articles.update_many({}, [{"$set": {"claim_at": "$next_check_at"}}])
    assert await store.backlogs(NOW) == {"courier": Backlog(2, NOW - 5 * HOUR, 1_000_000.0)}
    (status,) = await overview(store, ["courier"], NOW, every_seconds=900)
    assert (status.due, status.lag) == (2, 5 * HOUR)


async def test_what_is_due_is_read_from_the_index_without_what_is_not(store: Store) -> None:
    articles = [
        {"_id": f"{source}-{n}", "guid": str(n), "source": source, "claim_at": NOW + (n - 1) * HOUR, "state": "watched"}
        for source in ("bulletin", "courier", "gazette")
        for n in range(200)
    ]
    await store.db.articles.insert_many(articles)
    expected = Backlog(2, NOW - HOUR)
    await store.db.command("profile", 2)
    assert await store.backlogs(NOW) == dict.fromkeys(("bulletin", "courier", "gazette"), expected)
    await store.db.command("profile", 0)
    query = await store.db["system.profile"].find_one({"command.aggregate": "articles"})
    await store.db.drop_collection("system.profile")
    assert query is not None
    assert query["docsExamined"] == 0
    assert query["keysExamined"] <= 2 * 6 + 1, "the due ones, and a seek from each source to the next"


async def test_the_newest_run_of_each_source_is_found_by_one_seek_in_the_index(store: Store) -> None:
    for number in range(30):
        for source in ("courier", "gazette"):
            started = NOW + number * MINUTE
            run = RunRecord(run_id=f"{source}-{number}", source=source, started_at=started)
            await store.end_run(await store.start_run(run))
    assert {source: run.run_id for source, run in (await store.last_runs()).items()} == {
        "courier": "courier-29",
        "gazette": "gazette-29",
    }
    await store.db.command("profile", 2)
    await store.last_runs()
    await store.db.command("profile", 0)
    asked = await store.db["system.profile"].find_one({"command.aggregate": "runs"})
    await store.db.drop_collection("system.profile")
    assert asked is not None
    assert asked["docsExamined"] <= 4, asked["planSummary"]
