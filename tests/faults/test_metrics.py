"""Metrics of a worker and of a reader, over HTTP: what several processes measured, and what the archive has."""

from __future__ import annotations

import os
import signal
import socket
import urllib.request
from pathlib import Path

import pytest

from tests.health.test_metrics import value, values

from .archive import Archive
from .conftest import MakeArchive
from .mongo import free_port
from .processes import Process, stop
from .waiting import PATIENCE_SECONDS, until
from .world import Site

pytestmark = pytest.mark.slow

SOURCES = ("lock", "mole", "quay")
ARTICLES = range(1, 9)


@pytest.fixture
def archive(sites: dict[str, Site], make_archive: MakeArchive) -> Archive:
    return make_archive()


def scraped(port: int) -> str:
    """Return what is exposed; empty while nothing listens."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE_SECONDS) as answer:
            return str(answer.read().decode())
    except OSError:
        return ""


def count(text: str, name: str) -> float:
    return sum(amount for (found, _), amount in values(text).items() if found == name)


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def checks_of(archive: Archive, source: str) -> dict[str, int]:
    stats = [run.stats for run in archive.runs(source)]
    outcomes = {name for each in stats for name in each} - {"discovered", "checked", "versions"}
    return {name: sum(int(str(each.get(name, 0))) for each in stats) for name in outcomes}


def crawling(archive: Archive, worker: Process) -> int:
    """Return a process of crawls: one that has a file of measurements."""
    files = (archive.folder / "home" / "metrics").glob("*/histogram_*.db")
    measured = {int(file.stem.rpartition("_")[2]) for file in files}
    return next(pid for pid in worker.family() if pid in measured and pid != worker.pid)


def test_worker_exposes_the_archive_and_its_processes_until_it_ends(archive: Archive) -> None:
    port = free_port()
    worker = archive.start("worker", "--processes", "2", METRICS_PORT=str(port))
    expected = len(SOURCES) * len(ARTICLES)
    until(lambda: count(scraped(port), "newscrawl_versions_total") >= expected or worker.code is not None, "all new")
    text = scraped(port)
    assert worker.code is None, worker.told()
    assert value(text, "newscrawl_db_up") == 1
    for source in SOURCES:
        checks = checks_of(archive, source)
        shown = {result: value(text, "newscrawl_checks_total", source=source, result=result) for result in checks}
        assert shown == checks
    # Robots file, feed and articles of each source; sources with a host in common would share one process.
    fetched = count(text, "newscrawl_fetch_seconds_count")
    assert fetched >= expected
    assert count(text, "newscrawl_read_seconds_count") >= expected
    assert value(text, "newscrawl_db_seconds_count", command="find") not in (None, 0)
    until(lambda: count(scraped(port), "newscrawl_loop_lag_seconds_count") > 0, "loops are to be measured")

    killed = crawling(archive, worker)
    os.kill(killed, signal.SIGKILL)
    until(lambda: killed not in worker.family(), "the process is to be gone")
    assert count(scraped(port), "newscrawl_fetch_seconds_count") >= fetched

    second = archive.run("worker", METRICS_PORT=str(port))
    assert second.code == 2, second.told()
    assert "NEWSCRAWL_METRICS_PORT" in second.err
    assert count(scraped(port), "newscrawl_fetch_seconds_count") >= fetched, "what the first one measured is gone"
    stop(worker)
    assert not is_open(port)
    assert not (archive.folder / "home" / "metrics" / str(port)).exists()


def test_crawl_listens_on_nothing_though_a_port_is_set(archive: Archive) -> None:
    port = free_port()
    crawl = archive.start("crawl", *SOURCES, METRICS_PORT=str(port))
    until(lambda: is_open(port) or crawl.code is not None, "it is to end")
    assert crawl.code == 0, crawl.told()


def test_textfile_is_written_at_once_or_not_at_all(archive: Archive, tmp_path: Path) -> None:
    archive.crawl("quay")
    file = tmp_path / "newscrawl.prom"
    assert archive.run("metrics", "--textfile", file).code == 0
    assert value(file.read_text(), "newscrawl_versions_total", source="quay") == len(ARTICLES)
    away = archive.run("metrics", "--textfile", tmp_path / "none" / "newscrawl.prom")
    assert away.code == 2
    assert "none" in away.err


def test_reader_exposes_what_it_answered(archive: Archive) -> None:
    archive.crawl("quay")
    port, metrics = free_port(), free_port()
    reader = archive.start("serve", "--port", str(port), "--workers", "2", SERVE_METRICS_PORT=str(metrics))
    until(lambda: "press Ctrl-C" in reader.err or reader.code is not None, "the reader is to listen")
    for _ in range(4):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=PATIENCE_SECONDS).read()
    text = scraped(metrics)
    assert value(text, "newscrawl_http_requests_total", status="200") == 4, reader.told()
    assert count(text, "newscrawl_http_request_seconds_count") == 4
    assert count(text, "newscrawl_db_up") == 0
    reader.send(signal.SIGTERM)
    reader.until_gone()
    assert not is_open(metrics)
