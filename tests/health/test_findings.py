"""What is much less than usual is told, what may be chance or our own doing is not, and alarms end with their cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from newscrawl.health.baselines import MIN_PAGES, WARM_UP_RUNS, Baselines, RunHealth, learnt
from newscrawl.health.findings import judge
from newscrawl.health.page_counts import PageCounts, page_result
from newscrawl.items import Alarm, AlarmState, Finding, Outcome, RecordedItem

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def page(outcome: Outcome, reason: str = "", *, has_article: bool = False, is_listing: bool = False) -> RecordedItem:
    return RecordedItem(
        "courier", None, "https://courier.example/1", outcome, reason, NOW,
        has_article=has_article, is_listing=is_listing,
    )  # fmt: skip


READ = page(Outcome.UNCHANGED, "same text", has_article=True)
SAME = page(Outcome.NOT_MODIFIED, "304")
DOUBTED = page(Outcome.QUARANTINED, "shrunk: 10 of 400 words left", has_article=True)
LOST = page(Outcome.QUARANTINED, "layout_lost: read by generic, the last version by Layout2020", has_article=True)
EMPTIED = page(Outcome.QUARANTINED, "emptied: of 400 words the headline alone is left", has_article=True)
EMPTY = page(Outcome.QUARANTINED, "empty: no paragraphs")
CONSENT = page(Outcome.QUARANTINED, "consent: a form asks for consent")
BOT_WALL = page(Outcome.BLOCKED, "bot_wall: a challenge of Cloudflare")
FORBIDDEN = page(Outcome.BLOCKED, "http_403")
BROKEN = page(Outcome.ERROR, "http_500")
TIMEOUT = page(Outcome.ERROR, "timeout")
DEAD_LINK = page(Outcome.ERROR, "http_404")
GONE = page(Outcome.GONE, "http_410")
WAITING = [page(Outcome.BLOCKED, reason) for reason in ("host_budget", "host_paused", "host_resting", "robots")]
NOT_RECORDED = page(Outcome.ERROR, "not_recorded")
LISTING_FORBIDDEN = replace(FORBIDDEN, is_listing=True)


def counts(*items: RecordedItem, listings: int = 1) -> PageCounts:
    pages = PageCounts()
    for item in items:
        pages.add(item)
    pages.set_listings_read(listings)
    return pages


def run(
    *items: RecordedItem, listed: int = 40, listings: int = 1, fields: Mapping[str, int] | None = None
) -> RunHealth:
    given = {"byline": 18, "author": 16} if fields is None else fields
    return RunHealth(counts(*items, listings=listings), listed, True, given)


def times(count: int, item: RecordedItem) -> list[RecordedItem]:
    return [item] * count


ORDINARY = run(*times(20, READ))


def usual(runs: int = 10, found: RunHealth = ORDINARY) -> Baselines:
    after = Baselines()
    for _ in range(runs):
        after = learnt(after, found, {})
    return after


def told(found: RunHealth, than: Baselines | None = None) -> list[str]:
    return [finding.sentence for finding in judge(found, than or usual()).findings]


def alarm(finding: Finding, state: AlarmState = AlarmState.OPEN) -> Alarm:
    return Alarm("a1", "courier", finding.kind, state, finding.message, NOW, NOW, evidence=finding.evidence)


def test_an_ordinary_run_raises_no_alarm() -> None:
    assert told(ORDINARY) == []


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (replace(ORDINARY, listed=19), "volume: 19 articles are listed, usually 40"),
        (replace(ORDINARY, listed=0), "volume: 0 articles are listed, usually 40"),
        (
            run(*times(14, READ), *times(6, DOUBTED), fields={"byline": 13, "author": 12}),
            "unreadable: 70% of the pages can be read, usually 100%",
        ),
        (
            run(*times(14, READ), *times(6, FORBIDDEN), fields={"byline": 13, "author": 12}),
            "unreadable: 70% of the pages can be read, usually 100%",
        ),
        (
            run(*times(57, READ), *times(4, EMPTY), fields={"byline": 52, "author": 46}),
            "quarantine: 4 of 61 pages are doubtful",
        ),
        (
            run(*times(20, READ), fields={"byline": 18, "author": 0}),
            "drift: 0% of the articles have author, usually 80%",
        ),
    ],
)
def test_much_less_than_usual_is_told_in_words(found: RunHealth, sentence: str) -> None:
    assert sentence in told(found)


@pytest.mark.parametrize(
    "found",
    [
        replace(ORDINARY, listed=20),
        replace(ORDINARY, listed=3, is_whole=False),  # the host had no room for all: our doing
        run(*times(58, READ), *times(2, DOUBTED), fields={"byline": 52, "author": 46}),  # three doubtful at least
        run(*times(4, READ), fields={"byline": 0, "author": 0}),  # too few to tell
        run(*times(5, READ), fields={"byline": 4, "author": 3}),  # as chance has it
        run(*times(20, SAME), fields={}),  # a 304 says that the page is as it was, and shows no field
        run(*WAITING, fields={}),
        run(*times(20, NOT_RECORDED), fields={}),  # a replay's records lack them: nothing follows about the source
        run(GONE, GONE, fields={}),  # withdrawn: that is an answer
        run(DEAD_LINK, fields={}),  # a listing may name a dead address
        run(DOUBTED, fields={}),  # it was read
        run(fields={}),  # nothing was due
    ],
)
def test_what_may_be_chance_or_our_own_doing_is_no_alarm(found: RunHealth) -> None:
    assert told(found) == []


@pytest.mark.parametrize(
    ("items", "listings", "sentence"),
    [
        (times(20, FORBIDDEN), 1, "walled: 20 pages requested, none could be read (http_403 ×20)"),
        (times(20, BROKEN), 1, "walled: 20 pages requested, none could be read (http_500 ×20)"),
        (times(3, CONSENT), 1, "walled: 3 pages requested, none could be read (consent ×3)"),
        ([BOT_WALL], 1, "walled: 1 page requested, none could be read (bot_wall ×1)"),
        ([*WAITING, FORBIDDEN], 1, "walled: 1 page requested, none could be read (http_403 ×1)"),
        (
            [*times(3, TIMEOUT), FORBIDDEN],
            1,
            "failing: 4 pages requested, none could be read (timeout ×3, http_403 ×1)",
        ),
        (times(5, DEAD_LINK), 1, "failing: 5 pages requested, none could be read (http_404 ×5)"),
        (times(3, EMPTY), 1, "unreadable: 3 pages requested, none could be read (empty ×3)"),
        (times(3, EMPTIED), 1, "unreadable: 3 pages requested, none could be read (emptied ×3)"),
        (times(2, LISTING_FORBIDDEN), 0, "walled: 2 listings requested, none could be read (http_403 ×2)"),
        (
            [LISTING_FORBIDDEN, FORBIDDEN],
            0,
            "walled: 1 page requested, none could be read (http_403 ×1); "
            "1 listing requested, none could be read (http_403 ×1)",
        ),
    ],
)
def test_that_nothing_could_be_read_is_told_once_and_from_the_first_run_on(
    items: list[RecordedItem], listings: int, sentence: str
) -> None:
    found = run(*items, listed=0 if not listings else 40, listings=listings, fields={})
    assert told(found, Baselines()) == [sentence]
    assert told(found) == [sentence]


@pytest.mark.parametrize("items", [[LOST], times(20, LOST), [*times(20, LOST), *times(10, READ)]])
def test_lost_layouts_are_one_alarm_from_the_first_run_on(items: list[RecordedItem]) -> None:
    for baselines in (Baselines(), usual()):
        judged = judge(run(*items), baselines)
        assert [finding.kind for finding in judged.findings] == ["layout_lost"]
        assert judged.findings[0].evidence["examples"] == ["https://courier.example/1"] * min(3, items.count(LOST))
    assert "layout_lost" in judge(run(*times(10, READ)), usual()).kinds


def test_one_listing_that_is_refused_beside_others_is_a_failed_page_and_no_alarm() -> None:
    found = run(LISTING_FORBIDDEN, listings=2, fields={})
    assert (told(found), found.pages.is_nothing_read) == ([], False)


@pytest.mark.parametrize(
    ("item", "is_failed"),
    [
        *((page(Outcome.BLOCKED, reason), True) for reason in ("http_401", "http_403", "http_407", "http_429")),
        *((page(Outcome.ERROR, reason), True) for reason in ("http_500", "http_503", "timeout", "robots_unreachable")),
        (BOT_WALL, True),
        (CONSENT, False),  # it waits in quarantine
        *((item, False) for item in WAITING),
        (DOUBTED, False),
        (EMPTY, False),
        (GONE, False),
        (SAME, False),
    ],
)
def test_refusals_of_the_server_are_failed_pages_and_our_own_waiting_is_none(
    item: RecordedItem, is_failed: bool
) -> None:
    assert item.is_failed == is_failed
    if item.is_asked:
        assert counts(item).articles.failed == is_failed, page_result(item)


def test_evidence_names_counts_and_addresses() -> None:
    urls = [f"https://courier.example/{n}" for n in range(5)]
    pages = counts(*(replace(FORBIDDEN, url=url) for url in urls))
    (finding,) = judge(RunHealth(pages), Baselines()).findings
    assert finding.evidence == {
        "unread": ["articles"], "asked": 5, "read": 0, "reasons": {"http_403": 5}, "examples": urls[:3],
    }  # fmt: skip
    lacking = replace(ORDINARY, fields={"byline": 18}, lacking={"author": urls[0]})
    (finding,) = judge(lacking, usual()).findings
    assert (finding.kind, finding.evidence["examples"]) == ("drift:author", [urls[0]])


def test_a_new_source_has_no_usual_yet() -> None:
    poor = replace(ORDINARY, listed=1, fields={})
    assert told(poor, usual(WARM_UP_RUNS - 1)) == []
    assert len(told(poor, usual(WARM_UP_RUNS))) == 3


def test_rounds_of_few_pages_are_judged_together_once_they_are_enough() -> None:
    small = run(READ, READ, fields={"byline": 2, "author": 0})
    after, runs = usual(), 0
    while not (findings := told(small, after)):
        after, runs = learnt(after, small, {}), runs + 1
    assert findings == ["drift: 0% of the articles have author, usually 80%"]
    assert (runs + 1) * 2 >= MIN_PAGES > runs * 2


def test_a_run_that_read_nothing_is_not_mixed_with_those_after_it() -> None:
    after = learnt(usual(), run(*times(4, FORBIDDEN), fields={}), {})
    assert told(run(READ, fields={"byline": 1, "author": 1}), after) == []
    assert after.readable == 1.0


def test_what_an_open_alarm_is_about_is_not_learnt_until_a_person_acknowledges_it() -> None:
    poor = run(*times(20, READ), listed=10, fields={"byline": 18, "author": 0})
    findings = {finding.kind: finding for finding in judge(poor, usual()).findings}
    assert set(findings) == {"volume", "drift:author"}
    unseen = {kind: alarm(finding) for kind, finding in findings.items()}
    after = usual()
    for _ in range(100):
        after = learnt(after, poor, unseen)
    assert told(poor, after) == told(poor), "a hundred rounds later the alarm says the same"
    known = {kind: alarm(finding, AlarmState.ACKNOWLEDGED) for kind, finding in findings.items()}
    runs = 0
    while told(poor, after):
        after, runs = learnt(after, poor, known), runs + 1
    assert 5 < runs < 40, "known, it becomes how the source is now"


@pytest.mark.parametrize(
    ("finding", "found", "is_over"),
    [
        (Finding("walled", "", {"unread": ["articles"]}), ORDINARY, True),
        (Finding("walled", "", {"unread": ["articles"]}), run(SAME, fields={}), True),
        (Finding("walled", "", {"unread": ["articles"]}), run(fields={}), False),
        (Finding("walled", "", {"unread": ["articles"]}), run(*WAITING, fields={}), False),
        (Finding("walled", "", {"unread": ["articles"]}), run(FORBIDDEN, fields={}), False),
        (Finding("walled", "", {"unread": ["articles"]}), run(TIMEOUT, fields={}), True),  # it fails otherwise now
        (Finding("walled", "", {"unread": ["articles", "listings"]}), run(READ, listings=0, fields={}), False),
        (Finding("walled", "", {"unread": ["listings"]}), run(fields={}), True),
        (Finding("walled", "", {"unread": ["listings"]}), run(READ, LISTING_FORBIDDEN, listings=0, fields={}), False),
        (Finding("volume", ""), ORDINARY, True),
        (Finding("volume", ""), replace(ORDINARY, is_whole=False), False),
        (Finding("volume", ""), run(LISTING_FORBIDDEN, listed=0, listings=0, fields={}), False),
        (Finding("unreadable", ""), ORDINARY, True),
        (Finding("unreadable", ""), run(*times(MIN_PAGES - 1, READ), fields={}), False),
        (Finding("unreadable", ""), run(*times(9, FORBIDDEN), fields={}), False),
        (Finding("drift:author", ""), ORDINARY, True),
        (Finding("drift:author", ""), run(*times(9, SAME), fields={}), False),
        (Finding("quarantine", ""), ORDINARY, True),
        (Finding("quarantine", ""), run(READ, fields={}), False),
        (Finding("worker_died", ""), ORDINARY, False),  # judged by that a run ended, not by what it found
    ],
)
def test_an_alarm_ends_with_a_run_that_could_find_its_cause_and_does_not(
    finding: Finding, found: RunHealth, is_over: bool
) -> None:
    assert judge(found, usual()).resolves(alarm(finding)) == is_over


def test_baselines_of_the_first_release_are_read_on_once_migrated() -> None:
    stored = {"runs": 9, "listed": 40.0, "readable": 0.97, "quarantined": 0.01, "fields": {"author": 0.8}}
    stored |= {"samples": 9, "field_samples": 9}
    read = Baselines.of(stored)
    assert (read.samples, read.field_samples, read.pending_pages) == (9, 9, None)
    assert told(run(*times(20, READ), fields={}), read) == ["drift: 0% of the articles have author, usually 80%"]
    after = learnt(read, run(READ, fields={"author": 1}), {})
    assert Baselines.of(after.as_state()) == after
    assert Counter(after.pending_pages or {}) == {"read": 1}


def test_certificates_that_are_not_verified_are_told_until_they_are() -> None:
    expired = replace(ORDINARY, certificate_faults={"courier.example": "certificate has expired"})
    (sentence,) = told(expired)
    assert sentence == (
        "certificate_opt_out: certificates are accepted that are not valid (courier.example: certificate has expired)"
    )
    assert told(replace(ORDINARY, certificate_faults={}))[0].endswith("(none was met: remove the exception)")
    (finding,) = judge(expired, usual()).findings
    assert not judge(expired, usual()).resolves(alarm(finding))
    assert judge(ORDINARY, usual()).resolves(alarm(finding))
