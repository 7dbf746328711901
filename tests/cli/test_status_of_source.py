"""`newscrawl status SOURCE` and `newscrawl run`: all that the archive has about one source, and about one run."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.config import Config
from newscrawl.items import Check, Finding, Outcome, RunRecord, SourceState
from newscrawl.store import Store
from newscrawl.store.hosts import Demand, Owner
from tests.store.samples import append, article, doubtful_page, first_version

Run = Callable[..., subprocess.CompletedProcess[str]]
MINUTE = timedelta(minutes=1)
SOURCE = "washpo"  # a source with a spider file, which no test requests
HOST = "www.washingtonpost.com"
URL = "https://www.washingtonpost.com/world/2026/03/02/pier/"


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def stored(config: Config, action: Callable[[Store], Awaitable[None]]) -> None:
    async def run() -> None:
        store = await Store.open(config)
        try:
            await action(store)
        finally:
            await store.close()

    asyncio.run(run())


def ended(run_id: str, at: datetime, **fields: object) -> RunRecord:
    values = {"source": SOURCE, "host": "crawler", "pid": 17, "ended_at": at + MINUTE, "reason": "finished"}
    return RunRecord(run_id, started_at=at, **{**values, "exit_code": 0, **fields})  # type: ignore[arg-type]


async def broken(store: Store) -> None:
    """Store a walled source as its runs leave it: an alarm, a paused host, a doubtful page, missing fields."""
    at = now() - timedelta(hours=1)
    finding = Finding("walled", "12 pages requested, none could be read", {"asked": 12, "examples": [URL]})
    await store.open_alarm(SOURCE, finding, at=at)
    run = await store.start_run(ended("walled-run", at, ended_at=None, exit_code=None, reason=""))
    for number in range(3):
        url = f"{URL}?{number}"
        await store.check(Check(None, SOURCE, url, at, Outcome.BLOCKED, "http_403", status=403, run_id=run.run_id))
    errors = ((finding.sentence, 1), (f"{URL}?0: http_403", 3))
    record = ended("walled-run", at, exit_code=1, errors=errors, stats={"checked": 3, "blocked": 3}, token=run.token)
    await store.end_run(record)
    taken = await store.take_host(HOST, Owner("one", 4711, "crawler:1"), Demand(1200, 60, 10.0), None)
    assert taken[1]
    await store.pause_host(HOST, timedelta(hours=2))
    page = doubtful_page(article("pier", "B", source=SOURCE))
    await store.quarantine(page, "shrunk: to a fifth")
    baselines = {
        "runs": 9, "samples": 9, "field_samples": 9, "readable": 1.0, "fields": {"author": 0.98, "byline": 0.5},
        "newest_fields": {"read": 20, "author": 2, "byline": 9},
    }  # fmt: skip
    state = SourceState(SOURCE, baselines=baselines, pages_asked=12, pages_read=0)
    state_listings = SourceState(SOURCE, listings={"https://a.example/feed": {"at": at, "reason": "", "articles": 7}})
    await store.save_source_state(state, only=("baselines", "pages_asked", "pages_read"))
    await store.save_source_state(state_listings, only=("listings",))


@pytest.fixture
def broken_source(config: Config) -> None:
    stored(config, broken)


@pytest.mark.usefixtures("broken_source")
def test_status_of_a_source_has_alarm_evidence_host_listing_drift_and_quarantine(newscrawl: Run) -> None:
    hour = now().hour
    process = newscrawl("status", SOURCE, "--json")
    assert process.returncode == 1, "an alarm is open"
    data = json.loads(process.stdout)
    assert (data["state"], data["readable"]) == ("alarm", 0.0)
    (alarm,) = data["alarms"]
    assert (alarm["kind"], alarm["evidence"]["examples"]) == ("walled", [URL])
    assert alarm["command"] == data["command"] == f"newscrawl try {URL} --source {SOURCE}"
    (run,) = data["runs"]
    assert (run["run_id"], run["exit_code"], run["counts"]["blocked"]) == ("walled-run", 1, 3)
    (host,) = data["hosts"]
    assert (host["host"], host["owner_pid"], host["delay_seconds"]) == (HOST, 4711, 10.0)
    assert host["requests_per_hour"] == 1200
    assert host["requests_this_hour"] == 60 or now().hour != hour, "what an owner drew counts"
    assert datetime.fromisoformat(host["paused_until"]) > datetime.now(UTC)
    drift = {each["field"]: (each["usual"], each["now"], each["pages"], each["low"]) for each in data["drift"]}
    assert drift == {
        "readable": (1.0, 0.0, 12, True), "author": (0.98, 0.1, 20, True), "byline": (0.5, 0.45, 20, False),
    }  # fmt: skip
    assert data["quarantine"]["reasons"] == {"shrunk": 1}
    assert data["quarantine"]["newest"]["reason"] == "shrunk: to a fifth"
    assert {each["url"]: each["at"] for each in data["listings"]}.keys() > {
        "https://feeds.washingtonpost.com/rss/world"
    }


@pytest.mark.usefixtures("broken_source")
def test_status_of_a_source_prints_for_people_what_json_has(newscrawl: Run) -> None:
    process = newscrawl("status", SOURCE)
    assert process.returncode == 1
    lines = [" ".join(line.split()) for line in process.stdout.splitlines()]
    assert f"{SOURCE}: alarm" in lines
    assert f"begin with: newscrawl try {URL} --source {SOURCE}" in lines
    assert any(line.startswith(f"evidence: asked: 12; examples: {URL}") for line in lines)
    assert any(line.startswith(HOST) and " of 1200 10 s pid 4711 until " in line for line in lines)
    assert "author 98% 10% 20 low" in lines
    assert "1 shrunk" in lines


@pytest.mark.usefixtures("broken_source")
def test_status_of_an_acknowledged_or_paused_source_exits_with_0(newscrawl: Run) -> None:
    assert newscrawl("alarms", "ack", SOURCE).returncode == 0
    assert newscrawl("status", SOURCE).returncode == 0
    assert newscrawl("status").returncode == 0


def test_status_of_the_demo_has_its_listings_and_the_last_article_read(archive: Run) -> None:
    process = archive("status", "demo", "--json")
    assert process.returncode == 0, process.stderr
    data = json.loads(process.stdout)
    assert [(each["read"], each["articles"]) for each in data["listings"]] == [(True, 20), (True, 19)]
    assert data["last_read"]["at"] == "2026-03-02T10:00:00Z"
    assert data["last_read"]["readers"] == "Classic2019/tree/tree"
    assert data["last_read"]["headline"] in archive("status", "demo").stdout
    drift = {each["field"]: each for each in data["drift"]}
    assert (drift["author"]["usual"], drift["author"]["now"], drift["author"]["pages"]) == (1.0, 1.0, 6)


def test_the_last_article_read_has_no_headline_while_it_is_hidden(archive: Run) -> None:
    read = json.loads(archive("status", "demo", "--json").stdout)["last_read"]
    assert archive("hide", read["article_id"], "--reason", "an order").returncode == 0
    hidden = json.loads(archive("status", "demo", "--json").stdout)["last_read"]
    assert archive("unhide", read["article_id"], "--reason", "lifted").returncode == 0
    assert (hidden["article_id"], hidden["headline"], hidden["url"]) == (read["article_id"], None, None)


def test_misspelt_source_exits_with_2_and_gives_the_near_name(newscrawl: Run) -> None:
    process = newscrawl("status", "washpp")
    assert (process.returncode, process.stdout) == (2, "")
    assert "did you mean washpo?" in process.stderr


def test_source_without_a_file_is_shown_as_far_as_it_is_stored(newscrawl: Run, config: Config) -> None:
    async def once(store: Store) -> None:
        run = await store.start_run(ended("gone-run", now(), source="gonepaper", ended_at=None, exit_code=None))
        await store.end_run(ended("gone-run", now(), source="gonepaper", token=run.token))

    stored(config, once)
    process = newscrawl("status", "gonepaper", "--json")
    assert process.returncode == 0, process.stderr
    assert [run["run_id"] for run in json.loads(process.stdout)["runs"]] == ["gone-run"]


@pytest.mark.usefixtures("broken_source")
def test_run_has_findings_failures_with_examples_and_the_key_of_its_log_lines(newscrawl: Run) -> None:
    process = newscrawl("run", "walled", "--json")
    assert process.returncode == 0, process.stderr
    data = json.loads(process.stdout)
    assert (data["run_id"], data["exit_code"], data["seconds"]) == ("walled-run", 1, 60.0)
    assert (data["host"], data["pid"], data["command"]) == ("crawler", 17, f"newscrawl crawl {SOURCE}")
    assert data["outcomes"] == {"blocked": 3}
    assert data["failures"] == [
        {"outcome": "blocked", "reason": "http_403", "count": 3, "examples": [f"{URL}?{n}" for n in range(3)]}
    ]
    ((finding),) = data["findings"]
    assert (finding["kind"], finding["alarm"]["state"]) == ("walled", "open")
    assert data["errors"] == {f"{URL}?0: http_403": 3}, "a finding is no error"
    assert data["log_key"] == {"run": "walled-run"}
    text = newscrawl("run", "walled-run").stdout
    assert "finished with exit code 1" in text
    assert f"    {URL}?2\n" in text
    assert "log lines: run=walled-run" in text


def test_run_lists_the_versions_that_it_recorded(archive: Run) -> None:
    newest, first = json.loads(archive("runs", "demo", "--json").stdout)
    data = json.loads(archive("run", newest["run_id"][:8], "--json").stdout)
    assert len(data["versions"]) == newest["counts"]["versions"] == 4
    causes = [each["cause"] for each in data["versions"]]
    assert (causes.count("edit"), causes.count("first")) == (3, 1)
    assert all(each["headline"] and each["url"] for each in data["versions"])
    text = archive("run", first["run_id"]).stdout
    assert len([line for line in text.splitlines() if line.endswith(tuple("abcdefghijklmnopqrstuvwxyz"))]) >= 18


def test_unknown_and_ambiguous_runs_exit_with_1(newscrawl: Run, config: Config) -> None:
    async def two(store: Store) -> None:
        for run_id in ("abc1", "abc2"):
            run = await store.start_run(ended(run_id, now(), ended_at=None, exit_code=None))
            await store.end_run(ended(run_id, now(), token=run.token))

    stored(config, two)
    unknown, ambiguous = newscrawl("run", "zzz"), newscrawl("run", "abc")
    assert (unknown.returncode, "no run has an id that begins with 'zzz'" in unknown.stderr) == (1, True)
    assert (ambiguous.returncode, "several runs" in ambiguous.stderr) == (1, True)
    assert newscrawl("run", "abc2").returncode == 0


def test_run_whose_checks_have_expired_says_so(newscrawl: Run, config: Config) -> None:
    async def old(store: Store) -> None:
        run = await store.start_run(ended("old", now(), ended_at=None, exit_code=None))
        errors = ((f"{URL}: timeout", 2),)
        await store.end_run(ended("old", now(), token=run.token, errors=errors, stats={"checked": 2, "error": 2}))

    stored(config, old)
    text = newscrawl("run", "old").stdout
    assert "NEWSCRAWL_CHECKS_KEEP_DAYS" in text
    assert f"{URL}: timeout (×2)" in text


async def test_versions_of_a_run_are_found_by_article_and_moment(store: Store) -> None:
    version = first_version(article("pier", "A"))
    await append(store, version)
    seen = {(version.article_id, version.seen_at)}
    assert [each["number"] for each in await store.versions_seen(seen)] == [1]
    assert await store.versions_seen({(version.article_id, version.seen_at + MINUTE)}) == []
