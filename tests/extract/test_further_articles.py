"""Further articles on the page of one, in its tree and in its data: nothing of theirs is the page's own article's."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from newscrawl.extract import extract
from newscrawl.items import Article, Capture, Source
from newscrawl.normalize import article
from tests.extract.levee import HEADLINE, TEXT, URL

SOURCE = Source(name="courier", publisher="The Courier", domains=("courier.example",), timezone="Europe/Berlin")
NEXT_TEXT = (
    "The ferry went down within eight minutes on Wednesday, and all forty passengers were saved by fishermen.",
    "Divers will look at the hull today, said the harbour master, who had closed the pier before noon already.",
    "The line had been sold in January to a company of the mainland that plans to build two new ships of steel.",
    "Nobody could say why the doors of the car deck had been left open in the storm that had been forecast.",
    "A court will hear the captain on Monday, and the widow of the mate, who had once been the owner of the ship.",
)


def paragraphs(texts: tuple[str, ...]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


NEXT = (
    "<article><h1>Ferry sinks in the old harbour</h1><p class=byline>By Zed Other</p>"
    f'<time datetime="2026-03-11T08:00:00+01:00">11 March 2026</time>{paragraphs(NEXT_TEXT)}</article>'
)
TEASER = (
    '<div itemscope itemtype="https://schema.org/NewsArticle"><strong itemprop=headline>Ferry sinks</strong> '
    '<span itemprop=author>Zed Other</span> <time itemprop=datePublished datetime="2026-03-11T08:00:00+01:00">'
    "11 March</time></div>"
)
NODE: dict[str, Any] = {
    "@type": "NewsArticle",
    "headline": HEADLINE,
    "datePublished": "2026-03-10T08:00:00+01:00",
    "author": {"@type": "Person", "name": "Ada Lind"},
}
OTHER_NODE = NODE | {
    "headline": "Ferry sinks in the old harbour",
    "datePublished": "2026-03-11T08:00:00+01:00",
    "dateModified": "2026-03-11T09:00:00+01:00",
    "author": {"@type": "Person", "name": "Zed Other"},
}


def read(body: str, *nodes: dict[str, Any]) -> Article:
    data = "".join(f"<script type='application/ld+json'>{json.dumps(node)}</script>" for node in nodes)
    page = f"<html lang=en><head><title>{HEADLINE}</title>{data}</head><body>{body}</body></html>"
    capture = Capture(URL, URL, 200, (), page.encode(), datetime(2026, 3, 12, tzinfo=UTC))
    return article(extract(capture, (), SOURCE), capture, SOURCE, guid="1", rules_stamp="s")


def day(read: Article) -> str | None:
    return f"{read.date_published.value:%m-%d}" if read.date_published else None


OWN = f"<h1>{HEADLINE}</h1>{paragraphs(TEXT)}"


@pytest.mark.parametrize(
    "body",
    [
        f"<main><article>{OWN}</article>{NEXT}</main>",
        f"<main><article>{OWN}</article></main><div class=x7>{NEXT}</div>",
        f"<div><article>{OWN}</article><hr>{NEXT}{NEXT.replace('Zed', 'Yan')}</div>",
    ],
)
def test_article_that_follows_is_no_part_of_the_one_before(body: str) -> None:
    found = read(body)
    assert (found.headline, found.paragraphs) == (HEADLINE, TEXT)
    assert (found.author, found.byline, day(found)) == ((), None, None)


def test_authors_of_the_article_that_follows_are_not_added_to_its_own() -> None:
    byline = '<p class=byline>By <a rel=author href="/authors/ada">Ada Lind</a></p>'
    found = read(f"<main><article><h1>{HEADLINE}</h1>{byline}{paragraphs(TEXT)}</article>{NEXT}</main>")
    assert found.author == ("Ada Lind",)


@pytest.mark.parametrize(
    "body",
    [
        f'<article itemscope itemtype="https://schema.org/NewsArticle">{OWN}</article><aside>{TEASER}</aside>',
        f'<main itemscope itemtype="http://schema.org/Article">{OWN}<div class=x7>{TEASER}</div></main>',
    ],
)
def test_microdata_of_another_article_is_not_its_own(body: str) -> None:
    found = read(body)
    assert (found.author, day(found)) == ((), None)


def test_microdata_of_an_article_is_read_with_teasers_beside_it() -> None:
    own = "<span itemprop=author>Ada Lind</span><meta itemprop=datePublished content='2026-03-10T08:00:00+01:00'>"
    found = read(
        f'<aside>{TEASER}</aside><article itemscope itemtype="https://schema.org/NewsArticle">{own}{OWN}</article>'
    )
    assert (found.author, day(found)) == (("Ada Lind",), "03-10")


@pytest.mark.parametrize("other", [{}, {"url": "https://courier.example/2026/03/ferry-4712"}])
def test_node_with_the_headline_of_the_page_is_its_own(other: dict[str, str]) -> None:
    found = read(f"<article>{OWN}</article>", OTHER_NODE | other, NODE)
    assert (found.author, day(found)) == (("Ada Lind",), "03-10")


def test_node_with_the_url_of_the_page_is_its_own_whatever_its_headline() -> None:
    found = read(f"<article>{OWN}</article>", OTHER_NODE | {"headline": HEADLINE}, NODE | {"headline": "A", "url": URL})
    assert found.author == ("Ada Lind",)


def test_article_that_a_claim_stands_in_is_not_the_one_that_checks_it() -> None:
    review = {"@type": "ClaimReview", "url": URL, "datePublished": "2026-03-10", "itemReviewed": OTHER_NODE}
    found = read(f"<article>{OWN}</article>", review)
    assert (found.author, day(found)) == ((), "03-10")
