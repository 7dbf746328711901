"""The history of one article on a real store: a version per edit, and none for changes of our own rules."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import pytest

from newscrawl import bounds
from newscrawl.extract import Rules, extract, stamp
from newscrawl.frontier import SourcePolicy
from newscrawl.history import History, MassChanges, reextract_all, unfounded_edits
from newscrawl.items import Capture, Cause, Outcome, RecordedItem, ScrapedArticle, Source, Version, article_id
from newscrawl.normalize import article as normalize_article
from newscrawl.reading import PageReader
from newscrawl.recheck import policy
from newscrawl.stages import parsed_page
from newscrawl.store.session import Store

SOURCE = Source(name="paper", publisher="The Paper", domains=("paper.example",))
URL = "https://paper.example/2026/03/ferry-1"
START = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
TERM = timedelta(hours=2)
TEXT = [
    "The ferry to Oyster Island sails again after nine weeks in dry dock, the harbour board said on Monday.",
    "Both engines were replaced, and forty metres of railing, at a cost of 1.4 million crowns.",
    "“She turns on a sixpence now,” said the captain, who has steered the boat since 1998.",
    "The morning crossing at 6:40 resumes on Tuesday; the fare stays at three crowns and twenty.",
]
BOX = "<div class='box'><p>Read the harbour letter, every Friday at noon, free for all who live by the water.</p></div>"


class LayoutWithBox(Rules):
    """Reads the box as text: a rule with a defect."""

    match = "div.story"
    body = "div.story"


class LayoutWithoutBox(Rules):
    match = "div.story"
    body = "div.story"
    drop = ("div.box",)


class LayoutOfAnotherPage(Rules):
    """Reads only pages of a later layout, but matches every page."""

    body = "section.story"

    @classmethod
    def matches(cls, page: object) -> bool:
        return True


def page(paragraphs: list[str], *, headline: str = "Ferry sails again", box: str = BOX, tag: str = "div") -> bytes:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return (
        f"<!doctype html><html lang=en><head><title>{headline}</title></head><body><article><h1>{headline}</h1>"
        f"<{tag} class=story>{body}{box}</{tag}></article></body></html>"
    ).encode()


@dataclass
class CheckedArticle:
    """One article, checked every hour."""

    store: Store
    layouts: tuple[type[Rules], ...] = (LayoutWithoutBox,)
    hour: int = 0

    @property
    def reader(self) -> PageReader:
        return PageReader(SOURCE, self.layouts)

    @property
    def history(self) -> History:
        return History(
            self.store, self.reader, SourcePolicy("paper", policy("sniffer")), MassChanges(self.store, "paper", TERM)
        )

    def scraped(self, body: bytes, hour: int) -> ScrapedArticle:
        at = START + timedelta(hours=hour)
        capture = Capture(URL, URL, 200, (("content-type", "text/html; charset=utf-8"),), body, at)
        return ScrapedArticle("paper", "1", capture, self.reader.extract(capture))

    async def check(self, body: bytes) -> RecordedItem:
        self.hour += 1
        item = await self.history.judge(parsed_page(self.scraped(body, self.hour), self.reader))
        return await self.history.append(item)

    async def versions(self) -> list[Version]:
        return await self.store.versions(article_id("paper", "1"))


@pytest.fixture
def checked(store: Store) -> CheckedArticle:
    return CheckedArticle(store)


async def test_each_edit_is_a_version_and_an_unchanged_page_is_none(checked: CheckedArticle) -> None:
    edited = [*TEXT[:3], TEXT[3].replace("Tuesday", "Wednesday")]
    outcomes = [
        (await checked.check(page(text))).outcome
        for text in (TEXT, TEXT, edited, edited, TEXT, [TEXT[0], TEXT[2], TEXT[1], TEXT[3]])
    ]
    assert outcomes == ["new", "unchanged", "changed", "unchanged", "reverted", "changed"]
    versions = await checked.versions()
    assert [version.number for version in versions] == [1, 2, 3, 4]
    assert versions[2].change.reverts_to == 1
    assert versions[3].change.paragraphs_moved == 1
    assert versions[1].not_before == START + timedelta(hours=2), "the last check that still showed the old wording"


async def test_corrected_rule_between_two_checks_adds_no_version(checked: CheckedArticle) -> None:
    checked.layouts = (LayoutWithBox,)
    await checked.check(page(TEXT))
    checked.layouts = (LayoutWithoutBox,)
    recorded = await checked.check(page(TEXT))
    assert (recorded.outcome, recorded.reason) == (Outcome.UNCHANGED, "same text under new rules")
    assert len(await checked.versions()) == 1
    head = await checked.store.head(article_id("paper", "1"))
    assert head is not None
    assert head.stamp.startswith(stamp((LayoutWithoutBox,)))
    assert (await checked.check(page(TEXT))).reason == "same text", (
        "the stamp was refreshed: the payload is not read again"
    )


async def test_new_normaliser_between_two_checks_adds_no_version(
    checked: CheckedArticle, monkeypatch: pytest.MonkeyPatch
) -> None:
    await checked.check(page(TEXT))
    module = importlib.import_module("newscrawl.normalize.article")
    monkeypatch.setattr(module, "NORMALIZER", 999)
    monkeypatch.setattr(module, "wording_digest", lambda headline, text: f"other:{headline}{text}")
    bounds.close()  # what reads the old page is forked anew, with this normaliser
    try:
        recorded = await checked.check(page(TEXT))
    finally:
        bounds.close()
    assert (recorded.outcome, recorded.reason) == (Outcome.UNCHANGED, "same text under new rules")
    assert len(await checked.versions()) == 1


async def test_edit_first_seen_under_new_rules_shows_only_the_newspapers_change(checked: CheckedArticle) -> None:
    checked.layouts = (LayoutWithBox,)
    await checked.check(page(TEXT))
    checked.layouts = (LayoutWithoutBox,)
    edited = [*TEXT[:3], TEXT[3].replace("Tuesday", "Wednesday")]
    assert (await checked.check(page(edited))).outcome is Outcome.CHANGED
    first, rebased, edit = await checked.versions()
    assert [version.cause for version in (first, rebased, edit)] == [Cause.FIRST, Cause.REBASE, Cause.EDIT]
    assert len(first.article.paragraphs) == 5, "the box was read as text"
    assert rebased.article.paragraphs == tuple(TEXT)
    assert (edit.change.words_added, edit.change.words_removed) == (1, 1)
    assert edit.change.paragraphs_removed == 0


async def test_stored_page_that_new_rules_cannot_read_makes_a_rebase_and_no_edit(checked: CheckedArticle) -> None:
    await checked.check(page(TEXT))
    checked.layouts = (LayoutOfAnotherPage,)
    edited = [*TEXT[:3], "The fare rises."]
    assert (await checked.check(page(edited, tag="section"))).outcome is Outcome.REBASED
    versions = await checked.versions()
    assert [version.cause for version in versions] == [Cause.FIRST, Cause.REBASE]
    stored = await checked.store.db.articles.find_one({"_id": article_id("paper", "1")})
    assert stored is not None
    assert stored["edits"] == 0


async def test_shortened_page_is_quarantined_until_a_second_check_confirms_it(checked: CheckedArticle) -> None:
    await checked.check(page(TEXT))
    short = page(TEXT[:1])
    assert (await checked.check(short)).outcome is Outcome.QUARANTINED
    assert len(await checked.versions()) == 1
    assert (await checked.check(short)).outcome is Outcome.CHANGED
    assert len(await checked.versions()) == 2
    assert await checked.store.quarantined(source="paper") == []


async def test_page_that_lost_its_text_is_no_edit_however_often_it_is_seen(checked: CheckedArticle) -> None:
    headline = "Ferry sails again after nine weeks in the dry dock of Lindholm"
    await checked.check(page(TEXT, headline=headline))
    emptied = page([headline], headline=headline)
    for _ in range(3):
        assert (await checked.check(emptied)).outcome is Outcome.QUARANTINED
    (entry,) = await checked.store.quarantined(source="paper")
    assert (entry["kind"], len(await checked.versions())) == ("emptied", 1)
    assert await checked.store.confirm(entry["_id"], by="editor", at=START)
    assert (await checked.check(emptied)).outcome is Outcome.CHANGED, "a person knows better"


async def test_shortened_page_is_dismissed_when_the_old_text_is_back(checked: CheckedArticle) -> None:
    await checked.check(page(TEXT))
    await checked.check(page(TEXT[:1]))
    assert (await checked.check(page(TEXT))).outcome is Outcome.UNCHANGED
    assert len(await checked.versions()) == 1
    assert await checked.store.quarantined(source="paper") == []
    assert len(await checked.store.quarantined(source="paper", state="dismissed")) == 1


async def test_check_judged_against_an_outdated_head_is_judged_again(checked: CheckedArticle) -> None:
    await checked.check(page(TEXT))
    edited = page([*TEXT[:3], TEXT[3].replace("Tuesday", "Wednesday")])
    slow = await checked.history.judge(parsed_page(checked.scraped(edited, 3), checked.reader))
    fast = await checked.check(edited)
    late = await checked.history.append(slow)
    assert (fast.outcome, late.outcome) == (Outcome.CHANGED, Outcome.UNCHANGED)
    assert len(await checked.versions()) == 2


async def test_page_without_an_article_is_quarantined_and_adds_no_article(checked: CheckedArticle) -> None:
    recorded = await checked.check(b"<!doctype html><html><body><p>Nothing here.</p></body></html>")
    assert (recorded.outcome, recorded.article_id) == (Outcome.QUARANTINED, None)
    assert await checked.store.article_counts() == {}
    (entry,) = await checked.store.quarantined(source="paper")
    assert await checked.store.quarantine_evidence(entry["_id"]) is not None


async def test_date_alone_is_no_edit(checked: CheckedArticle) -> None:
    dated = page(TEXT).replace(
        b"<head>", b"<head><meta property='article:modified_time' content='2026-03-02T06:00:00Z'>"
    )
    later = dated.replace(b"06:00:00Z", b"09:00:00Z")
    await checked.check(dated)
    assert (await checked.check(later)).outcome is Outcome.UNCHANGED


def test_digests_ignore_what_is_not_text() -> None:
    capture = Capture(URL, URL, 200, (), page(TEXT), START)
    extraction = extract(capture, (LayoutWithoutBox,), SOURCE)
    article = normalize_article(extraction, capture, SOURCE, guid="1", rules_stamp="s")
    other = normalize_article(replace(extraction, byline="By someone else"), capture, SOURCE, guid="1", rules_stamp="s")
    assert (article.wording_digest, article.display_digest) == (other.wording_digest, other.display_digest)


async def test_text_beyond_the_size_of_a_document_is_quarantined_and_changes_nothing(
    checked: CheckedArticle, monkeypatch: pytest.MonkeyPatch
) -> None:
    await checked.check(page(TEXT))

    def refuse(*_: object) -> NoReturn:
        raise AssertionError("a text that cannot be stored is not compared: that takes minutes")

    monkeypatch.setattr("newscrawl.history.page_judge.compare", refuse)
    monkeypatch.setattr("newscrawl.history.page_judge.describe", refuse)
    recorded = await checked.check(page([*TEXT, *endless_text()]))
    assert (recorded.outcome, recorded.number) == (Outcome.QUARANTINED, 1)
    assert len(await checked.versions()) == 1
    (entry,) = await checked.store.quarantined(source="paper")
    assert "bytes of text; MongoDB holds" in entry["reason"]


async def test_text_beyond_the_size_of_a_document_at_first_sight_adds_no_article(checked: CheckedArticle) -> None:
    recorded = await checked.check(page([*TEXT, *endless_text()]))
    assert recorded.outcome is Outcome.QUARANTINED
    assert await checked.versions() == []
    assert len(await checked.store.quarantined(source="paper")) == 1


def endless_text() -> list[str]:
    """Paragraphs of 18 MB in all."""
    return [f"Paragraph {n} of a text without end. " + "word " * 3000 for n in range(1200)]


async def test_edit_that_new_rules_would_not_report_is_offered_for_retraction(checked: CheckedArticle) -> None:
    checked.layouts = (LayoutWithBox,)
    await checked.check(page(TEXT))
    await checked.check(page(TEXT, box=BOX.replace("Friday", "Saturday")))
    edited = [*TEXT[:3], TEXT[3].replace("Tuesday", "Wednesday")]
    await checked.check(page(edited, box=BOX.replace("Friday", "Saturday")))
    await checked.store.publish("paper", [(article_id("paper", "1"), number) for number in (2, 3)])
    checked.layouts = (LayoutWithoutBox,)
    [current] = [article async for article in reextract_all(checked.store, checked.reader)]
    [edit] = await unfounded_edits(checked.store, checked.reader, current)
    assert (edit.number, edit.url) == (2, URL)
    assert await checked.store.retract(edit.article_id, edit.number, reason="a box was read", by="ann", at=START)
    assert await unfounded_edits(checked.store, checked.reader, current) == []
