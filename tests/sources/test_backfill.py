"""`newscrawl backfill` over HTTP: archives of several kinds, ended, resumed, marked, and behind what is due."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newscrawl.config import Config
from newscrawl.items import EventKind
from newscrawl.store import announcements
from newscrawl.store.session import Store
from tests.cli.conftest import environment, runner
from tests.cli.test_json import documented
from tests.faults.waiting import until
from tests.own_project import own_project
from tests.sources.paper import Answer, Paper, article, front

NEWEST, LAST = 1400, date(2024, 6, 30)  # the newest article and its day; one a day before it
DAY = timedelta(days=1)
SPIDER = """from newscrawl.spider import NewsSpider


class WeirSpider(NewsSpider):
    name = "weir"
    publisher = "The Weir"
    domains = ("{host}",)
    sections = ("http://{host}/",)
    article_pattern = r"/lock-\\d+$"
"""


def day_of(number: int) -> date:
    return LAST - (NEWEST - number) * DAY


def number_of(day: date) -> int:
    return NEWEST - (LAST - day).days


def listed(numbers: range | list[int], more: str = "") -> str:
    return front([f"/lock-{n}" for n in numbers], more=more)


class Archive:
    """A paper's pages: the newest four on the front page, and an archive of one kind."""

    words: dict[int, str]

    def __init__(self, kind: Callable[[str], Answer | str | None], more: str) -> None:
        self._kind = kind
        self._more = more
        self.words = {}
        self.before_article: Callable[[int], None] = lambda number: None

    def __call__(self, path: str) -> Answer | str | None:
        if path == "/":
            return listed(range(NEWEST, NEWEST - 4, -1), self._more)
        if path.startswith("/lock-"):
            number = int(path.rpartition("-")[2])
            self.before_article(number)
            return article(number, f"{day_of(number)}T09:00:00+00:00", self.words.get(number, ""))
        return self._kind(path)


def endless(path: str) -> Answer | str | None:
    """Ten articles a page, back for ever."""
    if not path.startswith("/archive?page="):
        return None
    page = int(path.rpartition("=")[2])
    start = NEWEST - 10 * (page - 1)
    return listed(range(start, start - 10, -1), f"<a rel=next href='/archive?page={page + 1}'>Older</a>")


def in_headers(path: str) -> Answer | str | None:
    if not path.startswith("/all/"):
        return None
    page = int(path.rpartition("/")[2])
    start = NEWEST - 10 * page
    return Answer(listed(range(start, start - 10, -1)), headers={"Link": f'</all/{page + 1}>; rel="next"'})


def by_month(path: str) -> Answer | str | None:
    parts = path.strip("/").split("/")
    if len(parts) != 2 or not all(part.isdigit() for part in parts):
        return None
    first = date(int(parts[0]), int(parts[1]), 1)
    days = [first + n * DAY for n in range(31) if (first + n * DAY).month == first.month]
    return listed([number_of(day) for day in days if day <= LAST])


def by_numbers(path: str) -> Answer | str | None:
    """Pages that name the next ones by their numbers alone."""
    if not path.startswith("/list/page/"):
        return None
    page = int(path.rpartition("/")[2])
    start = NEWEST - 10 * (page - 1)
    return listed(range(start, start - 10, -1), f"<a href='/list/page/{page + 1}'>{page + 1}</a><a href='/about'>x</a>")


def sitemaps(path: str) -> Answer | str | None:
    namespace = "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"
    if path == "/sitemap.xml":
        months = [f"2024-{month:02d}" for month in range(1, 7)] + [f"2023-{month:02d}" for month in range(1, 13)]
        named = "".join(f"<sitemap><loc>{{base}}/sitemap-{month}.xml</loc></sitemap>" for month in months)
        return Answer(f"<?xml version='1.0'?><sitemapindex {namespace}>{named}</sitemapindex>", "application/xml")
    if path.startswith("/sitemap-"):
        year, month = map(int, path.removeprefix("/sitemap-").removesuffix(".xml").split("-"))
        days = [date(year, month, 1) + n * DAY for n in range(31)]
        urls = "".join(
            f"<url><loc>{{base}}/lock-{number_of(day)}</loc></url>"
            for day in days
            if day.month == month and day <= LAST
        )
        return Answer(f"<?xml version='1.0'?><urlset {namespace}>{urls}</urlset>", "application/xml")
    return None


KINDS: dict[str, tuple[Callable[[str], Answer | str | None], str]] = {
    "rel=next": (endless, "<a href='/archive?page=1'>Archive</a>"),
    "Link header": (in_headers, "<a href='/all/0'>Archive</a>"),
    "months": (by_month, "<a href='/2024/05/'>May</a>"),
    "numbers": (by_numbers, "<a href='/list/page/1'>Archive</a>"),
}


