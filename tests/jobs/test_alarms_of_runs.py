"""Which runs open which alarms: walls after good days, replays, and spiders that are no NewsSpider."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from newscrawl.clock import SteppingClock
from newscrawl.config import PROJECT_ROOT, Config
from newscrawl.demo import pages
from newscrawl.demo.articles import articles
from newscrawl.items import Alarm, AlarmState, SourceState
from newscrawl.store import Store
from tests.faults.waiting import PATIENCE_SECONDS

from .archive import make_due, with_store
from .gazette import Answer, Gazette

if TYPE_CHECKING:
    from .conftest import CrawlDriver

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
NAMES = [f"story-{n}" for n in range(101, 109)]
HTML = {"Content-Type": "text/html; charset=utf-8"}
PLAIN_SPIDER = """
import scrapy


class Plain(scrapy.Spider):
    name = "{name}"
    start_urls = ["{base}/feed.xml"]

    def parse(self, response):
        {body}
"""


def bot_wall(headers: Mapping[str, str]) -> Answer:
    return 200, HTML, pages.bot_wall(articles()[0])


def forbidden(headers: Mapping[str, str]) -> Answer:
    return 403, HTML, "<h1>Forbidden</h1>"


def overloaded(headers: Mapping[str, str]) -> Answer:
    return 429, HTML | {"Retry-After": "1800"}, "<h1>Later</h1>"


def broken(headers: Mapping[str, str]) -> Answer:
    return 500, HTML, "<h1>Oops</h1>"


def hollow(headers: Mapping[str, str]) -> Answer:
    return 200, HTML, "<!doctype html><html><head><title>News</title></head><body><div id='app'></div></body></html>"


def alarms(config: Config) -> list[Alarm]:
    return with_store(config, lambda store: store.alarms())


def due(config: Config, at: datetime) -> SourceState:
    """Make every article due; return the state of the source."""

    async def action(store: Store) -> SourceState:
        await make_due(store, at)
        return await store.source_state("demo")

    return with_store(config, action)


@pytest.fixture
def paper(gazette: Gazette) -> Gazette:
    gazette.articles = {name: [f"This is what {name} tells."] for name in NAMES}
    gazette.listed = dict.fromkeys(NAMES, "")
    return gazette


def test_a_wall_after_good_days_is_6_where_that_is_asked_for_and_one_episode_however_it_refuses(
    gazette_driver: CrawlDriver, paper: Gazette
) -> None:
    for number in range(4):
        due(gazette_driver.config, START)
        assert gazette_driver.crawl(clock=SteppingClock(START + number * HALF_HOUR), fail_on_drift=True).exit_code == 0
    assert alarms(gazette_driver.config) == []
    paper.overrides = dict.fromkeys(NAMES, bot_wall)
    for number in (4, 5):
        due(gazette_driver.config, START)
        report = gazette_driver.crawl(clock=SteppingClock(START + number * HALF_HOUR), fail_on_drift=True)
        assert (report.outcomes, report.exit_code) == ({"blocked": 8}, 6)
        assert "walled: 8 pages requested, none could be read (bot_wall ×8)" in report.errors
    paper.overrides = dict.fromkeys([*NAMES, "/feed.xml", "/news-sitemap.xml"], overloaded)
    state = due(gazette_driver.config, START)
    report = gazette_driver.crawl(clock=SteppingClock(START + 6 * HALF_HOUR), fail_on_drift=True)
    assert report.exit_code == 6
    (alarm,) = alarms(gazette_driver.config)
    assert (alarm.kind, alarm.state, alarm.count) == ("walled", AlarmState.OPEN, 3)
    assert (state.pages_asked, state.pages_read) == (8, 0)
    assert state.last_good_check_at is not None


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [(broken, "walled", "http_500"), (forbidden, "walled", "http_403"), (hollow, "unreadable", "empty")],
)
def test_nothing_that_could_be_read_is_an_alarm_of_the_first_run_that_names_why(
    gazette_driver: CrawlDriver, paper: Gazette, answer: Any, kind: str, reason: str
) -> None:
    paper.overrides = dict.fromkeys(NAMES, answer)
    assert gazette_driver.crawl(fail_on=0).exit_code == 1
    (alarm,) = alarms(gazette_driver.config)
    assert alarm.kind == kind
    assert isinstance(alarm.evidence["reasons"], dict)
    assert set(alarm.evidence["reasons"]) == {reason}


def test_a_field_that_most_articles_lost_is_an_alarm_that_names_one_without_it(
    gazette_driver: CrawlDriver, paper: Gazette
) -> None:
    def signed(name: str) -> Answer:
        status, headers, text = paper.answer(f"/2026/03/plain-{name}", {})
        # A page whose elements are the same ones is not read again.
        byline = f"<p class='byline'>By <a rel='author' href='/{next(tokens)}'>Ada Quill</a></p>"
        return status, headers, text.replace("</h1>", f"</h1>{byline}")

    tokens = count()

    paper.articles |= {f"plain-{name}": text for name, text in paper.articles.items()}
    paper.overrides = {name: lambda _, name=name: signed(name) for name in NAMES}
    for number in range(4):
        due(gazette_driver.config, START)
        assert gazette_driver.crawl(clock=SteppingClock(START + number * HALF_HOUR)).exit_code == 0
    baselines = due(gazette_driver.config, START).baselines
    fields = baselines["fields"]
    assert isinstance(fields, dict)
    assert fields["author"] == 1.0
    paper.overrides = {}
    report = gazette_driver.crawl(clock=SteppingClock(START + 4 * HALF_HOUR), fail_on_drift=True)
    assert report.exit_code == 6
    found = {alarm.kind: alarm for alarm in alarms(gazette_driver.config)}
    assert "drift:author" in found
    assert [url.startswith(paper.base) for url in found["drift:author"].evidence["examples"]] == [True]  # type: ignore[attr-defined]


def test_a_replay_judges_what_it_read_and_neither_volume_nor_what_is_usual(
    gazette_driver: CrawlDriver, paper: Gazette, tmp_path: Path
) -> None:
    paper.overrides = dict.fromkeys(NAMES[:3], forbidden)
    paper.listed = dict.fromkeys(NAMES[:3], "")
    gazette_driver.crawl(record=tmp_path / "walled.warc.gz", clock=SteppingClock(START - HALF_HOUR))
    paper.overrides, paper.listed = {}, dict.fromkeys(NAMES, "")
    for number in range(4):
        gazette_driver.crawl(clock=SteppingClock(START + number * HALF_HOUR))
    before = due(gazette_driver.config, START)
    assert alarms(gazette_driver.config) == []
    asked = len(paper.exchanges)
    report = gazette_driver.crawl(replay=tmp_path / "walled.warc.gz", clock=None)
    assert len(paper.exchanges) == asked, "a replay asks no server"
    assert (report.discovered, report.outcomes, report.exit_code) == (3, {"blocked": 3}, 1)
    assert [alarm.kind for alarm in alarms(gazette_driver.config)] == ["walled"], (
        "three listed articles of eight are no alarm"
    )
    after = due(gazette_driver.config, START)
    assert replace(after, totals=before.totals) == before  # what a run did counts, also of a replay


def test_a_run_of_any_other_spider_has_its_record_and_raises_no_alarm(
    gazette_driver: CrawlDriver, tmp_path: Path
) -> None:
    folder = tmp_path / "others"
    folder.mkdir()
    (folder / "__init__.py").touch()
    bodies = {"plain": "self.crawler.stats.inc_value('seen')", "faulty": "raise ValueError('on purpose')"}
    for name, body in bodies.items():
        text = PLAIN_SPIDER.format(name=name, base=gazette_driver.newsroom.base, body=body)
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    for name, code in (("plain", 0), ("faulty", 1)):
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", "crawl", name, "-s", "SPIDER_MODULES=others"],
            env=gazette_driver.environ() | {"PYTHONPATH": str(tmp_path)},
            cwd=PROJECT_ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS,
        )
        run = with_store(gazette_driver.config, lambda store, name=name: store.runs(name, 1))[0]
        assert (run.reason, run.exit_code) == ("finished", code), done.stderr
    assert alarms(gazette_driver.config) == []
