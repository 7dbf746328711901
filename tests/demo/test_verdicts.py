"""The whole line on the demo newspaper: every edition crawled over real HTTP into a real MongoDB."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.demo import EDITIONS, Exchange, Newsroom
from newscrawl.demo.expected import MISHAPS, VERDICTS, VERSIONS, verdicts
from newscrawl.demo.stories import Story, stories
from newscrawl.items import Cause, Head, Outcome, State, Version, article_id
from newscrawl.jobs import CrawlReport, Job
from newscrawl.jobs.subprocesses import run_in_processes
from newscrawl.store import embedded
from newscrawl.store.session import Store

NUMBERS = [edition.number for edition in EDITIONS]


def story_number(url: str) -> int:
    found = re.search(r"-(\d+)$", url)
    return int(found.group(1)) if found else 0


@dataclass
class Crawled:
    """What was seen and stored, edition by edition."""

    base: str = ""
    reports: dict[int, CrawlReport] = field(default_factory=dict)
    decisions: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    heads: dict[int, dict[int, Head]] = field(default_factory=dict)
    versions: dict[int, list[Version]] = field(default_factory=dict)
    exchanges: list[Exchange] = field(default_factory=list)

    def outcomes(self, edition: int) -> dict[int, list[str]]:
        """Return the outcomes of each story, in the order they were recorded."""
        found: dict[int, list[str]] = {}
        for decision in self.decisions[edition]:
            if decision["article_id"] is not None or story_number(decision["url"]) in VERDICTS:
                found.setdefault(story_number(decision["url"]), []).append(decision["outcome"])
        return found


async def heads_of(config: Config) -> dict[int, Head]:
    store = await Store.open(config)
    try:
        found = {n: await store.head(article_id("demo", str(n))) for n in VERDICTS}
        return {number: head for number, head in found.items() if head is not None}
    finally:
        await store.close()


async def versions_of(config: Config) -> dict[int, list[Version]]:
    store = await Store.open(config)
    try:
        return {n: await store.versions(article_id("demo", str(n))) for n in VERDICTS}
    finally:
        await store.close()


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    return crawl_editions(tmp_path_factory.mktemp("demo"), "sniffer")


def crawl_editions(folder: Path, policy: str) -> Crawled:
    """Crawl all editions, each in a process of its own; the embedded mongod is held over the whole time."""
    config = Config(home=folder, delay_seconds=0.0, policy=policy)
    mongod = embedded.join(folder)
    seen = Crawled()
    try:
        with Newsroom() as newsroom:
            seen.base, seen.exchanges = newsroom.base, newsroom.exchanges
            for edition in EDITIONS:
                newsroom.edition = edition.number
                export = folder / f"edition-{edition.number}.jsonl"
                seen.reports[edition.number] = crawl(newsroom, config, export)
                seen.decisions[edition.number] = [json.loads(line) for line in export.read_text().splitlines()]
                seen.heads[edition.number] = asyncio.run(heads_of(config))
        seen.versions = asyncio.run(versions_of(config))
    finally:
        mongod.leave()
    return seen


def crawl(newsroom: Newsroom, config: Config, export: Path) -> CrawlReport:
    job = Job(
        source="demo",
        arguments={"base": newsroom.base},
        clock=SteppingClock(EDITIONS[newsroom.edition - 1].clock),
        fail_on=0,
        settings={
            "NEWSCRAWL_EGRESS_ALLOW": [newsroom.base.removeprefix("http://")],
            "FEEDS": {str(export): {"format": "jsonlines", "encoding": "utf-8"}},
        },
    )
    return next(iter(run_in_processes([job], config)))


def expected(edition: int) -> dict[int, list[str]]:
    return {number: [outcome.value] for number, outcome in verdicts(edition).items()}


@pytest.mark.parametrize("edition", NUMBERS)
def test_every_story_gets_the_verdict_that_a_person_would_give(crawled: Crawled, edition: int) -> None:
    assert crawled.outcomes(edition) == expected(edition)


def test_another_policy_with_looks_next_to_free_comes_to_the_same_verdicts(tmp_path: Path) -> None:
    crawled = crawl_editions(tmp_path, "hazard:price=0.000001")
    assert {number: crawled.outcomes(number) for number in NUMBERS} == {number: expected(number) for number in NUMBERS}


@pytest.mark.parametrize("edition", NUMBERS)
def test_crawl_ends_well_and_its_report_counts_every_decision(crawled: Crawled, edition: int) -> None:
    report = crawled.reports[edition]
    assert (report.reason, report.exit_code) == ("finished", 0)
    assert report.outcomes == dict(Counter(decision["outcome"] for decision in crawled.decisions[edition]))


@pytest.mark.parametrize("edition", [number for number in NUMBERS if number != 6])
def test_what_concerns_no_story_is_reported_and_stored_nowhere(crawled: Crawled, edition: int) -> None:
    strays = [d for d in crawled.decisions[edition] if story_number(d["url"]) not in VERDICTS]
    assert tuple(d["reason"] for d in strays) == MISHAPS.get(edition, ())
    assert all(d["article_id"] is None for d in strays)


@pytest.mark.parametrize("number", VERSIONS)
def test_each_wording_is_a_version_and_nothing_else_is(crawled: Crawled, number: int) -> None:
    assert [version.number for version in crawled.versions[number]] == list(range(1, VERSIONS[number] + 1))


@pytest.mark.parametrize("story", stories(), ids=lambda story: str(story.number))
def test_versions_hold_the_newspapers_words_to_the_letter(crawled: Crawled, story: Story) -> None:
    seen = [number for number in NUMBERS if VERDICTS[story.number][number - 1] in WITH_VERSION]
    told = [wording for number in seen if (wording := story.at(number))]
    stored = [(v.article.headline, v.article.paragraphs) for v in crawled.versions[story.number]]
    assert stored == [(wording.headline, wording.paragraphs) for wording in told]
    assert [v.seen_at for v in crawled.versions[story.number]] == [EDITIONS[number - 1].clock for number in seen]


WITH_VERSION = {Outcome.NEW, Outcome.CHANGED, Outcome.REVERTED}


def test_authors_language_and_publication_are_read(crawled: Crawled) -> None:
    for story in stories():
        article = crawled.versions[story.number][0].article
        assert (article.author, article.in_language) == (story.authors, story.language)
        assert article.date_published is not None
        assert article.date_published.value == story.published


def test_first_410_is_not_believed_and_the_second_is(crawled: Crawled) -> None:
    states = [crawled.heads[number][10109].state for number in NUMBERS]
    assert states == [State.WATCHED] * 3 + [State.GONE] * 3 + [State.WATCHED] * 2
    assert crawled.heads[3][10109].gone_seen_at == EDITIONS[2].clock


@pytest.mark.parametrize("number", [10110, 10111])
def test_former_address_is_an_alias(crawled: Crawled, number: int) -> None:
    story = next(story for story in stories() if story.number == number)
    head = crawled.heads[8][number]
    assert head.url == crawled.base + story.path(story.wordings[-1])
    assert crawled.base + story.path(story.wordings[0]) in head.aliases


def test_reversal_names_the_version_it_returns_to(crawled: Crawled) -> None:
    newest = crawled.versions[10106][-1]
    assert (newest.number, newest.cause, newest.change.reverts_to) == (3, Cause.EDIT, 1)


@pytest.mark.parametrize(
    ("number", "version", "counts"),
    [
        (10102, 2, {"paragraphs_added": 1}),
        (10104, 2, {"paragraphs_removed": 1}),
        (10103, 2, {"paragraphs_moved": 1}),
        (10107, 2, {"paragraphs_edited": 1}),
        (10101, 3, {"paragraphs_edited": 1}),
        (10101, 4, {"paragraphs_added": 1}),
        (10116, 2, {"paragraphs_edited": 2}),
        (10117, 2, {"paragraphs_edited": 1}),
    ],
)
def test_change_counts_paragraphs_as_a_person_would(
    crawled: Crawled, number: int, version: int, counts: dict[str, int]
) -> None:
    change = crawled.versions[number][version - 1].change
    names = ("paragraphs_added", "paragraphs_removed", "paragraphs_edited", "paragraphs_moved")
    assert {name: getattr(change, name) for name in names if getattr(change, name)} == counts


def test_headline_rewrite_is_a_change_of_the_headline_alone(crawled: Crawled) -> None:
    change = crawled.versions[10101][1].change
    assert "headline" in change.types
    assert (change.paragraphs_added, change.paragraphs_removed, change.paragraphs_edited) == (0, 0, 0)


def test_sum_changed_without_a_word_about_it_is_a_silent_edit(crawled: Crawled) -> None:
    assert crawled.versions[10107][1].change.silent
    assert not crawled.versions[10101][4].change.silent


def test_version_says_between_which_looks_the_change_lies(crawled: Crawled) -> None:
    lido = crawled.versions[10114][1]
    # The look at edition 2 brought a cut page, which proves nothing.
    assert (lido.not_before, lido.seen_at) == (EDITIONS[0].clock, EDITIONS[2].clock)


@pytest.mark.parametrize("edition", [number for number in NUMBERS if number != 6])
def test_no_page_is_asked_for_twice(crawled: Crawled, edition: int) -> None:
    asked = Counter(e.path for e in crawled.exchanges if e.edition == edition)
    # A cut body is asked for once more at once: most cuts are an accident of the line.
    cut = [path for path in asked if story_number(path) == 10114 and edition == 2]
    assert sorted(path for path, times in asked.items() if times > 1) == cut


def test_overloaded_server_is_left_alone_after_its_first_429(crawled: Crawled) -> None:
    asked = [e for e in crawled.exchanges if e.edition == 6]
    assert [(e.path == "/robots.txt", e.status) for e in asked] == [(True, 200), (False, 429)]


def test_known_pages_are_asked_for_with_their_validators(crawled: Crawled) -> None:
    pages = [e for e in crawled.exchanges if e.edition == 8 and story_number(e.path) not in {0, 10119, 10120}]
    assert len(pages) == 19
    assert all(e.is_conditional and e.status == 304 for e in pages)


def test_new_look_of_the_byline_is_not_told_as_another_author(crawled: Crawled) -> None:
    correction = crawled.versions[10101][4].change
    assert "byline" not in correction.types
    assert (correction.paragraphs_added, correction.paragraphs_edited) == (1, 1)
