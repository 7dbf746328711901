"""The three stages on a real store: what becomes of one story look by look, under rules that change."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.config import Config
from newscrawl.extract import Rules, extract, stamp
from newscrawl.frontier import SourcePolicy
from newscrawl.history import History
from newscrawl.items import Capture, Cause, Outcome, RecordedItem, ScrapedArticle, Source, Version, article_id
from newscrawl.normalize import article as normalize_article
from newscrawl.reading import PageReader
from newscrawl.recheck import policy
from newscrawl.store.session import Store
from pipelines.normalize import parsed_page

SOURCE = Source(name="paper", publisher="The Paper", domains=("paper.example",))
URL = "https://paper.example/2026/03/ferry-1"
START = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
TEXT = [
    "The ferry to Oyster Island sails again after nine weeks in dry dock, the harbour board said on Monday.",
    "Both engines were replaced, and forty metres of railing, at a cost of 1.4 million crowns.",
    "“She turns on a sixpence now,” said the captain, who has steered the boat since 1998.",
    "The morning crossing at 6:40 resumes on Tuesday; the fare stays at three crowns and twenty.",
]
BOX = "<div class='box'><p>Read the harbour letter, every Friday at noon, free for all who live by the water.</p></div>"


class Loose(Rules):
    """Takes the box for text: a rule with a defect."""

    match = "div.story"
    body = "div.story"


class Strict(Rules):
    match = "div.story"
    body = "div.story"
    drop = ("div.box",)


class Elsewhere(Rules):
    """Fits a later layout only, and says so of every page."""

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
class Line:
    """Looks at one story through all three stages."""

    store: Store
    config: Config
    layouts: tuple[type[Rules], ...] = (Strict,)
    hour: int = 0
    looks: list[RecordedItem] = field(default_factory=list)

    @property
    def reader(self) -> PageReader:
        return PageReader(SOURCE, self.layouts)

    @property
    def history(self) -> History:
        return History(self.store, self.reader, SourcePolicy("paper", policy("sniffer")))

    def scraped(self, body: bytes, hour: int) -> ScrapedArticle:
        at = START + timedelta(hours=hour)
        capture = Capture(URL, URL, 200, (("content-type", "text/html; charset=utf-8"),), body, at)
        return ScrapedArticle("paper", "1", capture, self.reader.extract(capture))

    async def look(self, body: bytes) -> RecordedItem:
        self.hour += 1
        item = await self.history.judge(parsed_page(self.scraped(body, self.hour), self.reader))
        done = await self.history.append(item)
        self.looks.append(done)
        return done

    async def versions(self) -> list[Version]:
        return await self.store.versions(article_id("paper", "1"))


@pytest.fixture
def line(store: Store, config: Config) -> Line:
    return Line(store, config)


async def test_story_goes_through_its_life(line: Line) -> None:
    edited = [*TEXT[:3], TEXT[3].replace("Tuesday", "Wednesday")]
    outcomes = [
        (await line.look(page(text))).outcome
        for text in (TEXT, TEXT, edited, edited, TEXT, [TEXT[0], TEXT[2], TEXT[1], TEXT[3]])
    ]
    assert outcomes == ["new", "unchanged", "changed", "unchanged", "reverted", "changed"]
    versions = await line.versions()
    assert [v.number for v in versions] == [1, 2, 3, 4]
    assert versions[2].change.reverts_to == 1
    assert versions[3].change.paragraphs_moved == 1
    assert versions[1].not_before == START + timedelta(hours=2), "the last look that still showed the old wording"


async def test_rule_mended_between_two_looks_at_one_page_makes_no_version(line: Line) -> None:
    line.layouts = (Loose,)
    await line.look(page(TEXT))
    line.layouts = (Strict,)
    done = await line.look(page(TEXT))
    assert (done.outcome, done.reason) == (Outcome.UNCHANGED, "same text under new rules")
    assert len(await line.versions()) == 1
    head = await line.store.head(article_id("paper", "1"))
    assert head is not None
    assert head.stamp.startswith(stamp((Strict,)))
    assert (await line.look(page(TEXT))).reason == "same text", "the stamp was refreshed: nothing is read twice"


async def test_normaliser_upgraded_between_two_looks_makes_no_version(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    await line.look(page(TEXT))
    room = importlib.import_module("newscrawl.normalize.article")
    monkeypatch.setattr(room, "NORMALIZER", 999)
    monkeypatch.setattr(room, "wording_digest", lambda headline, text: f"other:{headline}{text}")
    done = await line.look(page(TEXT))
    assert (done.outcome, done.reason) == (Outcome.UNCHANGED, "same text under new rules")
    assert len(await line.versions()) == 1


async def test_edit_first_seen_under_new_rules_shows_the_newspapers_change_alone(line: Line) -> None:
    line.layouts = (Loose,)
    await line.look(page(TEXT))
    line.layouts = (Strict,)
    edited = [*TEXT[:3], TEXT[3].replace("Tuesday", "Wednesday")]
    assert (await line.look(page(edited))).outcome is Outcome.CHANGED
    first, rebased, edit = await line.versions()
    assert [v.cause for v in (first, rebased, edit)] == [Cause.FIRST, Cause.REBASE, Cause.EDIT]
    assert len(first.article.paragraphs) == 5, "the box was taken for text"
    assert rebased.article.paragraphs == tuple(TEXT)
    assert (edit.change.words_added, edit.change.words_removed) == (1, 1)
    assert edit.change.paragraphs_removed == 0


async def test_page_that_new_rules_cannot_read_back_is_a_rebase_and_no_edit(line: Line) -> None:
    await line.look(page(TEXT))
    line.layouts = (Elsewhere,)
    other = [*TEXT[:3], "The fare rises."]
    assert (await line.look(page(other, tag="section"))).outcome is Outcome.REBASED
    versions = await line.versions()
    assert [v.cause for v in versions] == [Cause.FIRST, Cause.REBASE]
    stored = await line.store.db.articles.find_one({"_id": article_id("paper", "1")})
    assert stored is not None
    assert stored["edits"] == 0


async def test_shrunk_page_waits_for_a_second_look_that_agrees(line: Line) -> None:
    await line.look(page(TEXT))
    short = page(TEXT[:1])
    assert (await line.look(short)).outcome is Outcome.QUARANTINED
    assert len(await line.versions()) == 1
    assert (await line.look(short)).outcome is Outcome.CHANGED
    assert len(await line.versions()) == 2
    assert await line.store.quarantined(source="paper") == []


async def test_shrunk_page_is_dismissed_when_the_old_text_is_back(line: Line) -> None:
    await line.look(page(TEXT))
    await line.look(page(TEXT[:1]))
    assert (await line.look(page(TEXT))).outcome is Outcome.UNCHANGED
    assert len(await line.versions()) == 1
    assert await line.store.quarantined(source="paper") == []
    assert len(await line.store.quarantined(source="paper", state="dismissed")) == 1


async def test_look_judged_against_a_head_that_moved_on_is_judged_again(line: Line) -> None:
    await line.look(page(TEXT))
    edited = page([*TEXT[:3], TEXT[3].replace("Tuesday", "Wednesday")])
    slow = await line.history.judge(parsed_page(line.scraped(edited, 3), line.reader))
    fast = await line.look(edited)
    late = await line.history.append(slow)
    assert (fast.outcome, late.outcome) == (Outcome.CHANGED, Outcome.UNCHANGED)
    assert len(await line.versions()) == 2


async def test_page_without_an_article_is_kept_as_doubtful_and_is_no_story(line: Line) -> None:
    done = await line.look(b"<!doctype html><html><body><p>Nothing here.</p></body></html>")
    assert (done.outcome, done.article_id) == (Outcome.QUARANTINED, None)
    assert await line.store.article_counts() == {}
    (entry,) = await line.store.quarantined(source="paper")
    assert await line.store.quarantine_evidence(entry["_id"]) is not None


async def test_date_alone_is_no_edit(line: Line) -> None:
    dated = page(TEXT).replace(
        b"<head>", b"<head><meta property='article:modified_time' content='2026-03-02T06:00:00Z'>"
    )
    later = dated.replace(b"06:00:00Z", b"09:00:00Z")
    await line.look(dated)
    assert (await line.look(later)).outcome is Outcome.UNCHANGED


def test_fingerprints_ignore_what_is_not_text() -> None:
    capture = Capture(URL, URL, 200, (), page(TEXT), START)
    extraction = extract(capture, (Strict,), SOURCE)
    one = normalize_article(extraction, capture, SOURCE, guid="1", rules_stamp="s")
    other = normalize_article(replace(extraction, byline="By someone else"), capture, SOURCE, guid="1", rules_stamp="s")
    assert (one.wording_digest, one.display_digest) == (other.wording_digest, other.display_digest)


async def test_text_beyond_what_a_document_holds_is_quarantined_and_changes_nothing(line: Line) -> None:
    await line.look(page(TEXT))
    endless = [f"Paragraph {n} of a text without end. " + "word " * 3000 for n in range(1200)]
    done = await line.look(page([*TEXT, *endless]))
    assert done.number == 1
    assert len(await line.versions()) == 1
    assert len(await line.store.quarantined(source="paper")) == 1