class Desk:
    """A project with one source, and commands in it."""

    def __init__(self, config: Config, root: Path, paper: Paper, more: str = "") -> None:
        self.config, self.paper = config, paper
        self.root = own_project(root)
        (self.root / "spiders" / "weir.py").write_text(SPIDER.format(host=paper.host) + more)
        self.environ = {"NEWSCRAWL_EGRESS_ALLOW": paper.host}

    def run(self, *arguments: str, code: int = 0, **environ: str) -> subprocess.CompletedProcess[str]:
        done = runner(self.config)(*arguments, cwd=self.root, **self.environ, **environ)
        assert done.returncode == code, f"{done.stdout}\n{done.stderr}"
        return done

    def backfill(self, *arguments: str, code: int = 0, **environ: str) -> Any:
        return json.loads(self.run("backfill", "weir", *arguments, "--json", code=code, **environ).stdout)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "newscrawl", "backfill", "weir", *arguments],
            env=environment(self.config) | self.environ, cwd=self.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip


async def stored(store: Store) -> dict[int, Any]:
    """Return all articles by their number."""
    return {int(head["url"].rpartition("-")[2]): head async for head in store.db.articles.find()}


@pytest.mark.parametrize("kind", KINDS)
async def test_an_archive_is_recorded_for_the_span_and_no_further(
    config: Config, store: Store, tmp_path: Path, kind: str
) -> None:
    page, more = KINDS[kind]
    with Paper(Archive(page, more)) as paper:
        desk = Desk(config, tmp_path / "project", paper)
        report = desk.backfill("--since", "2024-06-01", "--until", "2024-06-22")
        articles = await stored(store)
        assert {n for n in articles if n < NEWEST - 3} == {number_of(LAST - n * DAY) for n in range(8, 30)}
        assert (report["is_finished"], report["recorded"]) == (True, 22)
        assert report.keys() == documented()["backfill"][1]
        requested = [path for path in paper.requested if path.startswith("/lock-")]
        assert len(requested) == len(set(requested))
        again = desk.backfill("--since", "2024-06-01", "--until", "2024-06-22")
        assert (again["recorded"], again["is_finished"]) == (0, True)
        assert await stored(store) == articles


async def test_sitemaps_by_month_are_read_for_the_span_alone(config: Config, store: Store, tmp_path: Path) -> None:
    with Paper(lambda path: None) as paper:

        def page(path: str) -> Answer | str | None:
            if path == "/robots.txt":
                return Answer(f"User-agent: *\nAllow: /\nSitemap: {paper.base}/sitemap.xml\n", "text/plain")
            found = sitemaps(path)
            return (
                Answer(found.body.replace("{base}", paper.base), found.content_type)
                if isinstance(found, Answer)
                else None
            )

        paper.page = Archive(page, "")
        paper.page._kind = page
        desk = Desk(config, tmp_path / "project", paper)
        original = paper.page
        paper.page = lambda path: page(path) if path == "/robots.txt" else original(path)
        report = desk.backfill("--since", "2024-03-05", "--until", "2024-04-10")
        assert report["recorded"] == 37
        assert {path for path in paper.requested if path.startswith("/sitemap-")} == {
            "/sitemap-2024-03.xml", "/sitemap-2024-04.xml",
        }  # fmt: skip


@pytest.mark.slow
async def test_what_it_records_is_marked_cheap_and_no_news(config: Config, store: Store, tmp_path: Path) -> None:
    archive = Archive(*KINDS["months"])
    with Paper(archive) as paper:
        desk = Desk(config, tmp_path / "project", paper)
        for _ in range(2):
            desk.run("crawl", "weir")
        before = await store.source_state("weir")
        desk.backfill("--since", "2024-03-01", "--until", "2024-04-30")
        after = await store.source_state("weir")
        causes = {version["cause"] async for version in store.db.versions.find({"number": 1})}
        assert causes == {"first", "backfilled"}
        old = [each for n, each in (await stored(store)).items() if n < NEWEST - 3]
        assert len(old) == 61
        soon = datetime.now(UTC) + timedelta(days=25)
        assert all(each["next_check_at"] is None or each["next_check_at"] > soon for each in old)
        assert all(each["track"]["is_backfilled"] for each in old)
        ids = {each["_id"] for each in old}
        marked = await announcements.marked(store.db, await announcements.marks(store.db))
        announced = [event for each in marked for event in each.announceables if event.article_id in ids]
        assert len(announced) == 61
        assert all(event.is_late and event.kind is EventKind.FIRST for event in announced)
        assert after.baselines["listed"] == before.baselines["listed"]
        assert after.baselines["pending_pages"] == before.baselines["pending_pages"]
        archive.words[number_of(date(2024, 4, 2))] = " A second gate was found to leak."
        desk.run("recheck", f"{paper.base}/lock-{number_of(date(2024, 4, 2))}")
        assert '"changed": 1' in desk.run("crawl", "weir", "--json").stdout
        assert (await store.source_state("weir")).rates == after.rates


