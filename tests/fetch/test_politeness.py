"""Retry-After, the delay between requests, and robots.txt."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from scrapy.http import Headers, Request, Response

from newscrawl.clock import SteppingClock
from newscrawl.errors import StoreUnavailable
from newscrawl.fetch.failures import HostPaused, Interrupted
from newscrawl.fetch.politeness import Politeness, retry_after, retry_at_of
from newscrawl.fetch.robots import MAX_BYTES, Robots
from newscrawl.fetch.scope import FetchScope
from newscrawl.items import MAX_RETRY_AFTER

from .conftest import Crawled, Wire, crawl, open_ended, page
from .connect_proxy import ConnectProxy

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
HTML = b"<html></html>"


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("120", None, 120),
        ("0", None, 0),
        ("Fri, 01 May 2026 12:02:00 GMT", None, 120),
        ("Friday, 01-May-26 12:02:00 GMT", None, 120),
        ("Fri, 01 May 2026 13:02:00 GMT", "Fri, 01 May 2026 13:00:00 GMT", 120),  # the server's clock is an hour ahead
        ("Fri, 01 May 2026 11:00:00 GMT", None, 0),
        ("99999999999999999999", None, MAX_RETRY_AFTER.total_seconds()),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None, MAX_RETRY_AFTER.total_seconds()),
        ("", None, None),
        ("soon", None, None),
        ("-5", None, None),
        ("Fri, 99 May 2026 12:02:00 GMT", None, None),
    ],
)
def test_retry_after_is_read_in_both_its_forms(value: str, date: str | None, seconds: float | None) -> None:
    wait = retry_after(Headers({"Retry-After": value} | ({"Date": date} if date else {})), NOW)
    assert wait == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("status", "expected"), [(429, NOW + timedelta(minutes=2)), (503, NOW + timedelta(minutes=2)), (200, None)]
)
def test_retry_at_is_by_the_crawls_clock(status: int, expected: datetime | None) -> None:
    request = Request("http://a.example/", meta={"nc_fetched_at": NOW})
    assert retry_at_of(Response(request.url, status, {"Retry-After": "120"}, request=request)) == expected


async def test_a_stored_pause_of_an_earlier_run_holds() -> None:
    politeness = Politeness(SteppingClock(NOW), FetchScope(), max_wait_seconds=30)
    politeness.pause("a.example", timedelta(hours=1))
    with pytest.raises(HostPaused) as raised:
        await politeness.wait("https://a.example/story")
    assert raised.value.retry_at is not None
    assert abs(raised.value.retry_at - NOW - timedelta(hours=1)) < timedelta(seconds=5)
    await politeness.wait("https://b.example/story")


async def test_a_stored_pause_that_is_over_delays_nothing() -> None:
    politeness = Politeness(SteppingClock(NOW), FetchScope(), max_wait_seconds=30)
    politeness.pause("a.example", timedelta(seconds=-1))
    await politeness.wait("http://a.example/")


async def test_setting_the_clock_does_not_end_a_pause() -> None:
    clock = SteppingClock(NOW)
    politeness = Politeness(clock, FetchScope(), max_wait_seconds=30)
    politeness.pause("a.example", timedelta(hours=1))
    clock.advance_to(NOW + timedelta(days=30))
    with pytest.raises(HostPaused):
        await politeness.wait("https://a.example/")


@pytest.mark.parametrize(("stated", "default", "delay"), [(5, 1, 5), (0.2, 1, 1), (3600, 1, 30)])
def test_crawl_delay_is_applied_up_to_its_maximum(stated: float, default: float, delay: float) -> None:
    politeness = Politeness(SteppingClock(NOW), FetchScope(), max_wait_seconds=30)
    politeness.set_crawl_delay("https://a.example", stated)
    assert politeness.delay_of("https://a.example/x", default) == delay
    assert politeness.delay_of("https://b.example/x", default) == default


async def test_paces_are_shared_by_the_crawls_of_a_process() -> None:
    scope = FetchScope()
    first, second = (Politeness(SteppingClock(NOW), scope, max_wait_seconds=30) for _ in range(2))
    first.pause("a.example", timedelta(hours=1))
    with pytest.raises(HostPaused):
        await second.wait("https://a.example/")


async def enter(politeness: Politeness) -> None:
    async with politeness.place_in_queue("https://a.example/"):
        pass


async def test_stopped_crawl_lets_nothing_through_and_frees_who_waits() -> None:
    scope = FetchScope()
    first, second = (Politeness(SteppingClock(NOW), scope, max_wait_seconds=3600) for _ in range(2))
    first.pause("a.example", timedelta(minutes=30))
    async with first.place_in_queue("https://a.example/"):
        waiting = asyncio.ensure_future(first.wait("https://a.example/"))
        queued = asyncio.ensure_future(enter(first))
        await asyncio.sleep(0)
        first.stop()
        for task in (waiting, queued):
            with pytest.raises(Interrupted):
                await task
    await second.wait("https://b.example/")
    await enter(second)


def busy(retry_after: str, status: str) -> bytes:
    return page(b"", f"Retry-After: {retry_after}", status=status)


@dataclass
class Hosts:
    """Servers with names of their own, since hosts are distinguished only by name, and a crawl of them."""

    servers: dict[str, Wire]
    crawled: Crawled

    def result_of(self, host: str, path: str) -> dict[str, Any]:
        return self.crawled[url_of(host, self.servers[host], path)]


def url_of(host: str, server: Wire, path: str) -> str:
    return f"http://{host}.example:{server.port}{path}"


def crawl_hosts(answers: dict[str, dict[str, bytes]], **overrides: object) -> Hosts:
    """Crawl every host's paths except its robots.txt, in the order given."""
    servers = {host: Wire() for host in answers}
    for host, server in servers.items():
        server.answers |= answers[host]
    urls = [
        url_of(host, servers[host], path) for host, paths in answers.items() for path in paths if "robots" not in path
    ]
    settings = {"NEWSCRAWL_EGRESS_ALLOW": [f"{host}.example" for host in answers], **overrides}
    crawled = crawl(*urls, settings=settings, plan={"names": {f"{host}.example": ["127.0.0.1"] for host in answers}})
    for server in servers.values():
        server.close()
    return Hosts(servers, crawled)


