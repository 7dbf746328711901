"""robots.txt (RFC 9309): the questions of Google's parser, and files that closed or opened whole papers by mistake."""

from __future__ import annotations

import base64
import json
import time
import tracemalloc
from pathlib import Path

import pytest

from newscrawl.fetch.robots import MAX_BYTES, Robots
from newscrawl.items import MAX_URL_LENGTH
from tests.hostile.test_event_loop import ROBOTS

# Questions that are answered otherwise: case, last part of the URL → why.
OTHERWISE = {
    ("RobotsUnittest/ID_Encoding", "/foo/bar/ツ"): "RFC 9309, 2.2.2: octets are compared in one spelling",
    ("RobotsUnittest/ID_Encoding", "/foo/bar/baz"): "RFC 9309, 2.2.2: escapes of unreserved characters are undone",
    ("RobotsUnittest/GoogleOnly_IndexHTMLisDirectory", "/allowed-slash/"): "Google's own: no rule of RFC 9309",
}


def allows(text: str | bytes, path: str = "/2026/ferry-1", agent: str = "newscrawl") -> bool:
    body = text if isinstance(text, bytes) else text.encode()
    return Robots.parse(body, agent).allows(f"https://paper.example{path}")


def test_each_other_answer_than_googles_is_argued(fixtures: Path) -> None:
    lines = (fixtures / "robots" / "google-table.jsonl").read_text("utf-8").splitlines()
    assert len(lines) > 140
    different = set()
    for line in map(json.loads, lines):
        robots = Robots.parse(base64.b64decode(line["robots_base64"]), line["agent"])
        if robots.allows(line["url"]) != line["allowed"]:
            path = "/" + line["url"].partition("://")[2].partition("/")[2]
            different.add((line["case"], path))
    assert different == set(OTHERWISE)


@pytest.mark.parametrize("agent", ["*", "* ", "*\t# all", "* everybody"])
def test_an_asterisk_alone_or_before_a_blank_is_everybody(agent: str) -> None:
    assert not allows(f"User-agent: {agent}\nDisallow: /")


@pytest.mark.parametrize("agent", ["*SomeBot", "**", "*, OtherBot", "*/2.0", "", "2bot", "?"])
def test_what_merely_begins_with_an_asterisk_is_not_everybody(agent: str) -> None:
    assert allows(f"User-agent: *\nDisallow: /search\n\nUser-agent: {agent}\nDisallow: /")
    assert not allows(f"User-agent: *\nDisallow: /search\n\nUser-agent: {agent}\nDisallow: /", "/search/1")


@pytest.mark.parametrize(
    "text",
    [
        "user-agent *\ndisallow /2026",
        "User-agent\t*\r\nDisallow\t/2026\r\n",
        "user-agent: *\ndisallow /2026 # not for robots",
        "user-agent *\ndisallow: /2026",
        "USER-AGENT : *\nDISALLOW : /2026",
        "useragent: *\nDissallow: /2026",
        "User agent: *\nDisalow: /2026",
        "User-agent: *\ndissalow: /2026",
        "User-agent: *\ndiasllow: /2026",
        "User-agent: *\ndisallaw: /2026",
        "\ufeffUser-agent: *\nDisallow: /2026",
        "# user-agent newscrawl\nUser-agent: *\rDisallow: /2026\rSitemap: /s.xml",
    ],
)
def test_a_wish_that_is_misspelt_counts(text: str) -> None:
    assert not allows(text)
    assert allows(text, "/2025/ferry-1")


def test_a_value_with_colons_keeps_them_where_the_colon_before_it_is_missing() -> None:
    text = "User-agent: *\nDisallow /live:\nDisallow: /a:b"
    assert [allows(text, path) for path in ("/live:1", "/live", "/a:b", "/a")] == [False, True, False, True]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_byte_order_mark_hides_no_rule(encoding: str) -> None:
    assert not allows("User-agent: *\nDisallow: /".encode(encoding))


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("User-agent: *\nCrawl-delay: 10\n\nUser-agent: BadBot\nDisallow: /", True),  # a delay ends the agents' lines
        ("User-agent: BadBot\nUser-agent: *\nDisallow: /", False),
        ("User-agent: BadBot\nDisallow: /\n\nUser-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: newscrawl\nAllow: /", True),
        ("User-agent: *\nAllow: /\n\nUser-agent: NewsCrawl/2.0 (+https://x)\nDisallow: /", False),
        ("Disallow: /\nUser-agent: BadBot\nDisallow: /", True),  # a rule of nobody
        ("User-agent: *\nDisallow: /\nAllow: /2026", True),  # the longest pattern decides
        ("User-agent: *\nDisallow: https://paper.example/", True),  # a pattern is a path
        ("<!doctype html><title>disallow / all</title><p>user-agent: *", True),
        ("We disallow: nothing\nuser-agent is free\ndisallow all of it", True),
        ("User-agent: *\nDisallow: *", False),
        ("User-agent: *\nNoindex: /\nHost: paper.example\nSitemap: https://paper.example/disallow:/", True),
        ("User-agent: *\nSitemap: /s.xml\nUser-agent: BadBot\nDisallow: /", False),  # 2.2.4: others do not interfere
    ],
)
def test_whole_papers_are_neither_closed_nor_opened_by_mistake(text: str, is_open: bool) -> None:
    assert allows(text) is is_open


def test_many_agents_that_share_many_rules_cost_their_sum() -> None:
    agents = b"".join(b"User-agent: x%d\n" % n for n in range(12_000))
    rules = b"".join(b"Disallow: /%d\n" % n for n in range(12_000))
    text = agents + b"User-agent: newscrawl\n" + rules
    assert len(text) < MAX_BYTES
    robots = Robots.parse(text, "newscrawl")
    assert len(robots.rules) == 12_000
    assert Robots.parse(text, "other").rules == ()


@pytest.mark.parametrize("name", ROBOTS)
def test_no_file_costs_more_than_a_second_and_64_mib(name: str) -> None:
    text = ROBOTS[name]()
    began = time.process_time()
    robots = Robots.parse(text, "newscrawl")
    assert time.process_time() - began < 1
    began = time.process_time()
    robots.allows("https://paper.example/" + "a" * MAX_URL_LENGTH)
    assert time.process_time() - began < 0.2
    tracemalloc.start()
    try:
        Robots.parse(text, "newscrawl")
        assert tracemalloc.get_traced_memory()[1] < 64 * 2**20
    finally:
        tracemalloc.stop()
