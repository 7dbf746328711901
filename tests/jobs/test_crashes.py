"""A crawl killed at any moment loses no data: after a rerun, the archive equals that of an undisturbed crawl."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newscrawl.config import PROJECT_ROOT, Config
from newscrawl.demo import Newsroom
from newscrawl.store import embedded
from tests.faults.waiting import PATIENCE_SECONDS

from .archive import with_store

if TYPE_CHECKING:
    from .conftest import CrawlDriver, HoldingNewsroom

pytestmark = pytest.mark.slow

# Exchanges after which the crawl of an edition is killed, from the first listing to the last article: ten in all.
KILLS = {1: (2, 8, 15), 2: (5, 12, 18), 3: (4, 16), 4: (7, 20)}


def test_crawl_killed_at_ten_points_stores_the_same_as_an_undisturbed_one(driver: CrawlDriver) -> None:
    config = replace(driver.config, mongo_database=f"{driver.config.mongo_database[:50]}-undisturbed")
    undisturbed = type(driver)(driver.newsroom, config)
    for edition, points in KILLS.items():
        driver.newsroom.edition = edition
        for point in points:
            driver.kill_at(point)
        assert driver.crawl().exit_code == 0
        assert undisturbed.crawl().exit_code == 0
    histories = driver.histories()
    assert histories == undisturbed.histories()
    assert sum(len(versions) for versions in histories.values()) > len(histories), "there are edits in these editions"


def test_mongod_killed_during_a_crawl_loses_no_data(
    newsroom: HoldingNewsroom, driver: CrawlDriver, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    interrupted = type(driver)(newsroom, Config(home=home, delay_seconds=0.0, policy="sniffer"))
    mongod = embedded.join(home)
    try:
        newsroom.hold_after(9)
        crawl = interrupted.start()
        interrupted.wait_until(lambda: len(newsroom.exchanges) > 8)
        os.kill(mongod.pid, signal.SIGKILL)
        newsroom.release()
        crawl.join(PATIENCE_SECONDS)
        assert not crawl.is_alive()
        assert interrupted.crawl().exit_code == 0
        assert driver.crawl().exit_code == 0
        assert interrupted.histories() == driver.histories()
    finally:
        mongod.leave()


def test_second_crawl_of_a_source_exits_with_3_and_requests_nothing(
    newsroom: HoldingNewsroom, driver: CrawlDriver
) -> None:
    newsroom.hold_after(3)
    first = driver.start(config=replace(driver.config, download_timeout_seconds=PATIENCE_SECONDS))
    driver.wait_until(lambda: len(newsroom.exchanges) > 2)
    with Newsroom() as other:
        second = driver.crawl(arguments={"base": other.base})
        assert other.exchanges == []
    assert (second.reason, second.exit_code) == ("lease_held", 3)
    assert first.is_alive()


def test_two_crawls_without_a_lease_store_one_version_each(newsroom: HoldingNewsroom, driver: CrawlDriver) -> None:
    """The lease only avoids needless requests; unique indexes and guarded writes of heads keep histories exact."""
    environ = driver.environ()
    newsroom.hold_after(0)
    command = [
        sys.executable, "-m", "scrapy", "crawl", "demo", "-a", f"base={driver.newsroom.base}",
        "-s", 'EXTENSIONS={"newscrawl.fetch.downloader.ExchangeExtension": 0}', "-s", "LOG_LEVEL=ERROR",
        "-s", "NEWSCRAWL_HOST_LIMITER=newscrawl.fetch.host_limiter.NoLimit",
    ]  # fmt: skip
    crawls = [
        subprocess.Popen(command, cwd=PROJECT_ROOT, env=environ, stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]
    # Both have begun before either is answered: else the first may have ended by then.
    driver.wait_until(lambda: newsroom.held_back > 1 or any(crawl.poll() is not None for crawl in crawls))
    newsroom.release()
    errors = [crawl.communicate(timeout=PATIENCE_SECONDS)[1] for crawl in crawls]
    assert [crawl.returncode for crawl in crawls] == [0, 0], errors
    histories = driver.histories()
    assert len(histories) == 18
    assert all(len(versions) == 1 for versions in histories.values())
    requests = [exchange for exchange in driver.newsroom.exchanges if exchange.path.startswith("/2026/")]
    assert len(requests) > len(histories), "both crawls requested the same articles"


@pytest.mark.parametrize("sent_signal", [signal.SIGTERM, signal.SIGINT])
def test_interrupted_crawl_exits_with_7_and_loses_no_data(
    newsroom: HoldingNewsroom, driver: CrawlDriver, sent_signal: int
) -> None:
    newsroom.hold_after(4)
    command = [sys.executable, "-m", "newscrawl", "crawl", "demo", "-a", f"base={driver.newsroom.base}", "--json"]
    crawl = subprocess.Popen(command, env=driver.environ(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    driver.wait_until(lambda: len(driver.newsroom.exchanges) > 3 or crawl.poll() is not None)
    crawl.send_signal(sent_signal)
    out, errors = crawl.communicate(timeout=PATIENCE_SECONDS)
    assert crawl.returncode == 7, errors
    assert '"reason": "shutdown"' in out
    newsroom.forget()
    assert driver.crawl().exit_code == 0
    assert len(driver.histories()) == 18


def test_crawl_whose_source_was_taken_by_another_ends_with_3(newsroom: HoldingNewsroom, driver: CrawlDriver) -> None:
    """At its next heartbeat, whatever it waits for: the newspaper never answers again."""
    newsroom.hold_after(4)
    command = [sys.executable, "-m", "newscrawl", "crawl", "demo", "-a", f"base={newsroom.base}", "--json"]
    crawl = subprocess.Popen(command, env=driver.environ(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    driver.wait_until(lambda: len(newsroom.exchanges) > 3 or crawl.poll() is not None)
    taken = {"$set": {"run": "another", "token": 99}}
    with_store(driver.config, lambda store: store.db.leases.update_many({"_id": "demo"}, taken))
    out, errors = crawl.communicate(timeout=PATIENCE_SECONDS)
    assert crawl.returncode == 3, errors
    assert '"reason": "lease_held"' in out
