"""Every edition of the demo newspaper, crawled over HTTP into a real MongoDB."""

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
from newscrawl.demo.articles import DemoArticle, articles
from newscrawl.items import Cause, Head, Outcome, State, Version, article_id
from newscrawl.jobs import CrawlReport, Job
from newscrawl.jobs.subprocesses import run_in_processes
from newscrawl.store import embedded
from newscrawl.store.session import Store
from tests.demo.expected import FAILURES, OUTCOMES, VERSIONS, expected_outcomes

NUMBERS = [edition.number for edition in EDITIONS]
WITH_VERSION = {Outcome.NEW, Outcome.CHANGED, Outcome.REVERTED}


def number_of(url: str) -> int:
    """Return the number at the end of an article's URL, 0 for any other URL."""
    match = re.search(r"-(\d+)$", url)
    return int(match.group(1)) if match else 0


@dataclass
class Crawled:
    """What the crawls of all editions recorded and stored, by edition."""

    base: str = ""
    reports: dict[int, CrawlReport] = field(default_factory=dict)
    decisions: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    heads: dict[int, dict[int, Head]] = field(default_factory=dict)
    versions: dict[int, list[Version]] = field(default_factory=dict)
    exchanges: list[Exchange] = field(default_factory=list)

    def outcomes(self, edition: int) -> dict[int, list[str]]:
        """Return the outcomes by article number, in the order they were recorded."""
        outcomes: dict[int, list[str]] = {}
        for decision in self.decisions[edition]:
            if decision["article_id"] is not None or number_of(decision["url"]) in OUTCOMES:
                outcomes.setdefault(number_of(decision["url"]), []).append(decision["outcome"])
        return outcomes


async def heads_of(config: Config) -> dict[int, Head]:
    store = await Store.open(config)
    try:
        heads = {number: await store.head(article_id("demo", str(number))) for number in OUTCOMES}
        return {number: head for number, head in heads.items() if head is not None}
    finally:
        await store.close()


async def versions_of(config: Config) -> dict[int, list[Version]]:
    store = await Store.open(config)
    try:
        return {number: await store.versions(article_id("demo", str(number))) for number in OUTCOMES}
    finally:
        await store.close()


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    return crawl_editions(tmp_path_factory.mktemp("demo"), "sniffer")


def crawl_editions(folder: Path, policy: str) -> Crawled:
    """Crawl each edition in its own process; the embedded mongod runs until the last one has ended."""
    config = Config(home=folder, delay_seconds=0.0, policy=policy)
    mongod = embedded.join(folder)
    crawled = Crawled()
    try:
        with Newsroom() as newsroom:
            crawled.base, crawled.exchanges = newsroom.base, newsroom.exchanges
            for edition in EDITIONS:
                newsroom.edition = edition.number
                export = folder / f"edition-{edition.number}.jsonl"
                crawled.reports[edition.number] = crawl(newsroom, config, export)
                crawled.decisions[edition.number] = [json.loads(line) for line in export.read_text().splitlines()]
                crawled.heads[edition.number] = asyncio.run(heads_of(config))
        crawled.versions = asyncio.run(versions_of(config))
    finally:
        mongod.leave()
    return crawled


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
    return {number: [outcome.value] for number, outcome in expected_outcomes(edition).items()}


@pytest.mark.parametrize("edition", NUMBERS)
def test_every_article_gets_the_expected_outcome(crawled: Crawled, edition: int) -> None:
    assert crawled.outcomes(edition) == expected(edition)


def test_hazard_policy_with_almost_free_checks_gives_the_same_outcomes(tmp_path: Path) -> None:
    crawled = crawl_editions(tmp_path, "hazard:price=0.000001")
    assert {number: crawled.outcomes(number) for number in NUMBERS} == {number: expected(number) for number in NUMBERS}


@pytest.mark.parametrize("edition", NUMBERS)
def test_crawl_succeeds_and_its_report_counts_every_decision(crawled: Crawled, edition: int) -> None:
    report = crawled.reports[edition]
    assert (report.reason, report.exit_code) == ("finished", EDITIONS[edition - 1].exit_code)
    assert report.outcomes == dict(Counter(decision["outcome"] for decision in crawled.decisions[edition]))