PAGES = {f"/{n}": page(HTML) for n in range(4)}


@pytest.fixture(scope="module")
def paused(way: ConnectProxy | None) -> Hosts:
    moment = (datetime.now(UTC) + timedelta(seconds=120)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    answers = {
        "short": {"/busy": busy("1", "429 Too Many Requests"), "/next": page(HTML)},
        "seconds": {"/first": busy("120", "503 Service Unavailable"), **PAGES},
        "date": {"/first": busy(moment, "429 Too Many Requests"), **PAGES},
        "other": {"/story": page(HTML)},
        "slow": {"/robots.txt": page(b"User-agent: *\nCrawl-delay: 0.4\n", kind="text/plain"), **PAGES},
    }
    return crawl_hosts(answers, CONCURRENT_REQUESTS=1)


def test_a_short_pause_is_waited_for_and_its_end_is_reported(paused: Hosts) -> None:
    _, first, after = paused.servers["short"].requests
    assert after.at - first.at >= 1
    result = paused.result_of("short", "/busy")
    wait = datetime.fromisoformat(result["retry_at"]) - datetime.fromisoformat(result["fetched_at"])
    assert wait == timedelta(seconds=1)
    assert paused.result_of("short", "/next")["status"] == 200


@pytest.mark.parametrize("host", ["seconds", "date"])
def test_no_request_reaches_a_host_within_its_pause(paused: Hosts, host: str) -> None:
    assert paused.servers[host].paths() == ["/robots.txt", "/first"]
    results = [paused.result_of(host, path) for path in PAGES]
    assert {(result["outcome"], result["reason"]) for result in results} == {("blocked", "host_paused")}
    waits = [datetime.fromisoformat(result["retry_at"]) - datetime.now(UTC) for result in results]
    assert all(timedelta(seconds=90) < wait < timedelta(seconds=121) for wait in waits)
    assert f"{host}.example" in paused.crawled.facts["paused"]


def test_the_pause_of_one_host_does_not_delay_another(paused: Hosts) -> None:
    assert paused.result_of("other", "/story")["status"] == 200


def test_requests_to_a_host_keep_its_crawl_delay(paused: Hosts) -> None:
    times = [request.at for request in paused.servers["slow"].requests]
    assert len(times) == 5
    assert times[-1] - times[1] > 1.0  # three delays; the first page follows robots.txt at once


def test_the_configured_delay_is_a_minimum() -> None:
    hosts = crawl_hosts({"host": PAGES}, DOWNLOAD_DELAY=0.3)
    times = [request.at for request in hosts.servers["host"].requests]
    assert times[-1] - times[1] > 0.75  # three delays; the first request waits for the downloader to be built


ROBOTS = {
    "missing": (page(b"", status="404 Not Found"), None),
    "forbidden-file": (page(b"", status="403 Forbidden"), None),
    "disallow-all": (page(b"User-agent: *\nDisallow: /\n", kind="text/plain"), "robots"),
    "named": (page(b"User-agent: newscrawl\nDisallow: /\n\nUser-agent: *\nAllow: /\n"), "robots"),
    "others": (page(b"User-agent: otherbot\nDisallow: /\n"), None),
    "server-error": (page(b"", status="500 Internal Server Error"), "robots_unreachable"),
    "unavailable": (page(b"", status="503 Service Unavailable"), "robots_unreachable"),
    "too-many": (page(b"", status="429 Too Many Requests"), "robots_unreachable"),
    "open-ended": (open_ended(b"User-agent: *\nDisallow: /story\n"), "robots"),
    "cut": (page(b"User-agent: *\n", length=900), "truncated"),
    "huge": (page(b"User-agent: *\nDisallow: /x\n" + b"# padding\n" * MAX_BYTES + b"Disallow: /\n"), None),
    "html": (page(b"<html><body>Disallow: /</body></html>"), None),
    "loop": (page(b"", "Location: /robots.txt", status="302 Found"), None),
    "redirected": (page(b"", "Location: /real-robots.txt", status="301 Moved Permanently"), "robots"),
}


BLOCKS = ("disallow-all", "named", "open-ended", "redirected", "too-many")


@pytest.fixture(scope="module")
def robots_crawl(way: ConnectProxy | None) -> Hosts:
    real = {"/real-robots.txt": page(b"User-agent: *\nDisallow: /\n")}
    return crawl_hosts(
        {case: {"/robots.txt": answer, "/story": page(HTML)} | real for case, (answer, _) in ROBOTS.items()}
    )


@pytest.mark.parametrize("case", ROBOTS)
def test_robots_txt_is_obeyed_as_in_rfc_9309(robots_crawl: Hosts, case: str) -> None:
    reason = ROBOTS[case][1]
    result = robots_crawl.result_of(case, "/story")
    assert result.get("reason") == reason
    assert result.get("outcome") == (None if reason is None else "blocked" if case in BLOCKS else "error")
    assert ("/story" in robots_crawl.servers[case].paths()) == (reason is None)


RFC_EXAMPLE = b"""User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot
"""


@pytest.mark.parametrize(
    ("agent", "path", "allowed"),
    [
        ("anybot", "/example/page.html", False),
        ("anybot", "/publications/x", True),
        ("anybot", "/pic.gif", False),
        ("anybot", "/pic.gif?x", True),
        ("foobot", "/example/page.html", True),
        ("foobot", "/example/allowed.gif", True),
        ("foobot", "/", False),
        ("FooBot", "/elsewhere", False),
        ("barbot", "/example/page.html", False),
        ("bazbot", "/example/page.html", False),
        ("bazbot", "/example/other", True),
        ("quxbot", "/example/page.html", True),
        ("foobot", "/robots.txt", True),
    ],
)
def test_the_example_of_rfc_9309_is_read_as_described(agent: str, path: str, allowed: bool) -> None:
    assert Robots.parse(RFC_EXAMPLE, agent).allows(f"http://a.example{path}") is allowed


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("Disallow: /a\nAllow: /a", "/a/b", True),  # equal length: allow wins
        ("Allow: /a\nDisallow: /a/b", "/a/b/c", False),  # the longest pattern wins
        ("Disallow: /a*c$", "/abc", False),
        ("Disallow: /a*c$", "/abcd", True),
        ("Disallow: /a$", "/a", False),
        ("Disallow: /a$", "/ab", True),
        ("Disallow: /a*b*b$", "/ab", True),  # the stars may not share a letter
        ("Disallow: /foo/bar?baz=http://foo.bar", "/foo/bar?baz=http%3A%2F%2Ffoo.bar", True),
        ("Disallow: /foo/%62ar", "/foo/bar", False),
        ("Disallow: /föö", "/f%C3%B6%c3%b6/x", False),
        ("Disallow:", "/a", True),
        ("Disallow: / # all of it", "/a", False),
        ("disallow : /a", "/a", False),
        ("Noindex: /\nDisallow: /b", "/a", True),
    ],
)
def test_patterns_match_octet_by_octet(rules: str, path: str, allowed: bool) -> None:
    robots = Robots.parse(f"User-agent: *\n{rules}\n".encode(), "newscrawl")
    assert robots.allows(f"http://a.example{path}") is allowed


