"""The address that is requested after each good round: when it is due, and that it is never printed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from newscrawl.config import Config
from newscrawl.errors import ConfigError
from newscrawl.jobs.dead_mans_ping import EVERY_SECONDS, DeadMansPing, request
from newscrawl.jobs.job import CrawlReport
from newscrawl.secret_text import SecretUrl

SECRET = "9a1f-secret"


def report(exit_code: int, excused: str = "") -> CrawlReport:
    return CrawlReport(source="courier", reason="finished", exit_code=exit_code, excused=excused)


@contextmanager
def pinged(status: int = 200) -> Iterator[tuple[SecretUrl, list[str]]]:
    """Listen for pings; yields the address and the paths that were asked for."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield SecretUrl(f"http://127.0.0.1:{server.server_port}/{SECRET}"), paths
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


async def test_a_ping_is_due_each_minute_and_not_while_every_crawl_fails() -> None:
    now = 1000.0
    with pinged() as (url, paths):
        ping = DeadMansPing(url, seconds=lambda: now)
        assert ping.is_due()  # nothing was due to be crawled, and the database answers
        await ping.send()
        assert paths == [f"/{SECRET}"]
        now += EVERY_SECONDS - 1
        assert not ping.is_due()
        now += 1
        ping.note(report(1))
        assert not ping.is_due()
        ping.note(report(4))
        assert not ping.is_due()
        ping.note(report(0))
        assert ping.is_due()
        await ping.send()
        now += EVERY_SECONDS
        ping.note(report(1, excused="acknowledged"))
        assert ping.is_due()


async def test_without_an_address_nothing_is_due() -> None:
    assert not DeadMansPing(None).is_due()


@pytest.mark.parametrize("status", [404, 500])
def test_a_service_that_refuses_is_logged_without_the_address(caplog: pytest.LogCaptureFixture, status: int) -> None:
    with pinged(status) as (url, _):
        assert not request(url)
    assert f"status {status}" in caplog.text
    assert "http://127.0.0.1" in caplog.text
    assert SECRET not in caplog.text


def test_a_service_that_is_away_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with pinged() as (url, _):
        pass
    assert not request(url)
    assert "ping=failed" in caplog.text
    assert SECRET not in caplog.text


def test_the_address_is_in_no_representation_of_the_configuration() -> None:
    config = Config.from_env({"NEWSCRAWL_PING_URL": f"https://user:pass@ping.example/{SECRET}?key={SECRET}"})
    assert config.ping_url is not None
    shown = f"{config} {config!r} {config.ping_url} {config.ping_url!r} {config.ping_url:>60} {[config.ping_url]}"
    assert "https://ping.example/***" in shown
    assert SECRET not in shown
    assert "pass" not in shown
    assert config.ping_url.revealed.endswith(SECRET)
    with pytest.raises(ConfigError) as caught:
        Config.from_env({"NEWSCRAWL_PING_URL": f"ftp://ping.example/{SECRET}"})
    assert SECRET not in str(caught.value)
