"""Each edition prints and lists what it should, and the spider's rules read just that."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from lxml import etree

from newscrawl.demo import EDITIONS, pages
from newscrawl.demo.expected import VERDICTS, VERSIONS, verdicts
from newscrawl.demo.stories import Answer, Story, Wording, stories
from newscrawl.discover import listing
from newscrawl.extract import extract, layouts_of
from newscrawl.items import Capture, Outcome, PageKind, Source
from spiders.demo import DemoSpider

BASE = "http://127.0.0.1:8765"
NUMBERS = [edition.number for edition in EDITIONS]
SOURCE = Source(name="demo", publisher=DemoSpider.publisher, domains=DemoSpider.domains, languages=DemoSpider.languages)


def printed(edition: int) -> list[tuple[Story, Wording]]:
    return [(story, wording) for story in stories() if (wording := story.at(edition))]


def capture(html: str, url: str, edition: int = 1) -> Capture:
    headers = (("content-type", "text/html; charset=utf-8"),)
    return Capture(url, url, 200, headers, html.encode(), EDITIONS[edition - 1].clock)


def test_editions_are_hours_apart() -> None:
    gaps = [(b.clock - a.clock).total_seconds() / 3600 for a, b in pairwise(EDITIONS)]
    assert len(EDITIONS) >= 6
    assert min(gaps) >= 2


def test_newspaper_has_enough_stories() -> None:
    assert len(stories()) >= 16
    assert {"ar", "ja"} <= {story.language for story in stories()}


@pytest.mark.parametrize("edition", NUMBERS)
def test_rules_read_every_page_to_the_letter(edition: int) -> None:
    layouts = layouts_of(DemoSpider)
    for story, wording in printed(edition):
        url = BASE + story.path(wording)
        extraction = extract(capture(pages.article(story, wording, edition, BASE), url, edition), layouts, SOURCE)
        assert extraction.rules == ("Redesign2026" if edition >= 5 else "Classic2019")
        assert (extraction.headline, extraction.paragraphs) == (wording.headline, wording.paragraphs)
        assert (extraction.author, extraction.kind, extraction.in_language) == (
            story.authors,
            PageKind.ARTICLE,
            story.language,
        )


@pytest.mark.parametrize("edition", NUMBERS)
def test_feed_lists_every_printed_story_whatever_else_is_in_it(edition: int) -> None:
    found = listing(pages.feed(edition, BASE).encode(), url=f"{BASE}/feed.xml", content_type="application/rss+xml")
    listed = {c.url for c in found.candidates if re.search(DemoSpider.article_pattern, c.url)}
    expected = {BASE + s.path(w) for s, w in printed(edition) if s.answer(edition) is not Answer.GONE}
    assert listed - {BASE + pages.NEVER_THERE} == expected
    assert (BASE + pages.NEVER_THERE in listed) == (edition == 2)


@pytest.mark.parametrize("edition", NUMBERS)
def test_news_sitemap_is_well_formed_and_lists_the_same(edition: int) -> None:
    body = pages.news_sitemap(edition, BASE).encode()
    assert etree.fromstring(body).tag.endswith("urlset")
    found = listing(body, url=f"{BASE}/news-sitemap.xml", content_type="application/xml")
    assert {c.url for c in found.candidates} == {
        BASE + s.path(w) for s, w in printed(edition) if s.answer(edition) is not Answer.GONE
    }


def test_third_edition_has_a_feed_that_is_no_xml() -> None:
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(pages.feed(3, BASE).encode())


def test_listings_claim_no_moment_that_is_yet_to_come() -> None:
    for edition in EDITIONS:
        for entry in pages.entries(edition.number, BASE):
            assert max(entry.published, entry.modified) <= edition.clock, entry


def test_every_story_has_a_verdict_for_every_edition() -> None:
    assert sorted(VERDICTS) == [story.number for story in stories()]
    assert {len(outcomes) for outcomes in VERDICTS.values()} == {len(EDITIONS)}


@pytest.mark.parametrize("story", stories(), ids=lambda story: str(story.number))
def test_verdicts_agree_with_what_the_files_say(story: Story) -> None:
    """A story is new when first printed, and a version is expected for each of its wordings and no other."""
    outcomes = VERDICTS[story.number]
    assert outcomes.index(Outcome.NEW) + 1 == story.wordings[0].edition
    versions = {Outcome.NEW, Outcome.CHANGED, Outcome.REVERTED}
    assert VERSIONS[story.number] == sum(outcome in versions for outcome in outcomes)
    texts = [(wording.headline, wording.paragraphs) for wording in story.wordings]
    edits = sum(before != after for before, after in pairwise(texts)) - outcomes.count(Outcome.TRIVIAL)
    assert VERSIONS[story.number] == 1 + edits


def test_edition_of_the_new_look_changes_no_word() -> None:
    assert set(verdicts(5).values()) == {Outcome.UNCHANGED}
    assert not [w for story in stories() for w in story.wordings if w.edition == 5]


def test_demo_shows_every_verdict_that_a_crawl_can_come_to_without_new_rules() -> None:
    shown = {outcome for number in NUMBERS for outcome in verdicts(number).values()}
    assert shown == set(Outcome) - {Outcome.REBASED}
