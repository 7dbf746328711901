"""Checks that come late or out of order: no version after a newer check, and no wording lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.extract import Rules
from newscrawl.frontier import SourcePolicy
from newscrawl.history import History, MassChanges
from newscrawl.history.versions import next_version
from newscrawl.items import (
    Capture,
    Head,
    JudgedItem,
    Outcome,
    ParsedPage,
    RecordedItem,
    RunLease,
    RunRecord,
    ScrapedArticle,
    Source,
    article_id,
)
from newscrawl.reading import PageReader
from newscrawl.recheck import policy
from newscrawl.stages import parsed_page
from newscrawl.store import versions
from newscrawl.store.gathered_commands import GatheredCommands
from newscrawl.store.session import Store
from newscrawl.store.verify import verify

SOURCE = Source(name="paper", publisher="The Paper", domains=("paper.example",))
URL = "https://paper.example/2026/03/ferry-1"
ARTICLE = article_id("paper", "1")
START = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PASSED = timedelta(seconds=-1)  # term of a lease that has ended
MON, TUE, WED = "Monday", "Tuesday", "Wednesday"


class Layout(Rules):
    body = "div.story"


def body(day: str) -> bytes:
    text = [
        "The ferry to Oyster Island sails again after nine weeks in dry dock, the harbour board said.",
        f"The morning crossing at 6:40 resumes on {day}; the fare stays at three crowns and twenty.",
    ]
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in text)
    return f"<!doctype html><html lang=en><h1>Ferry sails</h1><div class=story>{paragraphs}</div></html>".encode()


@dataclass
class Run:
    """One run of the source, under its lease."""

    store: Store
    lease: RunLease
    reader: PageReader = field(default_factory=lambda: PageReader(SOURCE, (Layout,)))
    is_replay: bool = False

    def __post_init__(self) -> None:
        rates = SourcePolicy("paper", policy("sniffer"))
        self.history = History(
            self.store,
            self.reader,
            rates,
            MassChanges(self.store, "paper", 2 * HOUR),
            lease=self.lease,
            is_replay=self.is_replay,
        )

    @classmethod
    async def start(cls, store: Store, name: str, *, term: timedelta = HOUR) -> Run:
        record = await store.start_run(RunRecord(run_id=name, source="paper", started_at=START), term=term)
        return cls(store, RunLease("paper", name, record.token))

    async def claimed(self, hour: float) -> Head:
        head = await self.store.claim(ARTICLE, START + hour * HOUR, self.lease.run_id, term=HOUR / 4)
        assert head is not None
        return head

    def page(self, day: str, hour: float, head: Head | None = None) -> ParsedPage:
        """Return the page as fetched at an hour; without a head it was requested as one of an unknown URL."""
        html = (("content-type", "text/html; charset=utf-8"),)
        capture = Capture(URL, URL, 200, html, body(day), START + hour * HOUR)
        item = ScrapedArticle("paper", "1", capture, self.reader.extract(capture), lease=head.lease if head else 0)
        return parsed_page(item, self.reader)

    async def record(self, page: ParsedPage) -> RecordedItem:
        return await self.history.append(await self.history.judge(page))

    async def check(self, day: str, hour: float) -> RecordedItem:
        head = await self.claimed(hour) if await self.store.head(ARTICLE) else None
        return await self.record(self.page(day, hour, head))


async def days(store: Store) -> list[str]:
    found = []
    for version in await store.versions(ARTICLE):
        text = " ".join(version.article.paragraphs)
        found.append(next(day for day in (MON, TUE, WED) if day in text))
    return found


async def late_days(store: Store) -> list[str]:
    entries = await store.quarantined(source="paper")
    assert all(entry["kind"] == "late" for entry in entries)
    texts = [" ".join(entry["reading"]["paragraphs"]) for entry in entries]
    return [next(day for day in (MON, TUE, WED) if day in text) for text in texts]


@pytest.mark.parametrize(("late", "waiting"), [(MON, []), (WED, [WED])])
async def test_page_of_a_claim_that_another_run_has_is_superseded(store: Store, late: str, waiting: list[str]) -> None:
    first = await Run.start(store, "first", term=PASSED)
    await first.check(MON, 0)
    seen = first.page(late, 1, await first.claimed(1))
    second = await Run.start(store, "second")
    assert (await second.check(TUE, 2)).outcome is Outcome.CHANGED
    recorded = await first.record(seen)
    assert (recorded.outcome, recorded.number) == (Outcome.SUPERSEDED, 2)
    assert await days(store) == [MON, TUE]
    assert await late_days(store) == waiting
    await store.heartbeat(await active_record(store))
    line = (await store.last_checks(ARTICLE, 3))[1]
    assert (line["outcome"], line["payload"]) == ("superseded", seen.capture.payload_digest)
    assert await store.db.payloads.count_documents({"_id": seen.capture.payload_digest}) == 1


async def active_record(store: Store) -> RunRecord:
    """Return the record of the active run; a heartbeat writes the check log."""
    lease = await store.db.leases.find_one({"_id": "paper"})
    assert lease is not None
    return RunRecord(run_id=lease["run"], source="paper", started_at=START, token=lease["token"])


async def test_late_wording_is_an_edit_once_it_is_seen_again(store: Store) -> None:
    first = await Run.start(store, "first", term=PASSED)
    await first.check(MON, 0)
    seen = first.page(WED, 1, await first.claimed(1))
    second = await Run.start(store, "second")
    await second.check(MON, 2)
    await first.record(seen)
    assert await late_days(store) == [WED]
    assert (await second.check(WED, 3)).outcome is Outcome.CHANGED


async def test_new_article_of_a_run_that_lost_its_source_is_superseded(store: Store) -> None:
    first = await Run.start(store, "first", term=PASSED)
    seen = first.page(MON, 0)
    second = await Run.start(store, "second")
    await second.check(TUE, 1)
    assert (await first.record(seen)).outcome is Outcome.SUPERSEDED
    assert (await days(store), await late_days(store)) == ([TUE], [MON])
    alone = await first.record(first.page(WED, 2))
    assert alone.outcome is Outcome.SUPERSEDED, "not even with a later local clock"
    assert await days(store) == [TUE]


async def test_of_two_urls_of_one_article_the_page_that_was_fetched_first_makes_no_version(store: Store) -> None:
    run = await Run.start(store, "run")
    await run.record(run.page(TUE, 1))
    assert (await run.record(run.page(MON, 0.5))).outcome is Outcome.SUPERSEDED
    assert (await run.record(run.page(WED, 1.5))).outcome is Outcome.CHANGED
    assert (await days(store), await late_days(store)) == ([TUE, WED], [MON])


async def test_version_inserted_after_a_newer_check_is_withdrawn_into_quarantine(store: Store) -> None:
    first = await Run.start(store, "first", term=PASSED)
    await first.check(MON, 0)
    head = await first.claimed(1)
    judged = await first.history.judge(first.page(WED, 1, head))
    assert (await (await Run.start(store, "second")).check(MON, 2)).outcome is Outcome.UNCHANGED
    await insert_version(store, judged, head)  # as if the writer had slept before the insert, and died after it
    stored = await store.head(ARTICLE)
    assert stored is not None
    assert stored.number == 1
    assert (await days(store), await late_days(store)) == ([MON], [WED])
    assert await store.db.added.count_documents({}) == 0


async def test_version_whose_writer_died_is_kept_if_no_check_came_between(store: Store) -> None:
    first = await Run.start(store, "first", term=PASSED)
    await first.check(MON, 0)
    head = await first.claimed(1)
    await insert_version(store, await first.history.judge(first.page(WED, 1, head)), head)
    second = await Run.start(store, "second")
    assert (await second.check(MON, 2)).outcome is Outcome.REVERTED
    assert (await days(store), await late_days(store)) == ([MON, WED, MON], [])


async def insert_version(store: Store, judged: JudgedItem, head: Head) -> None:
    """Write what an append writes before it reaches the head."""
    page = judged.result
    assert isinstance(page, ParsedPage)
    assert page.article is not None
    version = next_version(page, page.article, judged.verdict, head)
    await store.keep_payload(page.capture)
    await versions.insert(GatheredCommands(store.db), version, hold=None, lease=head.lease)
    await versions.insert_passages(GatheredCommands(store.db), version)


async def test_clock_that_was_set_back_leaves_a_mark_and_no_falling_times(store: Store) -> None:
    run = await Run.start(store, "run", term=PASSED)
    await run.check(MON, 10)
    run = await Run.start(store, "next")
    recorded = await run.check(TUE, 4)
    assert recorded.outcome is Outcome.CHANGED
    assert recorded.next_check_at is not None
    assert recorded.next_check_at < START + 10 * HOUR, "the next check follows the clock of today"
    first, second = await store.versions(ARTICLE)
    assert (first.seen_at, second.seen_at) == (START + 10 * HOUR, START + 10 * HOUR)
    assert (first.is_clock_step, second.is_clock_step) == (False, True)
    assert second.not_before == first.seen_at
    await store.heartbeat(await active_record(store))
    assert [line.get("clock_step") for line in await store.last_checks(ARTICLE, 2)] == [None, True]
    assert not (await verify(store)).problems


async def test_replay_of_older_records_adds_nothing_to_a_later_history(store: Store) -> None:
    await (await Run.start(store, "live", term=PASSED)).check(TUE, 5)
    lease = (await Run.start(store, "replay")).lease
    replay = Run(store, lease, is_replay=True)
    assert (await replay.check(MON, 1)).outcome is Outcome.SUPERSEDED
    assert (await replay.check(TUE, 5)).outcome is Outcome.UNCHANGED, "its own recording"
    assert (await days(store), await late_days(store)) == ([TUE], [MON])
