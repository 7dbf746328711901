"""Scrapy's own commands in this project: `check` reads golden pages, `parse` any page, and `-O` exports articles."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from newscrawl.config import PROJECT_ROOT, Config
from newscrawl.demo import Newsroom
from newscrawl.sources.catalogue import source_names
from newscrawl.store import takedowns
from newscrawl.store.session import Store
from tests.forked import commands as forked
from tests.store.samples import NOON, append, article, first_version
from tests.upgrade.archive import copied_project

from .conftest import environment

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTRACTS = '''

class WithContracts(AbcSpider):
    name = "contracts"

    def contracted(self, response):
        """@url data:text/html,hello
        @returns items 0 0
        """
'''


def scrapy(*arguments: str, cwd: Path = PROJECT_ROOT, **environ: str) -> subprocess.CompletedProcess[str]:
    return forked.run(arguments, env=environ or os.environ, cwd=cwd, module="scrapy")


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with Newsroom() as opened:
        yield opened


def test_check_reads_the_golden_pages_of_every_source() -> None:
    done = scrapy("check")
    assert done.returncode == 0, done.stderr
    pages = len(list((PROJECT_ROOT / "tests" / "extract" / "golden").rglob("page.html")))
    assert f"Ran {pages + len(source_names())} contracts in " in done.stderr
    assert done.stderr.endswith("\nOK\n")


def test_check_lists_the_golden_pages() -> None:
    assert scrapy("check", "-l", "washpo").stdout.splitlines()[:2] == ["washpo", "  * washpo/2014"]


def test_check_names_what_a_golden_page_lacks_and_the_file_that_cannot_be_loaded(tmp_path: Path) -> None:
    project = copied_project(tmp_path / "project")
    golden = project / "tests" / "extract" / "golden" / "abc" / "2026"
    source = PROJECT_ROOT / "tests" / "extract" / "golden" / "abc"
    (page,) = list(source.rglob("page.html"))[:1]
    golden.mkdir(parents=True)
    (golden / "page.html").write_bytes(page.read_bytes())
    expected = json.loads((page.parent / "expected.json").read_text("utf-8"))
    expected |= {"headline": "Another headline", "paragraphs": [*expected["paragraphs"], "A lost paragraph."]}
    (golden / "expected.json").write_text(json.dumps(expected), "utf-8")
    spider = project / "spiders" / "zdf.py"
    spider.write_text(spider.read_text("utf-8").replace("    feeds = ", "    feed = "), "utf-8")
    environ = {"PYTHONPATH": str(project), "PATH": "/usr/bin:/bin", "NEWSCRAWL_HOME": str(tmp_path / "home")}
    done = scrapy("check", "abc", "zdf", cwd=project, **environ)
    assert done.returncode == 1
    assert "headline: expected 'Another headline', read " in done.stderr
    assert "paragraphs: not read: 'A lost paragraph.'" in done.stderr
    assert "feed is no attribute of a spider; did you mean feeds?" in done.stderr
    assert "failures=1, errors=1" in done.stderr


def test_check_runs_contracts_in_docstrings_too(tmp_path: Path) -> None:
    project = copied_project(tmp_path / "project")
    text = (project / "spiders" / "abc.py").read_text("utf-8") + CONTRACTS
    (project / "spiders" / "contracts.py").write_text(text, "utf-8")
    environ = {"PYTHONPATH": str(project), "PATH": "/usr/bin:/bin", "NEWSCRAWL_HOME": str(tmp_path / "home")}
    assert "  * contracted" in scrapy("check", "-l", "contracts", cwd=project, **environ).stdout


def test_parse_prints_an_article_and_the_articles_of_a_listing(
    config: Config, newsroom: Newsroom, tmp_path: Path
) -> None:
    environ = environment(config) | {"NEWSCRAWL_EGRESS_ALLOW": newsroom.base.removeprefix("http://")}
    listing = scrapy("parse", newsroom.base + "/feed.xml", "--spider", "demo", "--nocolour", **environ)
    assert listing.returncode == 0, listing.stderr
    url = listing.stdout.partition("<GET ")[2].partition(">")[0]
    assert url.startswith(newsroom.base + "/2026/")
    out = tmp_path / "page.jsonl"
    done = scrapy("parse", url, "--spider", "demo", "--nocolour", "-O", str(out), **environ)
    assert done.returncode == 0, done.stderr
    (row,) = map(json.loads, out.read_text("utf-8").splitlines())
    assert (row["url"], row["canonical_url"], row["verdict"]) == (url, url, "article")
    assert f"'headline': '{row['headline']}'" in done.stdout
    assert "Traceback" not in done.stderr


async def test_export_leaves_out_what_is_hidden_and_redacts_passages(store: Store) -> None:
    head = await append(store, first_version(article()), next_check_at=NOON)
    row: dict[str, Any] = {"text": "The lamp of Ada Quill went out.", "version": 1}
    assert await store.as_shown(head.article_id, 1, row) == row
    version = await store.version(head.article_id, 1)
    assert version is not None
    words = version.article.paragraphs[0].split()[0]
    assert await takedowns.redact(store.db, head.article_id, words, reason="court order", by="clerk", at=NOON)
    redacted = await store.as_shown(head.article_id, 1, {"text": f"{words} is named."})
    assert redacted == {"text": "[passage withheld: court order] is named."}
    assert await takedowns.hide(store.db, head.article_id, 1, reason="court order", by="clerk", at=NOON)
    assert await store.as_shown(head.article_id, 1, row) is None