def test_groups_for_one_agent_are_read_together() -> None:
    first = b"\xef\xbb\xbfuser-agent: newscrawl/2.0\rdisallow: /a\r\n\r\n"
    robots = Robots.parse(first + b"User-agent: x\nDisallow: /c\nUSER-AGENT: NewsCrawl\nDisallow: /b", "newscrawl")
    assert [robots.allows(f"http://h.example/{path}") for path in "abc"] == [False, False, True]


def test_many_stars_are_matched_in_linear_time() -> None:
    lines = "".join(f"Disallow: /{'*a' * (2000 + n)}b$\n" for n in range(100))
    robots = Robots.parse(f"User-agent: *\n{lines}".encode(), "newscrawl")
    started = time.process_time()
    assert robots.allows("http://a.example/" + "a" * 20_000)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(("value", "seconds"), [("5", 5.0), ("0.5", 0.5), ("1e999", None), ("x", None), ("-1", None)])
def test_crawl_delay_is_a_finite_number_or_none(value: str, seconds: float | None) -> None:
    robots = Robots.parse(f"User-agent: *\nCrawl-delay: {value}\nDisallow: /a".encode(), "newscrawl")
    assert robots.crawl_delay_seconds == seconds


async def test_a_store_that_is_away_while_robots_txt_is_fetched_forbids_no_later_request() -> None:
    scope = FetchScope()

    async def without_store() -> Robots:
        raise StoreUnavailable("MongoDB cannot be used")

    async def with_store() -> Robots:
        return Robots()

    with pytest.raises(StoreUnavailable):
        await scope.robots_of("https://news.example", without_store)
    assert (await scope.robots_of("https://news.example", with_store)).allows("https://news.example/a")
