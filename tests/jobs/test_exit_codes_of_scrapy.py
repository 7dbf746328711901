"""`scrapy crawl` ends with the codes of `newscrawl crawl`: docs/exit-codes.md, row by row, over real processes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from . import test_exit_code_table as table
from .gazette import Gazette

if TYPE_CHECKING:
    from .conftest import CrawlDriver

pytestmark = pytest.mark.slow
OPTIONS = {"--fail-on": "NEWSCRAWL_FAIL_ON=", "--fail-on-drift": "NEWSCRAWL_FAIL_ON_DRIFT=1"}
DEFECT = """
import sys
from newscrawl.cli.scrapy_commands.crawl import Command
from scrapy.cmdline import execute
Command._crawl = lambda self, name, opts: 1 / 0
execute(["scrapy", "crawl", "demo"])
"""


class ScrapyOffice(table.Office):
    """The same paper, watched by Scrapy's command; what that does not print is read from the run's record."""

    defect = DEFECT
    module = "scrapy"

    def words(self, *arguments: str) -> list[str]:
        words, rest = list[str](), list(arguments)
        while rest:
            word = rest.pop(0)
            if word in OPTIONS:
                words += ["-s", OPTIONS[word] + ("" if word == "--fail-on-drift" else rest.pop(0))]
            elif word != "--json":
                words.append(word)
        return words

    def command(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        done = super().command(*arguments, **environ)
        report: dict[str, object] = {"exit_code": done.returncode}
        runs = self.stored(lambda store: store.runs("demo", 1))
        if runs and runs[0].exit_code is not None:
            report = {"exit_code": runs[0].exit_code, "reason": runs[0].reason, "errors": dict(runs[0].errors)}
        done.stdout = json.dumps(report)
        return done


def unwritable_export(office: table.Office) -> int:
    code = office.command("crawl", "demo", "-a", f"base={office.gazette.base}", "-O", "/proc/none/a.jsonl").returncode
    assert office.gazette.exchanges == []
    return code


OF_OTHER_COMMANDS = (table.unknown_name, table.open_alarm)
TABLE: tuple[tuple[int, Callable[[table.Office], int]], ...] = (
    *((code, case) for code, case in table.TABLE if case not in OF_OTHER_COMMANDS),
    (2, unwritable_export),
)


@pytest.fixture
def office(gazette_driver: CrawlDriver, gazette: Gazette) -> table.Office:
    gazette.articles = {name: [f"This is what {name} tells."] for name in table.NAMES}
    gazette.listed = dict.fromkeys(table.NAMES, "")
    return ScrapyOffice(gazette_driver, gazette)


@pytest.mark.parametrize(("code", "case"), TABLE, ids=[f"{code}-{case.__name__}" for code, case in TABLE])
def test_scrapy_ends_with_the_code_that_the_table_gives(
    office: table.Office, code: int, case: Callable[[table.Office], int]
) -> None:
    assert case(office) == code


def test_every_code_of_a_crawl_is_shown() -> None:
    assert {code for code, _ in TABLE} == {code for code, _ in table.TABLE}


def test_articles_are_exported_with_text_verdict_and_version(office: table.Office, tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    office.refuse(table.NAMES[0])
    done = office.command("crawl", "demo", "-a", f"base={office.gazette.base}", "-O", str(path))
    assert done.returncode == 1, done.stderr
    rows = {row["guid"]: row for row in map(json.loads, path.read_text("utf-8").splitlines())}
    refused = rows.pop(None)
    assert (refused["verdict"], refused["version"], refused["text"]) == ("blocked", None, None)
    assert sorted(rows) == [name[-3:] for name in table.NAMES[1:]]
    row = rows["102"]
    assert (row["verdict"], row["version"], row["headline"]) == ("new", 1, "News of the story")
    assert row["text"].startswith("This is what story-102 tells.\n\n")
    assert {"authors", "date_published", "date_modified", "url", "at", "article_id"} <= set(row)
