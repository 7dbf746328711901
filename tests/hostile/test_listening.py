"""A crawl listens on nothing: what could be reached could be attacked, or run code (row 40)."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.jobs import conftest as jobs
from tests.jobs.conftest import CrawlDriver
from tests.jobs.gazette import Answer, Gazette, page

driver, gazette, gazette_driver, newsroom = jobs.driver, jobs.gazette, jobs.gazette_driver, jobs.newsroom
LISTENING, UDP_UNCONNECTED = "0A", "07"  # states in /proc/net (include/net/tcp_states.h)


def open_to_others(pid: int | str) -> list[str]:
    """Return the sockets of a process that others could send to: listening TCP and Unix ones, unconnected UDP."""
    inodes = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            inodes.add(link.readlink().name)
        except OSError:  # closed meanwhile
            continue
    found = []
    for table, state in (("tcp", LISTENING), ("tcp6", LISTENING), ("udp", UDP_UNCONNECTED), ("udp6", UDP_UNCONNECTED)):
        rows = [line.split() for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]]
        found += [f"{table} {row[1]}" for row in rows if row[3] == state and f"socket:[{row[9]}]" in inodes]
    rows = [line.split() for line in Path(f"/proc/{pid}/net/unix").read_text().splitlines()[1:]]
    accepting = 0x10000  # SO_ACCEPTCON
    return found + [f"unix {row[7:]}" for row in rows if int(row[3], 16) & accepting and f"socket:[{row[6]}]" in inodes]


def test_a_crawl_under_way_listens_on_nothing(gazette_driver: CrawlDriver, gazette: Gazette) -> None:
    was_asked, may_answer = threading.Event(), threading.Event()

    def hold(headers: Mapping[str, str]) -> Answer:
        was_asked.set()
        may_answer.wait()
        return 200, {"Content-Type": "text/html; charset=utf-8"}, page("pier-101", ["The pier is open."])

    gazette.listed = {"pier-101": ""}
    gazette.overrides["pier-101"] = hold
    process = gazette_driver.start()
    try:
        CrawlDriver.wait_until(lambda: was_asked.is_set() or not process.is_alive())
        assert was_asked.is_set()
        assert process.pid is not None
        assert open_to_others(process.pid) == []
    finally:
        may_answer.set()
        process.join()


@pytest.mark.parametrize("kind", ["tcp", "tcp6", "udp", "unix"])
def test_what_listens_is_seen(kind: str, tmp_path: Path) -> None:
    family = {"tcp6": socket.AF_INET6, "unix": socket.AF_UNIX}.get(kind, socket.AF_INET)
    address = {"tcp6": ("::1", 0), "unix": str(tmp_path / "s")}.get(kind, ("127.0.0.1", 0))
    before = open_to_others("self")  # of fixtures that serve tests of this process
    with socket.socket(family, socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM) as opened:
        opened.bind(address)
        if kind != "udp":
            opened.listen()
        assert [line.split()[0] for line in open_to_others("self") if line not in before] == [kind]
