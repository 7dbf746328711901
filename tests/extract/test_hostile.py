"""Hostile pages give a page kind or a clear error within two seconds, and never a crash."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from newscrawl.errors import ExtractionError
from newscrawl.extract import Rules, extract, layouts_of
from newscrawl.items import Capture, Extraction, PageKind, Source

SOURCE = Source(name="example", publisher="The Example", domains=("example.org",))
PARAGRAPHS = "".join(
    f"<p>Sentence number {n} of the story says something that is long enough to count.</p>" for n in range(12)
)
DEEP = 10**6


class Ruled:
    class Layout2020(Rules):
        body = "div.story"


def capture(body: bytes, *, content_type: str = "text/html", status: int = 200) -> Capture:
    return Capture(
        target_uri="https://example.org/a",
        final_uri="https://example.org/a",
        status=status,
        headers=(("content-type", content_type),),
        body=body,
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def page(inner: str, head: str = "") -> bytes:
    return f"<html><head><title>A story of towns</title>{head}</head><body>{inner}</body></html>".encode(
        "utf-8", "surrogatepass"
    )


def ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


ODD = (
    '{"@type":"NewsArticle","headline":{"a":[1]},"author":[[{"name":7}],null,3],'
    '"datePublished":{"x":2},"articleBody":5}'
)
HOSTILE = {
    "nested-divs": b"<html><body>" + b"<div>" * DEEP + b"deep",
    "nested-inline": b"<html><body><p>" + b"<b>" * DEEP + b"deep",
    "nested-in-story": b"<html><body><div class=story><p>text</p>" + b"<div><span>" * (DEEP // 2) + b"x",
    "unclosed-lists": b"<html><body>" + b"<ul><li>" * DEEP,
    "many-siblings": b"<html><body><div class=story>" + b"<p>x</p>" * 400_000,
    "many-attributes": b"<html><body><p " + b" ".join(b"a%d=1" % n for n in range(200_000)) + b">x</p>",
    "one-line-of-16-MB": b"<html><body><div class=story><p>" + b"word " * (16 * 2**20 // 5) + b"</p></div>",
    "16-MB-of-spaces": b"<html><body><p>a</p>" + b" " * (16 * 2**20) + b"<p>b</p>",
    "16-MB-of-breaks": b"<html><body><div class=story>" + b"<br>" * (4 * 2**20),
    "16-MB-of-brackets": b"<html><body>" + b"<" * (16 * 2**20),
    "16-MB-of-entities": b"<html><body><p>" + b"&amp;" * (16 * 2**20 // 5),
    "open-comment": b"<html><body><!--" + b"x" * (8 * 2**20),
    "links-only": b"<html><body>" + b"<a href=/x>link</a> " * 200_000,
    "deep-json-ld": page(PARAGRAPHS, ld("[" * DEEP)),
    "broken-json-ld": page(PARAGRAPHS, ld('{"@type": "NewsArticle", "headline": "A')),
    "huge-json-ld": page(PARAGRAPHS, ld("[" + '{"@type":"NewsArticle"},' * 100_000 + "{}]")),
    "many-json-ld": page(PARAGRAPHS, ld('{"@graph":[{"@type":"Article"}]}') * 5_000),
    "json-ld-loop": page(PARAGRAPHS, ld('{"@id":"#a","@type":"Article","author":{"@id":"#a"}}')),
    "json-ld-of-odd-types": page(PARAGRAPHS, ld(ODD)),
    "nul": page("<p>a\0b</p>" + PARAGRAPHS),
    "lone-surrogate": page("<p>a\ud800b</p>" + PARAGRAPHS),
    "no-body": b"<html><head><title>x</title></head></html>",
    "empty": b"",
    "blank": b" \n\t ",
    "only-bom": b"\xef\xbb\xbf",
    "not-html": bytes(range(256)) * 4000,
    "xml": b'<?xml version="1.0" encoding="utf-16"?><rss><channel/></rss>',
    "wrong-charset": "<html><body><p>Größe, naïve, Übung</p></body></html>".encode("cp1252"),
    "bad-canonical": page(PARAGRAPHS, '<link rel=canonical href="http://[::1"><base href="//[">'),
    "null-dates": page(PARAGRAPHS, '<meta property="article:published_time" content="0000-02-30T99:99:99Z">'),
    "huge-epoch": page(PARAGRAPHS, '<meta property="article:published_time" content="1999999999999999999999">'),
}  # fmt: skip


@pytest.mark.parametrize("layouts", [(), layouts_of(Ruled)], ids=["generic", "ruled"])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_page_gives_a_kind_or_an_error_within_two_seconds(name: str, layouts: tuple[type[Rules], ...]) -> None:
    started = time.process_time()
    try:
        extraction: Extraction | None = extract(capture(HOSTILE[name]), layouts, SOURCE)
    except ExtractionError:
        extraction = None
    assert time.process_time() - started < 2.0
    if extraction is not None:
        "".join([*extraction.paragraphs, extraction.headline or ""]).encode()  # no lone surrogates
        assert "\0" not in "".join(extraction.paragraphs)


def test_page_beyond_the_size_limit_is_refused() -> None:
    with pytest.raises(ExtractionError, match="bytes"):
        extract(capture(b"x" * (33 * 2**20)), (), SOURCE)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16", "utf-8-sig"])
def test_text_is_read_in_the_encoding_the_bytes_are_in(encoding: str) -> None:
    text = (
        "<html><head><title>Größe</title></head><body><h1>Größe</h1>"
        + PARAGRAPHS.replace("story", "Stück")
        + "</body></html>"
    )
    extraction = extract(capture(text.encode(encoding)), (), SOURCE)
    assert extraction.headline == "Größe"
    assert "Stück" in extraction.paragraphs[0]


@pytest.mark.parametrize(
    ("encoding", "declared"), [("shift_jis", "Shift_JIS"), ("euc-kr", "ks_c_5601-1987"), ("cp1251", "windows-1251")]
)
def test_legacy_encoding_is_read_by_its_label(encoding: str, declared: str) -> None:
    words = {"shift_jis": "橋の上の市場", "euc-kr": "다리 위의 시장", "cp1251": "Рынок на мосту"}[encoding]
    text = f"<html><head><meta charset={declared}><title>{words}</title></head><body><h1>{words}</h1></body></html>"
    assert extract(capture(text.encode(encoding)), (), SOURCE).headline == words


def test_page_without_a_body_is_empty() -> None:
    assert extract(capture(HOSTILE["no-body"]), (), SOURCE).kind is PageKind.EMPTY
