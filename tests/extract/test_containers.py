"""Fingerprints of what a page is read from: whatever else it shows has no part in them, and no edit escapes them."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from newscrawl.extract import Rules
from newscrawl.items import Capture, Extraction, Source
from newscrawl.reading import PageReader
from newscrawl.sources.catalogue import load_spider
from newscrawl.sources.golden_pages import GOLDEN, GoldenPage

SOURCE = Source(name="paper", publisher="The Paper", domains=("paper.example",))
URL = "https://paper.example/2026/03/quarry-9"
TEXT = "".join(
    f"<p>Sentence number {n} of the article says that the quarry at Sandholm closes in June, after ninety years.</p>"
    for n in range(8)
)
LD = '<script type="application/ld+json">{"@type": "NewsArticle", "author": {"name": "Ada Quill"}}</script>'


class Layout(Rules):
    match = "div.story"
    body = "div.story"
    byline = "p.by"


class Other(Rules):
    match = "div.live"
    body = ("div.live", "div.story")


class WithMethod(Layout):
    def read_byline(self, page: object) -> str | None:
        return "The Editors"


class OfState(Layout):
    headline = "json:#state:headline"


def page(text: str = TEXT, *, head: str = "", title: str = "Quarry closes", beside: str = "", after: str = "") -> str:
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title>{LD}{head}</head><body><nav>{beside}</nav><main>"
        f"<h1>Quarry closes</h1><p class=by>By Ada Quill</p><div class=story>{text}</div>{after}</main>"
        f"<aside>{beside}</aside></body></html>"
    )


def fingerprint(html: str, *layouts: type[Rules], url: str = URL) -> str:
    capture = Capture(URL, url, 200, (), html.encode(), datetime(2026, 3, 2, tzinfo=UTC))
    return digest_of(PageReader(SOURCE, layouts or (Layout,)), capture)


def digest_of(reader: PageReader, capture: Capture) -> str:
    """Return the fingerprint of a page; empty if it has none, or if another than the layout of it reads the page."""
    parsed = reader.page(capture)
    assert parsed is not None
    found = reader.containers(parsed)
    if found is None or not found.are_of(reader.extract(capture, page=parsed)):
        return ""
    assert reader.containers(parsed) == found, "the same before and after the page is read"
    return found.digest


@pytest.mark.parametrize(
    "other",
    [
        page(beside="<div class=teaser><a href=/a>Another article</a><p>And what it is about.</p></div>"),
        page(head="<meta name=csrf content=9f86d081884c7d659a2feaa0c55ad015>"),
        page(head="<script>var now = 17;</script><style>.a {}</style>"),
        page(text=TEXT + "<script>ad(8123)</script>"),
        page(after="<!-- rendered by node 12 -->"),
    ],
    ids=["teasers", "token", "scripts", "advertisement", "comment"],
)
def test_what_stands_around_an_article_has_no_part_in_it(other: str) -> None:
    assert fingerprint(other) == fingerprint(page()) != ""


@pytest.mark.parametrize(
    "edited",
    [
        page(text=TEXT.replace("June", "July", 1)),
        page(text=TEXT.replace("<p>", "<p>Correction: it is in Sandholm.</p><p>", 1)),
        page(after="<div class=note>Correction: an earlier version of this article named another quarry.</div>"),
        page(beside="<p>Correction: an earlier version of this article named another quarry.</p>"),
        page(title="Quarry stays"),
        page(head="<meta name=description content='The quarry stays open'>"),
        page(head="<meta property='article:modified_time' content='2026-03-02T10:00:00Z'>"),
        page(head="<meta property='article:modified_time' content='20260302T100000+0000'>"),
        page(head="<meta property='og:title' content='Quarry stays'>"),
        page(head="<link rel=canonical href=/2026/03/other>"),
        page(head='<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Stays"}</script>'),
        page().replace("By Ada Quill", "By Bo Reed"),
        page().replace("<h1>Quarry closes", "<h1>Quarry stays"),
        page().replace("<nav>", "<h1>Breaking</h1><nav>"),
        page().replace("<nav>", "<p class=by>By Bo Reed</p><nav>"),
        page(text=f"<script src=/embed.js></script>{TEXT.replace('June', 'July', 1)}<script>ad()</script>"),
        page(text=f"<p data-x='<script>'>{TEXT.replace('June', 'July', 1)}</p><script>ad()</script>"),
        page(after="<p><strong><em>Correction:</em></strong> An earlier version named Mr Reed as the owner.</p>"),
        page(beside=f"<div class=story>{TEXT}</div>"),
    ],
)
def test_whatever_is_read_of_an_article_is_in_it(edited: str) -> None:
    assert fingerprint(edited) != fingerprint(page())


class Bare(Rules):
    match = "div.story"
    body = "div.story"


class Stated(Bare):
    headline = "meta:teaser"


class Dropped(Bare):
    drop = ".premium .more"


def bare(beside: str = "", *, head: str = "", body: str = "", kind: str = "") -> str:
    """Return a page whose body has nothing around it but `<body>`."""
    return (
        f"<!doctype html><html lang=en><head><title>Quarry closes</title>{head}</head><body class='{kind}'>{beside}"
        f"<section><div class=story>{TEXT}{body}</div></section></body></html>"
    )


@pytest.mark.parametrize(
    ("layout", "before", "after"),
    [
        (Bare, bare("<div class=byline>By Ada Quill</div>"), bare("<div class=byline>By Bo Reed</div>")),
        (Bare, bare("<h2>Quarry closes</h2>"), bare("<h2>Quarry closes: a picture</h2>")),
        (Bare, bare("<p>Published on 2 March 2026, 10.15</p>"), bare("<p>Published on 3 March 2026, 10.15</p>")),
        (
            Bare,
            bare("<time datetime=2026-03-02T10:00Z>2 March</time>"),
            bare("<time datetime=2026-03-03T10:00Z>x</time>"),
        ),
        (
            Stated,
            bare(head="<meta name=teaser content=Covid-19-Impfstoff>"),
            bare(head="<meta name=teaser content=Covid-19-Impfung-neu>"),
        ),
        (
            Dropped,
            bare(body="<p class=more>A paragraph more.</p>"),
            bare(body="<p class=more>A paragraph more.</p>", kind="premium"),
        ),
    ],
    ids=["byline", "headline", "printed date", "time", "stated", "dropped by what is around"],
)
def test_what_is_read_from_outside_of_the_container_is_in_it(layout: type[Rules], before: str, after: str) -> None:
    reader = PageReader(SOURCE, (layout,))
    reads = [text_of(reader.extract(capture_of(html))) for html in (before, after)]
    assert reads[0] == reads[1] or fingerprint(before, layout) != fingerprint(after, layout)
    assert reads[0] != reads[1] or layout is Bare, "the two are read differently"


def capture_of(html: str) -> Capture:
    return Capture(URL, URL, 200, (), html.encode(), datetime(2026, 3, 2, tzinfo=UTC))


def test_it_depends_on_the_layout_that_reads_and_on_the_url() -> None:
    assert fingerprint(page(), Other, Layout) == fingerprint(page(), Layout)
    live = page(beside="<div class=live><p>Live: the quarry closes.</p></div>")
    assert fingerprint(live, Other, Layout) != fingerprint(live, Layout)
    assert fingerprint(page(), url=f"{URL}-moved") != fingerprint(page())


@pytest.mark.parametrize(
    ("html", "layouts"),
    [
        (page(), (WithMethod,)),
        (page(), (OfState,)),
        (page().replace("story", "text"), (Layout,)),
        (page().replace("<main>", f"<section>{TEXT}</section><main>"), (Layout,)),
    ],
    ids=["methods", "state", "generic", "prose beside it"],
)
def test_there_is_none_where_more_than_containers_decides(html: str, layouts: tuple[type[Rules]]) -> None:
    assert fingerprint(html, *layouts) == ""


PARAGRAPH = (
    "<p>The harbour office said on Friday that the tide tables had been printed, and were for sale at the quay.</p>"
)
SCRIPTED = f"<script src=/a.js></script>{PARAGRAPH}<iframe src=/i></iframe><script>ad()</script>"
MARKED_NOTE = "<p><strong><em>Correction:</em></strong> An earlier version of this article named Mr Reed.</p>"
NOTE = "<p>Correction: An earlier version of this article misstated the number of boats. It was twelve.</p>"
GOLDEN_PAGES = sorted(path.parent for path in GOLDEN.rglob("page.html"))


def text_of(read: Extraction) -> tuple[object, ...]:
    return read.headline, read.paragraphs, read.byline, read.author, read.date_published, read.date_modified, read.shown


def test_no_text_that_is_put_anywhere_into_a_page_of_a_source_is_read_and_not_in_it() -> None:
    rng, counts = random.Random(11), Counter[str]()
    for folder in GOLDEN_PAGES:
        reader = load_spider(folder.relative_to(GOLDEN).parts[0])().reader
        capture = GoldenPage(folder).capture
        known = digest_of(reader, capture)
        if not known:
            continue
        read = reader.extract(capture)
        html = capture.body.decode(errors="replace")
        ends = [found.end() for found in re.finditer(r"</(?:p|div|section|ul|h1|h2|aside|figure|header|li)>", html)]
        for at in rng.sample(ends, min(6, len(ends))):
            text = rng.choice((PARAGRAPH, NOTE, SCRIPTED, MARKED_NOTE))
            edited = replace(capture, body=(html[:at] + text + html[at:]).encode())
            parsed = reader.page(edited)
            assert parsed is not None
            found = reader.containers(parsed)
            is_known = found is not None and found.digest == known
            is_same = text_of(reader.extract(edited)) == text_of(read)
            assert is_same or not is_known, (folder, html[max(0, at - 200) : at])
            counts[f"{is_same} {is_known}"] += 1
    assert counts["False False"] > 200, "edits that are read"
    assert counts["True True"] > 10, "texts beside articles"
