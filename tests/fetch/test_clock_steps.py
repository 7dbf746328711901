"""A clock that is set during a transfer ends it neither early nor late: deadlines are durations."""

from __future__ import annotations

import socket
import threading

from tests.faults.waiting import PATIENCE_SECONDS

from .conftest import Wire, crawl, page


def test_a_transfer_outlives_a_clock_that_is_set_forward(wire: Wire) -> None:
    has_stepped = threading.Event()
    answer = page(b"<html>" + b"x" * 1000 + b"</html>")

    def held(wire: Wire, client: socket.socket) -> None:
        client.sendall(answer[:-500])
        assert has_stepped.wait(PATIENCE_SECONDS)
        client.sendall(answer[-500:])

    def stepped(wire: Wire, client: socket.socket) -> None:
        has_stepped.set()
        client.sendall(page(b"noted"))

    wire.answers |= {"/held": held, "/stepped": stepped}
    settings = {"NEWSCRAWL_EGRESS_ALLOW": [wire.authority], "ROBOTSTXT_OBEY": False}
    crawled = crawl(wire.url("/held"), settings=settings, plan={"step_clock": wire.url("/stepped")})
    assert crawled[wire.url("/held")].get("status") == 200, crawled[wire.url("/held")]
