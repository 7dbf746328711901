"""`newscrawl add-source` for papers without feeds, over HTTP: sections, pattern, and three articles tried."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from newscrawl.config import Config
from tests.cli.conftest import Run, runner
from tests.own_project import own_project
from tests.sources.paper import Paper, article, front

MENU = ("/valley", "/river", "/archive?page=1", "/about", "/login")
ADDRESSES: dict[str, Callable[[int], str]] = {
    "numbered names": lambda n: f"/{('news', 'valley', 'river')[n // 100 % 3]}/note-{n}",
    "ids in the query": lambda n: f"/read.php?id={n}",
    "slugs": lambda n: f"/lock-opens-for-barges-{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 100 % 10]}-of-the-valley-{n}",
    "dated": lambda n: f"/2026/03/{n % 28 + 1:02d}/lock-{n}/",
}


def pages(address: Callable[[int], str]) -> Callable[[str], str | None]:
    listed = {"/": 2000, "/valley": 2100, "/river": 2200}

    def page(path: str) -> str | None:
        if path in listed:
            start = listed[path]
            return front([address(n) for n in range(start, start + 12)], menu=MENU)
        if path.startswith("/archive"):
            return front([address(n) for n in range(2000, 2012)])
        known = {address(n): n for start in listed.values() for n in range(start, start + 12)}
        return article(known[path]) if path in known else None

    return page


@pytest.fixture
def newscrawl(config: Config) -> Run:
    return runner(config)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return own_project(tmp_path / "project")


@pytest.mark.parametrize("kind", ADDRESSES)
def test_sections_and_a_pattern_are_proposed_and_three_articles_tried(newscrawl: Run, project: Path, kind: str) -> None:
    with Paper(pages(ADDRESSES[kind])) as paper:
        done = newscrawl(
            "add-source", f"{paper.base}/", "--name", "weir", cwd=project,
            NEWSCRAWL_EGRESS_ALLOW=paper.host,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\nheadline: Lock") == 3
    spider = (project / "spiders" / "weir.py").read_text()
    assert re.findall(rf'"{paper.base}(/\w*)"', spider) == ["/", "/valley", "/river"]
    found = re.search(r'article_pattern = r?"(.*)"', spider)
    assert found is not None
    tomorrow = [f"{paper.base}{ADDRESSES[kind](n)}" for n in range(2400, 2410)]
    assert all(re.search(found[1], url) for url in tomorrow)
    assert not any(re.search(found[1], f"{paper.base}{path}") for path in ("/", *MENU))


def test_the_file_can_be_crawled(newscrawl: Run, project: Path) -> None:
    with Paper(pages(ADDRESSES["numbered names"])) as paper:
        environment = {"NEWSCRAWL_EGRESS_ALLOW": paper.host}
        newscrawl("add-source", f"{paper.base}/", "--name", "weir", cwd=project, **environment)
        done = newscrawl("crawl", "weir", "--json", cwd=project, **environment)
    assert done.returncode == 0, done.stderr
    assert '"new": 36' in done.stdout


def test_a_site_that_lists_nothing_says_so(newscrawl: Run, project: Path) -> None:
    with Paper(lambda path: "<html><title>A door</title><a href='/about'>About</a>" if path == "/" else None) as paper:
        done = newscrawl(
            "add-source", f"{paper.base}/", "--name", "door", cwd=project,
            NEWSCRAWL_EGRESS_ALLOW=paper.host,
        )  # fmt: skip
    assert done.returncode == 0
    assert "nor pages that list articles" in done.stdout
