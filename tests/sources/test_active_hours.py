"""A source with `active_hours` is asked for nothing outside of them, by named crawls and by rounds, and says so."""

from __future__ import annotations

import json
import shutil
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newscrawl.config import Config
from tests.cli.conftest import runner
from tests.conftest import missing
from tests.faults.clock import WallClock, library
from tests.faults.waiting import PATIENCE_SECONDS
from tests.own_project import own_project
from tests.sources.paper import Paper, article, front

HOUR = timedelta(hours=1)
SPIDER = """from newscrawl.spider import NewsSpider


class WeirSpider(NewsSpider):
    name = "weir"
    publisher = "The Weir"
    domains = ("{host}",)
    sections = ("http://{host}/",)
    article_pattern = r"/lock-\\d+$"
    timezone = "{zone}"
    active_hours = "{hours}"
"""


def page(path: str) -> str | None:
    if path == "/":
        return front([f"/lock-{n}" for n in range(1001, 1005)])
    return article(int(path.rpartition("-")[2])) if path.startswith("/lock-") else None


class Desk:
    """A project whose only source is the paper's, and commands in it."""

    def __init__(self, root: Path, config: Config, paper: Paper) -> None:
        self.paper = paper
        self._root = own_project(root)
        self._run = runner(config)

    def write(self, hours: str, zone: str = "UTC") -> None:
        spider = SPIDER.format(host=self.paper.host, hours=hours, zone=zone)
        (self._root / "spiders" / "weir.py").write_text(spider)
        # Python takes bytecode of the same second and size for that of the file.
        shutil.rmtree(self._root / "spiders" / "__pycache__", ignore_errors=True)

    def run(self, *arguments: str, code: int = 0, **environ: str) -> tuple[str, str]:
        environ |= {"NEWSCRAWL_EGRESS_ALLOW": self.paper.host}
        done = self._run(*arguments, cwd=self._root, **environ)
        assert done.returncode == code, done.stderr
        return done.stdout, done.stderr


def hours(start: datetime, end: datetime) -> str:
    return f"{start:%H:%M}-{end:%H:%M}"


def closed_now() -> str:
    now = datetime.now(UTC)
    return hours(now + 3 * HOUR, now + 5 * HOUR)


def open_now() -> str:
    now = datetime.now(UTC)
    return hours(now - 2 * HOUR, now + 4 * HOUR)


def test_outside_of_its_hours_a_source_is_asked_for_nothing(config: Config, tmp_path: Path) -> None:
    with Paper(page) as paper:
        desk = Desk(tmp_path / "project", config, paper)
        desk.write(closed_now())
        out, err = desk.run("crawl", "weir", "--json")
        assert json.loads(out)["checked"] == 0
        assert "decision=sleeps source=weir until=" in err
        assert "nothing is due" in desk.run("crawl", "--due")[1]
        assert paper.requested == []
        assert "sleeps until" in " ".join(desk.run("status")[0].split())


def test_within_its_hours_it_is_crawled_and_its_checks_are_planned_within_them(config: Config, tmp_path: Path) -> None:
    with Paper(page) as paper:
        desk = Desk(tmp_path / "project", config, paper)
        desk.write(closed_now())
        desk.run("crawl", "weir")
        desk.write(open_now())
        out, _ = desk.run("crawl", "weir", "--json")
        assert json.loads(out)["outcomes"] == {"new": 4}
        desk.write(closed_now())  # the check that is due meanwhile waits
        desk.run("recheck", "--source", "weir")
        requested = len(paper.requested)
        desk.run("crawl", "--due")
        assert len(paper.requested) == requested


def test_hours_that_are_none_are_refused_with_file_and_line(config: Config, tmp_path: Path) -> None:
    with Paper(page) as paper:
        desk = Desk(tmp_path / "project", config, paper)
        desk.write("6-23")
        assert "weir.py, line 11: active_hours: '6-23' are no hours" in desk.run("crawl", "weir", code=2)[1]


def test_a_crawl_ends_when_the_hours_do(config: Config, tmp_path: Path) -> None:
    if library() is None:
        missing("libfaketime is not installed")
    clock = WallClock(tmp_path / "clock")
    is_over = threading.Event()
    now = datetime.now(UTC)

    def closing(path: str) -> str | None:
        """Let the hours pass with the second article; it and those after it are answered once the crawl was ended."""
        if path == "/":
            return front([f"/lock-{n}" for n in range(1001, 1061)])
        if sum(each.startswith("/lock-") for each in paper.requested) == 2:
            clock.step(4 * HOUR)
        if sum(each.startswith("/lock-") for each in paper.requested) >= 2:
            is_over.wait(PATIENCE_SECONDS)
        return page(path)

    with Paper(closing) as paper:
        desk = Desk(tmp_path / "project", config, paper)
        desk.write(hours(now - HOUR, now + 2 * HOUR))
        out, _ = desk.run("crawl", "weir", "--json", **clock.environ())
        is_over.set()
    report = json.loads(out)
    assert (report["reason"], report["exit_code"]) == ("yielded", 0)
    assert report["outcomes"] == {"new": 1}
    assert len(paper.requested) < 60
