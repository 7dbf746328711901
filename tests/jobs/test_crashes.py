"""Kills at any moment lose nothing and invent nothing: reruns end where an undisturbed twin ends."""

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

if TYPE_CHECKING:
    from .conftest import CrawlDriver

pytestmark = pytest.mark.slow

# Exchanges after which a crawl of an edition dies: from the first listing to the last story, ten in all.
KILLS = {1: (2, 8, 15), 2: (5, 12, 18), 3: (4, 16), 4: (7, 20)}


def test_crawler_killed_at_ten_points_ends_like_an_undisturbed_twin(driver: CrawlDriver, tmp_path: Path) -> None:
    twin_config = replace(driver.config, mongo_database=f"{driver.config.mongo_database[:50]}-twin")
    twin = type(driver)(driver.newsroom, twin_config)
    for edition, points in KILLS.items():
        driver.newsroom.edition = edition
        for point in points:
            driver.kill_at(point)
        assert driver.crawl().exit_code == 0
        assert twin.crawl().exit_code == 0
    found, expected = driver.histories(), twin.histories()
    assert found == expected
    assert sum(len(versions) for versions in found.values()) > len(found), "the editions hold edits"


def test_mongod_killed_in_mid_crawl_loses_nothing(newsroom: Newsroom, driver: CrawlDriver, tmp_path: Path) -> None:
    home = tmp_path / "home"
    struck = type(driver)(newsroom, Config(home=home, delay_seconds=0.0, policy="sniffer"))
    held = embedded.join(home)
    try:
        crawl = struck.start()
        struck.wait_until(lambda: len(newsroom.exchanges) > 8)
        os.kill(held.pid, signal.SIGKILL)
        crawl.join()
        assert struck.crawl().exit_code == 0
        assert driver.crawl().exit_code == 0
        assert struck.histories() == driver.histories()
    finally:
        held.leave()


def test_second_crawl_of_a_source_ends_with_code_3_and_asks_for_nothing(driver: CrawlDriver) -> None:
    first = driver.start(config=replace(driver.config, delay_seconds=1.0))
    driver.wait_until(lambda: len(driver.newsroom.exchanges) > 2)
    port_before = driver.newsroom.port
    with Newsroom(port=0) as other:
        second = driver.crawl(arguments={"base": other.base})
        assert other.exchanges == []
        assert other.port != port_before
    assert (second.reason, second.exit_code) == ("lease_held", 3)
    assert first.is_alive()


def test_two_crawls_without_a_lease_store_one_version_each(driver: CrawlDriver) -> None:
    """The lease is a courtesy; exactness comes from unique indexes and guarded heads."""
    environ = driver.environ()
    command = [
        sys.executable, "-m", "scrapy", "crawl", "demo", "-a", f"base={driver.newsroom.base}",
        "-s", 'EXTENSIONS={"newscrawl.fetch.downloader.ExchangeExtension": 0}', "-s", "LOG_LEVEL=ERROR",
        "-s", "NEWSCRAWL_HOST_LIMITER=newscrawl.fetch.host_limiter.NoLimit",
    ]  # fmt: skip
    crawls = [
        subprocess.Popen(command, cwd=PROJECT_ROOT, env=environ, stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]
    told = [crawl.communicate(timeout=90)[1] for crawl in crawls]
    assert [crawl.returncode for crawl in crawls] == [0, 0], told
    found = driver.histories()
    assert len(found) == 18
    assert all(len(versions) == 1 for versions in found.values())
    asked = [e.path for e in driver.newsroom.exchanges if e.path.startswith("/2026/")]
    assert len(asked) > len(found), "both crawls looked at the same stories"


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_interrupted_crawl_ends_with_code_7_and_loses_nothing(driver: CrawlDriver, sent: int) -> None:
    command = [sys.executable, "-m", "newscrawl", "crawl", "demo", "-a", f"base={driver.newsroom.base}", "--json"]
    environ = driver.environ() | {"NEWSCRAWL_DELAY_SECONDS": "1"}
    crawl = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    driver.wait_until(lambda: len(driver.newsroom.exchanges) > 3 or crawl.poll() is not None)
    crawl.send_signal(sent)
    out, told = crawl.communicate(timeout=60)
    assert crawl.returncode == 7, told
    assert '"reason": "shutdown"' in out
    assert driver.crawl().exit_code == 0
    assert len(driver.histories()) == 18