@pytest.mark.parametrize("edition", [number for number in NUMBERS if number != 6])
def test_failure_that_belongs_to_no_article_is_reported_but_not_stored(crawled: Crawled, edition: int) -> None:
    failures = [d for d in crawled.decisions[edition] if number_of(d["url"]) not in OUTCOMES]
    assert tuple(failure["reason"] for failure in failures) == FAILURES.get(edition, ())
    assert all(failure["article_id"] is None for failure in failures)


@pytest.mark.parametrize("number", VERSIONS)
def test_each_wording_is_one_version(crawled: Crawled, number: int) -> None:
    assert [version.number for version in crawled.versions[number]] == list(range(1, VERSIONS[number] + 1))


@pytest.mark.parametrize("article", articles(), ids=lambda article: str(article.number))
def test_versions_have_exactly_the_published_wordings(crawled: Crawled, article: DemoArticle) -> None:
    versions = crawled.versions[article.number]
    editions = [number for number in NUMBERS if OUTCOMES[article.number][number - 1] in WITH_VERSION]
    wordings = [wording for number in editions if (wording := article.at(number))]
    assert [(version.article.headline, version.article.paragraphs) for version in versions] == [
        (wording.headline, wording.paragraphs) for wording in wordings
    ]
    assert [version.seen_at for version in versions] == [EDITIONS[number - 1].clock for number in editions]


def test_authors_language_and_date_published_are_read(crawled: Crawled) -> None:
    for published in articles():
        article = crawled.versions[published.number][0].article
        assert (article.author, article.in_language) == (published.authors, published.language)
        assert article.date_published is not None
        assert article.date_published.value == published.published


def test_article_is_gone_after_the_second_410(crawled: Crawled) -> None:
    states = [crawled.heads[number][10109].state for number in NUMBERS]
    assert states == [State.WATCHED] * 3 + [State.GONE] * 3 + [State.WATCHED] * 2
    assert crawled.heads[3][10109].gone_seen_at == EDITIONS[2].clock


@pytest.mark.parametrize("number", [10110, 10111])
def test_former_url_is_an_alias(crawled: Crawled, number: int) -> None:
    article = next(article for article in articles() if article.number == number)
    head = crawled.heads[8][number]
    assert head.url == crawled.base + article.path(article.wordings[-1])
    assert crawled.base + article.path(article.wordings[0]) in head.aliases


def test_reverted_version_names_the_version_it_returns_to(crawled: Crawled) -> None:
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


def test_new_headline_changes_no_paragraph(crawled: Crawled) -> None:
    change = crawled.versions[10101][1].change
    assert "headline" in change.types
    assert (change.paragraphs_added, change.paragraphs_removed, change.paragraphs_edited) == (0, 0, 0)


def test_sum_changed_without_a_correction_or_new_date_is_a_silent_edit(crawled: Crawled) -> None:
    assert crawled.versions[10107][1].change.silent
    assert not crawled.versions[10101][4].change.silent


def test_version_has_the_times_of_the_two_checks_between_which_it_changed(crawled: Crawled) -> None:
    lido = crawled.versions[10114][1]
    # The check at edition 2 got a cut page, which proves nothing.
    assert (lido.not_before, lido.seen_at) == (EDITIONS[0].clock, EDITIONS[2].clock)


@pytest.mark.parametrize("edition", [number for number in NUMBERS if number != 6])
def test_no_page_is_requested_twice(crawled: Crawled, edition: int) -> None:
    requests = Counter(exchange.path for exchange in crawled.exchanges if exchange.edition == edition)
    # A cut body is requested once more immediately: most cuts are transient network errors.
    cut = [path for path in requests if number_of(path) == 10114 and edition == 2]
    assert sorted(path for path, count in requests.items() if count > 1) == cut


def test_overloaded_server_gets_no_request_after_its_first_429(crawled: Crawled) -> None:
    exchanges = [exchange for exchange in crawled.exchanges if exchange.edition == 6]
    assert [(e.path == "/robots.txt", e.status) for e in exchanges] == [(True, 200), (False, 429)]


def test_known_pages_are_requested_with_their_validators(crawled: Crawled) -> None:
    exchanges = [e for e in crawled.exchanges if e.edition == 8 and number_of(e.path) not in {0, 10119, 10120}]
    assert len(exchanges) == 19
    assert all(exchange.is_conditional and exchange.status == 304 for exchange in exchanges)


def test_byline_in_the_new_design_is_not_a_change_of_author(crawled: Crawled) -> None:
    correction = crawled.versions[10101][4].change
    assert "byline" not in correction.types
    assert (correction.paragraphs_added, correction.paragraphs_edited) == (1, 1)