@pytest.mark.slow
async def test_a_killed_backfill_goes_on_where_it_was(config: Config, store: Store, tmp_path: Path) -> None:
    archive = Archive(*KINDS["rel=next"])
    is_reached, may_go_on = threading.Event(), threading.Event()

    def hold(number: int) -> None:
        if number == number_of(date(2024, 6, 3)) and not may_go_on.is_set():
            is_reached.set()
            may_go_on.wait(300)

    archive.before_article = hold
    with Paper(archive) as paper:
        desk = Desk(config, tmp_path / "project", paper)
        process = desk.start("--since", "2024-05-20", "--until", "2024-06-22")
        until(is_reached.is_set, "the article is requested")
        process.kill()
        process.communicate()
        may_go_on.set()
        first_pages = [path for path in paper.requested if path.startswith("/archive")]
        report = desk.backfill("--since", "2024-05-20", "--until", "2024-06-22")
        second_pages = [path for path in paper.requested if path.startswith("/archive")][len(first_pages) :]
        assert report["is_finished"]
        assert second_pages[0] == first_pages[-1]  # the page whose articles were not all recorded
        articles = await stored(store)
        assert {n for n in articles if n < NEWEST - 3} == {number_of(date(2024, 5, 20)) + n for n in range(34)}
        assert {each["head"]["number"] for each in articles.values()} == {1}


def test_what_is_due_comes_before_the_archive(config: Config, tmp_path: Path) -> None:
    with Paper(Archive(*KINDS["rel=next"])) as paper:
        desk = Desk(config, tmp_path / "project", paper)
        desk.run("crawl", "weir")
        desk.run("recheck", "--source", "weir")
        begin = len(paper.requested)
        desk.backfill("--since", "2024-06-10", "--limit", "5")
        requested = [path for path in paper.requested[begin:] if path != "/robots.txt"]
        due = {f"/lock-{n}" for n in range(NEWEST - 3, NEWEST + 1)}
        assert set(requested[:5]) - {"/"} == due or set(requested[:4]) == due


def test_a_limit_ends_it_and_the_same_command_goes_on(config: Config, tmp_path: Path) -> None:
    with Paper(Archive(*KINDS["rel=next"])) as paper:
        desk = Desk(config, tmp_path / "project", paper)
        span = ("--since", "2024-06-01", "--until", "2024-06-20")
        reports = [desk.backfill(*span, "--limit", "8") for _ in range(3)]
        assert [report["recorded"] for report in reports] == [8, 8, 4]
        assert [report["is_finished"] for report in reports] == [False, False, True]


@pytest.mark.parametrize(
    ("page", "ending"),
    [
        (lambda n: (range(1300, 1290, -1), n + 1), "the same articles again"),
        (lambda n: (range(1300 + n % 60, 1290 + n % 60, -1), n + 1), "nothing older on 50 pages"),
        (lambda n: (range(1300 - 10 * n, 1290 - 10 * n, -1) if n < 3 else range(0), n + 1), "no articles"),
    ],
    ids=["same", "circle", "empty"],
)
def test_archives_that_never_end_are_ended(
    config: Config, tmp_path: Path, page: Callable[[int], tuple[range, int]], ending: str
) -> None:
    def archive(path: str) -> Answer | str | None:
        if not path.startswith("/archive?page="):
            return None
        numbers, following = page(int(path.rpartition("=")[2]))
        return listed(numbers, f"<a rel=next href='/archive?page={following}'>Older</a>")

    with Paper(Archive(archive, "<a href='/archive?page=1'>Archive</a>")) as paper:
        desk = Desk(config, tmp_path / "project", paper)
        report = desk.backfill("--since", "2020-01-01")
        assert report["is_finished"]
        assert ending in report["endings"]


def test_a_dry_run_lists_and_records_nothing(config: Config, tmp_path: Path) -> None:
    with Paper(Archive(*KINDS["months"])) as paper:
        desk = Desk(config, tmp_path / "project", paper)
        found = json.loads(
            desk.run("backfill", "weir", "--since", "2024-03-01", "--until", "2024-03-31", "--dry-run", "--json").stdout
        )
        assert len([url for url in found["urls"] if int(url.rpartition("-")[2]) < NEWEST - 3]) == 31
        assert not [path for path in paper.requested if path.startswith("/lock-")]


