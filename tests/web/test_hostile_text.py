"""Hostile text in any field is harmless in every output."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import Any

import feedparser
import httpx
import pytest
import regex
from lxml import etree, html

from newscrawl.harmless_text import harmless
from newscrawl.items import Instant, OptionalText, OptionalType, Precision
from newscrawl.web.text import linkable_url
from tests.web.press import LEDE, NOW, Draft, Press

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "attribute": "\"><img src=x onerror=alert(1)>'",
    "svg": "<svg onload=alert(1)><base href=//evil><form action=//evil><meta http-equiv=refresh content=0>",
    "cdata": "]]><x>&lt;script&gt;",
    "template": "{{ 6397*8713 }}{% for x in ().__class__ %}",
    "bidi": "a\u202egnp.exe\u2066b",
    "nul": "a\0b\x08c\ufffed\uffff",
    "terminal": "\x1b[2J\x1b]0;owned\x07\x9b31m",
    "combining": "e" + "\u0301" * 20_000,
    "formula": "=cmd|'/c calc'!A0",
}
FIELDS = (
    "headline", "byline", "paragraph", "section", "publisher", "stated", "guid", "language", "author", "description",
    "alternative_headline", "optional",
)  # fmt: skip
LISTS = (
    "/",
    "/newest",
    "/unnoted",
    "/first",
    "/source/harbour",
    "/search?q=council",
    "/search?q=rained+OR+snow*&in=removed",
    "/search?q=it&in=added",
    "/sources",
    "/sources?sort=unnoted",
)
PAGES = (
    "/article/{key}",
    "/article/{key}/blame",
    "/article/{key}/1/2",
    "/article/{key}/1/2?view=inline",
    "/article/{key}/1/2/embed",
    "/article/{key}/2",
)
FEEDS = ("/changes.{form}", "/matters.{form}", "/first.{form}", "/search.{form}?q=council")
API_LISTS = ("changes", "articles", "sources", "search?q=council", "search?q=it+OR+sn*&in=added")
API = ("articles/{key}", "articles/{key}/versions/2", "articles/{key}/diffs/1/2", "articles/{key}/versions",
       "articles/{key}/blame")  # fmt: skip
ACTIVE = (
    "script:not([src^='/static/keys.js?v='])",
    "script:not(:empty)",
    "img",
    "svg[onload]",
    "base",
    "iframe",
    "object",
    "embed",
    "main form[action^='//']",
    "meta[http-equiv]",
)
FORBIDDEN = regex.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]|\p{M}{13}")


async def article_with(press: Press, name: str, value: str) -> str:
    """Record an article of two versions whose field `name` is `value`."""
    extra: dict[str, Any] = {}
    if name == "byline":
        extra["byline"] = value
    elif name == "section":
        extra["article_section"] = value
    elif name == "author":
        extra["author"] = (value,)
    elif name == "description":
        extra["description"] = value
    elif name == "alternative_headline":
        extra["alternative_headlines"] = (value,)
    elif name == "optional":
        extra["optional"] = (OptionalText(OptionalType.CAPTION, value),)
    elif name == "stated":
        extra["date_published"] = Instant(NOW, Precision.DAY, value)
    headline = value if name == "headline" else "Council votes"
    first = Draft(0, headline, [LEDE, "It rained.", value if name == "paragraph" else "So it was."], extra=extra)
    second = replace(first, hours=1, paragraphs=[*first.paragraphs[:1], "It snowed.", *first.paragraphs[2:]])
    return await press.publish(
        value if name == "guid" else f"hostile-{name}",
        [first, second],
        url=f"https://www.harbour.example/news/hostile-{name}",
        publisher=value if name == "publisher" else "The Harbour Gazette",
        language=value if name == "language" else "en",
    )


def assert_page_is_inert(text: str) -> None:
    assert FORBIDDEN.search(text) is None
    page = html.fromstring(text)
    assert [tag for tag in ACTIVE if page.cssselect(tag)] == []
    assert not [a for element in page.iter() for a in element.attrib if a.startswith("on") or a == "style"]
    assert "55737061" not in text  # 6397*8713: no template syntax of a text was evaluated


def assert_feed_is_inert(content: bytes) -> None:
    etree.fromstring(content)  # raises if it is not XML
    assert FORBIDDEN.search(content.decode()) is None
    feed = feedparser.parse(content, sanitize_html=False)
    assert len(feed.entries) >= len(FIELDS)
    for entry in feed.entries:
        body = html.fragment_fromstring(entry.content[0].value, create_parent="div")
        assert body.cssselect("script, img, svg, base, form, [style], [onload], [onerror]") == []


def assert_json_is_inert(text: str) -> None:
    json.loads(text)
    assert text.isascii()
    assert text.isprintable()
    assert "<" not in text


def assert_table_is_inert(content: bytes) -> None:
    for row in csv.reader(io.StringIO(content.decode(), newline="")):
        for cell in row:
            assert FORBIDDEN.search(cell) is None
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_text_is_harmless_in_every_field_and_output(
    client: httpx.AsyncClient, press: Press, name: str
) -> None:
    keys = [await article_with(press, field, HOSTILE[name]) for field in FIELDS]
    for path in [*LISTS, *(page.format(key=key) for key in keys for page in PAGES)]:
        response = await client.get(path)
        assert response.status_code == 200
        assert_page_is_inert(response.text)
    for path in FEEDS:
        for form in ("atom", "rss"):
            assert_feed_is_inert((await client.get(path.format(form=form))).content)
    for path in [*API_LISTS, *(call.format(key=key) for key in keys for call in API)]:
        response = await client.get(f"/api/v1/{path}")
        assert response.status_code == 200
        assert_json_is_inert(response.text)
    assert_table_is_inert((await client.get("/search/found.csv?q=council")).content)
    for line in (await client.get("/search/found.jsonl?q=it&in=added")).text.splitlines():
        assert_json_is_inert(line)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        'https://good.example/"onclick="alert(1)',
        "https://good.example/\r\nSet-Cookie: a=b",
        "https://good.example\\@evil.example/",
        "//evil.example/",
        "https://good.example/\u202egnp",
    ],
)
async def test_a_url_that_is_not_of_the_web_is_text_and_not_a_link(
    client: httpx.AsyncClient, press: Press, url: str
) -> None:
    key = await press.publish("links", [Draft(0, "A", [LEDE]), Draft(1, "B", [LEDE])], url=url)
    for path in (f"/article/{key}", f"/article/{key}/1", f"/article/{key}/1/2"):
        response = await client.get(path)
        assert "set-cookie" not in response.headers
        links = [a.get("href") for a in html.fromstring(response.text).cssselect("a")]
        assert all(target.startswith(("/", "#")) for target in links)
    for form in ("atom", "rss", "json"):
        assert "javascript:" not in (await client.get(f"/changes.{form}")).text.lower()


@pytest.mark.parametrize(
    ("url", "is_linkable"),
    [("http://a.example/x", True), ("https://a.example", True), ("mailto:a@b.example", False), ("http://", False)],
)
def test_only_web_urls_are_linkable(url: str, is_linkable: bool) -> None:
    assert (linkable_url(url) == url) is is_linkable


def test_harmless_text_keeps_the_characters_that_scripts_need() -> None:
    for text in ("مرحبا\u200fبالعالم", "क्षत्रिय", "e\u0301te\u0301", "Zoë’s café – “été”", "👩‍👩‍👧", "line\nline\ttab"):
        assert harmless(text) == text


def test_reordering_characters_become_visible() -> None:
    assert harmless("a\u202eb") == "a[U+202E]b"
