"""Requests wait for their turn, and end when their host is another process's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from newscrawl.clock import SteppingClock
from newscrawl.fetch.host_limiter import Permit, wait_for_turn
from newscrawl.fetch.politeness import Politeness
from newscrawl.fetch.scope import FetchScope
from tests.fetch.conftest import Wire, crawl, drip

NOW = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
URL = "https://a.example/report"
GIVEN, LOST, HELD = Permit(), Permit(ask_again_seconds=0.0), Permit(ask_again_seconds=0.01)
PAUSED = Permit(paused_until=NOW + timedelta(seconds=0.01))


class Scripted:
    """A turn whose answers are written down."""

    ends_at: float | None = None

    def __init__(self, admissions: list[Permit], confirmations: list[Permit]) -> None:
        self.admissions, self.confirmations = admissions, confirmations

    async def admit(self, now: datetime, *, delay_seconds: float) -> Permit:
        return self.admissions.pop(0)

    def confirm(self, now: datetime) -> Permit:
        return self.confirmations.pop(0)


async def test_request_is_sent_only_if_its_host_is_still_ours_after_its_wait() -> None:
    waits = Permit(wait_seconds=0.01)
    turn = Scripted([HELD, HELD, waits, PAUSED, waits, GIVEN], [LOST, PAUSED, GIVEN])
    politeness = Politeness(SteppingClock(NOW), FetchScope(), max_wait_seconds=30)
    await wait_for_turn(turn, politeness, SteppingClock(NOW), URL, 0.0)
    assert (turn.admissions, turn.confirmations) == ([], [])


def test_exchange_ends_when_its_host_can_no_longer_be_kept(wire: Wire) -> None:
    """Another process may request the host then; it is no fault of the server, whose answer was under way."""
    wire.answers["/slow"] = drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b"<p>")
    settings = {
        "NEWSCRAWL_HOST_LIMITER": "tests.fetch.lapsing_limiter.Lapsing",
        "NEWSCRAWL_EGRESS_ALLOW": ["127.0.0.1"],
        "DOWNLOAD_TIMEOUT": 600,
        "ROBOTSTXT_OBEY": False,
    }
    result = crawl(wire.url("/slow"), settings=settings)[wire.url("/slow")]
    assert (result["outcome"], result["reason"]) == ("blocked", "interrupted")
    assert "lease" in result["detail"]
