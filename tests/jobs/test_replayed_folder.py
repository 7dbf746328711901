"""A folder of recordings is played as a whole: every edition of an article, in the order of their dates."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pymongo import MongoClient

from newscrawl.clock import SteppingClock
from newscrawl.config import PROJECT_ROOT
from tests.faults.waiting import PATIENCE_SECONDS
from tests.forked import commands as forked

from .archive import make_due, with_store
from .gazette import Gazette

if TYPE_CHECKING:
    from .conftest import CrawlDriver

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
WORDINGS = [f"The ferry carries {number} passengers." for number in (90, 120, 150, 180)]


@pytest.fixture
def recorded(gazette_driver: CrawlDriver, gazette: Gazette, tmp_path: Path) -> Path:
    """Four recordings, named against the order of their dates; listings name the article in the first one only."""
    folder = tmp_path / "recordings"
    folder.mkdir()
    gazette.listed = {"pier-101": "The ferry"}
    for number, wording in enumerate(WORDINGS):
        at = START + timedelta(days=number)
        with_store(gazette_driver.config, lambda store, at=at: make_due(store, at))
        gazette.articles["pier-101"] = [wording, "It crosses the harbour all day."]
        gazette_driver.crawl(clock=SteppingClock(at), record=folder / f"{9 - number}.warc.gz")
        gazette.listed = {}
    return folder


@pytest.fixture
def other(gazette_driver: CrawlDriver) -> Iterator[CrawlDriver]:
    """A driver whose archive is empty."""
    name = f"{gazette_driver.config.mongo_database[:50]}-replayed"
    yield type(gazette_driver)(gazette_driver.newsroom, replace(gazette_driver.config, mongo_database=name))
    with MongoClient(gazette_driver.config.mongo_uri) as client:
        client.drop_database(name)


def test_four_editions_of_one_article_in_one_folder_become_four_versions(
    gazette_driver: CrawlDriver, other: CrawlDriver, gazette: Gazette, recorded: Path
) -> None:
    requests = len(gazette.exchanges)
    command = ["crawl", "demo", "-a", f"base={gazette.base}", "--json", "--replay", str(recorded)]
    done = forked.run(command, env=other.environ(), cwd=PROJECT_ROOT)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcomes"] == {"new": 1, "changed": 3}
    assert len(gazette.exchanges) == requests
    assert other.histories() == gazette_driver.histories()
    (versions,) = other.histories().values()
    assert len(versions) == len(WORDINGS)


def test_single_crawl_refuses_several_editions_and_names_what_it_would_leave_out(
    other: CrawlDriver, gazette: Gazette, recorded: Path
) -> None:
    words = ["crawl", "demo", "-a", f"base={gazette.base}", "-s", f"NEWSCRAWL_REPLAY={recorded}"]
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", *words],
        env=other.environ(),
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode != 0
    assert "holds 4 editions" in done.stderr
    assert f"{gazette.base}/2026/03/pier-101 of 2026-03-03" in done.stderr
    assert other.histories() == {}
