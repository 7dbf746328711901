"""Each edition publishes and lists what it should, and the spider's rules read exactly that."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from lxml import etree

from newscrawl.demo import EDITIONS, pages
from newscrawl.demo.articles import AnswerKind, DemoArticle, Wording, articles
from newscrawl.discover import listing
from newscrawl.extract import extract, layouts_of
from newscrawl.items import Capture, Outcome, PageKind, Source
from spiders.demo import DemoSpider
from tests.demo.expected import OUTCOMES, VERSIONS, expected_outcomes

BASE = "http://127.0.0.1:8765"
NUMBERS = [edition.number for edition in EDITIONS]
SOURCE = Source(name="demo", publisher=DemoSpider.publisher, domains=DemoSpider.domains, languages=DemoSpider.languages)


def published(edition: int) -> list[tuple[DemoArticle, Wording]]:
    return [(article, wording) for article in articles() if (wording := article.at(edition))]


def listed_urls(edition: int) -> set[str]:
    """Return the URLs that the listings of an edition should contain."""
    return {
        BASE + article.path(wording)
        for article, wording in published(edition)
        if article.answer_kind(edition) is not AnswerKind.GONE
    }


def capture(html: str, url: str, edition: int = 1) -> Capture:
    headers = (("content-type", "text/html; charset=utf-8"),)
    return Capture(url, url, 200, headers, html.encode(), EDITIONS[edition - 1].clock)


def test_editions_are_hours_apart() -> None:
    gaps = [(b.clock - a.clock).total_seconds() / 3600 for a, b in pairwise(EDITIONS)]
    assert len(EDITIONS) >= 6
    assert min(gaps) >= 2


def test_newspaper_has_enough_articles_and_languages() -> None:
    assert len(articles()) >= 16
    assert {"ar", "ja"} <= {article.language for article in articles()}


@pytest.mark.parametrize("edition", NUMBERS)
def test_rules_read_every_page_to_the_letter(edition: int) -> None:
    layouts = layouts_of(DemoSpider)
    for article, wording in published(edition):
        page = pages.article_page(article, wording, edition, BASE)
        extraction = extract(capture(page, BASE + article.path(wording), edition), layouts, SOURCE)
        assert extraction.rules == ("Redesign2026" if edition >= 5 else "Classic2019")
        assert (extraction.headline, extraction.paragraphs) == (wording.headline, wording.paragraphs)
        assert (extraction.author, extraction.kind, extraction.in_language) == (
            article.authors,
            PageKind.ARTICLE,
            article.language,
        )


@pytest.mark.parametrize("edition", NUMBERS)
def test_feed_lists_every_published_article_in_spite_of_faulty_entries(edition: int) -> None:
    feed = listing(pages.feed(edition, BASE).encode(), url=f"{BASE}/feed.xml", content_type="application/rss+xml")
    urls = {candidate.url for candidate in feed.candidates if re.search(DemoSpider.article_pattern, candidate.url)}
    never_published = BASE + pages.NEVER_PUBLISHED
    assert urls - {never_published} == listed_urls(edition)
    assert (never_published in urls) == (edition == 2)


@pytest.mark.parametrize("edition", NUMBERS)
def test_news_sitemap_is_well_formed_and_lists_the_same(edition: int) -> None:
    body = pages.news_sitemap(edition, BASE).encode()
    assert etree.fromstring(body).tag.endswith("urlset")
    sitemap = listing(body, url=f"{BASE}/news-sitemap.xml", content_type="application/xml")
    assert {candidate.url for candidate in sitemap.candidates} == listed_urls(edition)


def test_third_edition_has_a_feed_that_is_not_well_formed() -> None:
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(pages.feed(3, BASE).encode())


def test_listings_state_no_date_in_the_future() -> None:
    for edition in EDITIONS:
        for entry in pages.entries(edition.number, BASE):
            assert max(entry.published, entry.modified) <= edition.clock, entry


def test_every_article_has_an_expected_outcome_for_every_edition() -> None:
    assert sorted(OUTCOMES) == [article.number for article in articles()]
    assert {len(outcomes) for outcomes in OUTCOMES.values()} == {len(EDITIONS)}


@pytest.mark.parametrize("article", articles(), ids=lambda article: str(article.number))
def test_expected_outcomes_agree_with_the_articles_files(article: DemoArticle) -> None:
    """An article is new at its first edition, and each of its wordings is expected to be one version."""
    outcomes = OUTCOMES[article.number]
    assert outcomes.index(Outcome.NEW) + 1 == article.wordings[0].edition
    with_version = {Outcome.NEW, Outcome.CHANGED, Outcome.REVERTED}
    assert VERSIONS[article.number] == sum(outcome in with_version for outcome in outcomes)
    texts = [(wording.headline, wording.paragraphs) for wording in article.wordings]
    edits = sum(before != after for before, after in pairwise(texts)) - outcomes.count(Outcome.TRIVIAL)
    assert VERSIONS[article.number] == 1 + edits


def test_edition_of_the_new_design_changes_no_wording() -> None:
    assert set(expected_outcomes(5).values()) == {Outcome.UNCHANGED}
    assert not [wording for article in articles() for wording in article.wordings if wording.edition == 5]


def test_demo_has_every_outcome_of_a_crawl_that_is_alone_and_has_the_rules_of_before() -> None:
    outcomes = {outcome for number in NUMBERS for outcome in expected_outcomes(number).values()}
    assert outcomes == set(Outcome) - {Outcome.REBASED, Outcome.SUPERSEDED}
