"""A page that costs too much to read changes no history, is kept, and is left alone for days."""

from __future__ import annotations

from datetime import timedelta

import pytest

from newscrawl.extract import Page, Rules
from newscrawl.frontier import SourcePolicy
from newscrawl.history import History, MassChanges
from newscrawl.items import Capture, Extraction, Outcome, PageKind, RecordedItem, ScrapedArticle, article_id
from newscrawl.reading import PageReader
from newscrawl.recheck import costly_pause, policy
from newscrawl.stages import parsed_page
from newscrawl.store import Store

from .checked_article import SOURCE, START, URL, CheckedArticle

KEY = article_id("paper", "9")
DAY = timedelta(days=1)
COSTLY = Extraction(rules="none", kind=PageKind.TOO_COSTLY, evidence=("more than 5 s of CPU time",))
TEXT = "The quarry is open again. " + "It had been shut since the rain of last winter had filled it with water. " * 6
PAGE = f"<html><body><h1>The quarry</h1><p>{TEXT}</p></body></html>".encode()


class Layout(Rules):
    match = "body"
    body = "p"


class Edited(Layout):
    """Newer rules, which never end on what the page showed before."""

    def read_paragraphs(self, page: Page) -> tuple[str, ...]:
        while "open again" in page.index.tagged("p")[0].text:
            pass
        return super().read_paragraphs(page)


@pytest.fixture
def checked(store: Store) -> CheckedArticle:
    return CheckedArticle(store, (Layout,))


async def check_costly(store: Store, hour: int, body: bytes = PAGE) -> RecordedItem:
    reader = PageReader(SOURCE, (Layout,))
    capture = Capture(URL, URL, 200, (), body, START + timedelta(hours=hour))
    scraped = ScrapedArticle("paper", "9", capture, COSTLY)
    changes = MassChanges(store, "paper", timedelta(hours=2))
    history = History(store, reader, SourcePolicy("paper", policy("sniffer")), changes)
    return await history.append(await history.judge(parsed_page(scraped, reader)))


async def test_known_article_keeps_its_text_and_is_checked_again_after_days(checked: CheckedArticle) -> None:
    await checked.check(PAGE)
    first = await check_costly(checked.store, 5)
    assert (first.outcome, first.reason) == (Outcome.QUARANTINED, "too_costly: more than 5 s of CPU time")
    assert len(await checked.versions()) == 1
    second = await check_costly(checked.store, 5 + 24, body=PAGE + b"<!-- other -->")
    assert [item.next_check_at and item.next_check_at - item.at for item in (first, second)] == [DAY, 2 * DAY]
    checked.hour = 90
    assert (await checked.check(PAGE)).outcome is Outcome.UNCHANGED
    assert await checked.store.too_costly("paper") == [], "a trusted check settles it"


async def test_unknown_article_is_remembered_with_its_bytes(store: Store) -> None:
    for hour in (1, 25):
        item = await check_costly(store, hour)
        assert (item.outcome, item.article_id) == (Outcome.QUARANTINED, None)
    ((key, at, times),) = await store.too_costly("paper")
    assert (key, at, times) == (KEY, START + timedelta(hours=25), 2)
    (entry,) = await store.quarantined(source="paper")
    evidence = await store.quarantine_evidence(entry["_id"])
    assert evidence is not None
    assert evidence[0].body == PAGE
    assert entry["kind"] == "too_costly"


@pytest.mark.usefixtures("short_limits")
async def test_stored_page_that_new_rules_cannot_read_in_time_leaves_the_new_one_in_quarantine(
    checked: CheckedArticle,
) -> None:
    await checked.check(PAGE)
    checked.layouts = (Edited,)
    recorded = await checked.check(PAGE.replace(b"open again", b"shut"))
    assert (recorded.outcome, recorded.reason_word) == (Outcome.QUARANTINED, "too_costly")
    assert [key for key, _, _ in await checked.store.too_costly("paper")] == [KEY]
    assert len(await checked.versions()) == 1


def test_pause_doubles_from_a_day_to_a_month() -> None:
    assert [costly_pause(times) / DAY for times in (0, 1, 2, 3, 6, 7, 10_000)] == [1, 1, 2, 4, 32, 32, 32]