def test_an_archive_may_be_named(config: Config, tmp_path: Path) -> None:
    with Paper(Archive(by_month, "")) as paper:
        desk = Desk(config, tmp_path / "project", paper)
        template = f"{paper.base}/{{year}}/{{month}}"
        report = desk.backfill("--since", "2024-02-01", "--until", "2024-02-29", "--archive", template)
        assert report["recorded"] == 29


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--since", "yesterday"), "must be a date"),
        (("--since", "2024-05-02", "--until", "2024-05-01"), "is later than --until"),
        (("--since", "2999-01-01"), "is later than today"),
        (("--since", "2024-05-02", "--archive", "ftp://x.example/"), "is not an http or https URL"),
        (("--since", "2024-05-02", "--archive", "https://x.example/{week}"), "there is no {week}"),
        (("--since", "2024-05-02", "--archive", "https://x.example/{year}"), "a template has {year} and {month}"),
    ],
)
def test_wrong_arguments_are_refused(config: Config, arguments: tuple[str, ...], message: str) -> None:
    done = runner(config)("backfill", "demo", *arguments)
    assert done.returncode == 2
    assert message in done.stderr


def test_an_archive_that_refuses_us_is_a_failure(config: Config, tmp_path: Path) -> None:
    with Paper(lambda path: None if path == "/robots.txt" else Answer("no", status=403)) as paper:
        desk = Desk(config, tmp_path / "project", paper)
        report = desk.backfill("--since", "2024-05-01", code=1)
        assert report["recorded"] == 0
        assert report["unread_pages"] > 0


def test_sigterm_ends_it_with_its_code(config: Config, tmp_path: Path) -> None:
    archive = Archive(*KINDS["rel=next"])
    is_reached, is_over = threading.Event(), threading.Event()

    def hold(number: int) -> None:
        if number == number_of(date(2024, 6, 3)):
            is_reached.set()
            is_over.wait(300)

    archive.before_article = hold
    with Paper(archive) as paper:
        desk = Desk(config, tmp_path / "project", paper)
        process = desk.start("--since", "2024-05-20", "--until", "2024-06-22")
        until(is_reached.is_set, "the article is requested")
        os.kill(process.pid, signal.SIGTERM)
        out, _ = process.communicate()
        is_over.set()
        assert process.returncode == 7
        assert "not finished" in out


@pytest.mark.slow
def test_it_waits_while_another_crawl_has_the_source(config: Config, tmp_path: Path) -> None:
    archive = Archive(*KINDS["rel=next"])
    is_reached, may_go_on = threading.Event(), threading.Event()

    def hold(number: int) -> None:
        if not may_go_on.is_set():
            is_reached.set()
            may_go_on.wait(300)

    archive.before_article = hold
    with Paper(archive) as paper:
        desk = Desk(config, tmp_path / "project", paper)
        crawl = subprocess.Popen(
            [sys.executable, "-m", "newscrawl", "crawl", "weir"],
            env=environment(config) | desk.environ | {"NEWSCRAWL_DOWNLOAD_TIMEOUT_SECONDS": "300"}, cwd=desk.root,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        until(is_reached.is_set, "the crawl has the source")
        process = desk.start("--since", "2024-06-20", "--limit", "3")
        assert process.stderr is not None
        until(lambda: "another crawl has the source" in process.stderr.readline(), "the backfill finds it taken")  # type: ignore[union-attr]
        assert not any(path.startswith("/archive") for path in paper.requested)
        may_go_on.set()
        crawl.communicate()
        process.communicate()
    assert (crawl.returncode, process.returncode) == (0, 0)
    assert any(path.startswith("/archive") for path in paper.requested)


@pytest.mark.slow
def test_half_of_the_hosts_budget_is_left_to_ordinary_checks(config: Config, tmp_path: Path) -> None:
    with Paper(Archive(*KINDS["rel=next"])) as paper:
        desk = Desk(config, tmp_path / "project", paper)
        desk.environ["NEWSCRAWL_HOST_REQUESTS_PER_HOUR"] = "40"
        desk.run("crawl", "weir")
        before = len(paper.requested)
        process = desk.start("--since", "2023-01-01")
        assert process.stderr is not None
        until(lambda: "goes on at" in process.stderr.readline(), "it waits for the next hour")  # type: ignore[union-attr]
        os.kill(process.pid, signal.SIGTERM)
        process.communicate()
        assert process.returncode == 7
        used = [path for path in paper.requested[before:] if path != "/robots.txt"]
        assert 10 <= len(used) <= 20
