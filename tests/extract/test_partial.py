"""Whether a page shows the whole article: cut ones, the first of several, and a live blog's window are told apart."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newscrawl.extract import extract
from newscrawl.items import Capture, Extraction, Shown, Source
from tests.extract.test_optional import SOURCE, TEXT, URL

LOCKED = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'


def read(body: str, head: str = "", url: str = URL, source: Source = SOURCE) -> Extraction:
    html = (
        f"<!doctype html><html lang=en><head><title>Lido opens late</title>{head}</head><body><article>"
        f"<h1>Lido opens late</h1><div class=text>{body}</div></article></body></html>"
    )
    return extract(Capture(url, url, 200, (), html.encode(), datetime(2026, 3, 2, tzinfo=UTC)), (), source)


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def test_plain_page_shows_the_whole_article() -> None:
    assert read(paragraphs(*TEXT)).shown is Shown.WHOLE


@pytest.mark.parametrize("end", ["…", "...", " [...]", " and then the"])
def test_locked_text_that_breaks_off_is_cut(end: str) -> None:
    extraction = read(paragraphs(*TEXT[:3], TEXT[3].rstrip(".") + end), head=LOCKED)
    assert extraction.shown is Shown.CUT
    assert any("breaks off" in evidence for evidence in extraction.evidence)


def test_wall_behind_the_text_shows_that_it_is_cut() -> None:
    wall = "<div class='paywall-box'><b>Subscribe to continue</b> reading. Already a subscriber? Log in.</div>"
    assert read(paragraphs(*TEXT, *TEXT[::-1]) + wall).shown is Shown.CUT


@pytest.mark.parametrize("head", ["", LOCKED], ids=["open", "locked"])
def test_locked_article_that_is_there_in_full_is_whole(head: str) -> None:
    assert read(paragraphs(*TEXT), head=head).shown is Shown.WHOLE


@pytest.mark.parametrize("end", ["„Niemand kam.“", "« Personne n'est venu. »", "»Niemand kam.«", "“Nobody came.”"])
def test_locked_article_that_ends_with_a_quotation_is_whole(end: str) -> None:
    assert read(paragraphs(*TEXT, f"The keeper said: {end}"), head=LOCKED).shown is Shown.WHOLE


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("<link rel=next href='/2026/03/lido-4?page=2'>", URL),
        ("<a href='/2026/03/lido-4/2/'>2</a>", URL),
        ("<a href='https://paper.example/2026/03/lido-4/page/2'>Next</a>", URL),
        ("<a href='/2026/03/lido-4,2.html'>2</a>", URL + ".html"),
        ("<a href='/2026/03/lido-4-2.html'>2</a>", URL + ".html"),
        ("<a href='/2026/03/lido-4/seite-2'>Auf Seite 2</a>", URL),
        ("<a href='lido-4_p2.shtml'>Page 2 »</a>", URL + ".shtml"),
        ("<a href='?pagewanted=2'>2</a>", URL),
        ("<a href='/2026/03/lido-4?pageNum=2'>2</a>", f"{URL}?utm_source=mail"),
        ("<a href='lido-4/index2.html'>2</a>", URL),
        ("<a href='/2026/03/lido-4/index2.html'>2</a>", f"{URL}/index.html"),
        ("<a href='/2026/03/lido-4/2'>2</a>", f"{URL}/1"),
        ("<a href='lido-4,2.html'><img alt=next></a>", f"{URL},1.html"),
        ("<a href='show.php?nr=4&sida=2'>Nästa sida</a>", "https://paper.example/show.php?nr=4"),
        ("<link rel='prev NEXT' href='/2026/03/lido-4/2'>", URL),
    ],
)
def test_link_to_a_second_page_shows_that_there_are_several(link: str, url: str) -> None:
    assert read(paragraphs(*TEXT) + link, url=url).shown is Shown.FIRST_PAGE


@pytest.mark.parametrize(
    ("link", "url"),
    [
        (
            "<a href='/2026/03/lido-4-2'>The lido opens once more, to many cheers</a>",
            URL,
        ),  # another article
        ("<a href='/2026/03/lido-42'>2</a>", URL),
        ("<a href='?comment_page=2'>2</a>", URL),
        ("<a href='?full=2'>2</a>", URL),
        ("<a href='/2026/03/lido-4/3'>3</a>", URL),
        ("<a href='https://other.example/2026/03/lido-4/2'>2</a>", URL),
        ("<a href='show.php?nr=2'>Next</a>", "https://paper.example/show.php?nr=1"),
        ("<a href='show.php?nr=5&page=2'>2</a>", "https://paper.example/show.php?nr=4"),
        ("<link rel=next href='/2026/03/lido-5'>", URL),
    ],
)
def test_link_to_something_else_is_none_to_a_second_page(link: str, url: str) -> None:
    assert read(paragraphs(*TEXT) + link, url=url).shown is Shown.WHOLE


@pytest.mark.parametrize(
    "link",
    [
        "<link rel=next href='/2026/03/quarry-5'>",
        "<a href='/2026/03/lido-4?ref=2'>share</a>",
        "<a href='/2026/03/lido-42'>another</a>",
        "<a href='/2026/03/lido-4/comments'>2</a>",
        "<a href='/2026/?page=2'>archive</a>",
        "<a href='http://[bad/2'>2</a>",
    ],
)
def test_link_elsewhere_is_no_second_page(link: str) -> None:
    assert read(paragraphs(*TEXT) + link).shown is Shown.WHOLE


def test_live_blog_shows_a_window() -> None:
    live = '<script type="application/ld+json">{"@type": "LiveBlogPosting", "headline": "Lido"}</script>'
    assert read(paragraphs(*TEXT), head=live).shown is Shown.WINDOW
