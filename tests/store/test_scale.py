"""What must not grow with an archive: keys that claims and due queries read, bytes of versions and checks, indexes."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from benchmarks.archive_sizes import log_checks, size
from newscrawl.items import article_id
from newscrawl.store import Store, head_documents
from newscrawl.store.documents import Document
from newscrawl.store.version_documents import version_document
from tests.store.samples import HOUR, NOON, article, first_version, head_of, next_version

SOURCES = [f"source{number:02}" for number in range(10)]
DUE = 150
TERM = timedelta(minutes=15)
MEASURED = 60  # times at most, two seconds apart
# A new index of articles or checks is paid for with every check: it needs a reason.
INDEXES = {
    "articles": {
        "_id_", "source_1_guid_1", "due", "worth", "url_1", "aliases_1", "lease.run_1", "last_changed_at_-1",
        "source_1_last_changed_at_-1", "hidden.at_1", "withheld.changes_1", "newest",
        "gone",  # of deleted articles alone
    },
    "checks": {
        "_id_", "article_id_1_written_at_-1", "source_1_written_at_-1", "lines.payload_1", "uncounted",
        "expiry",
    },
    "versions": {
        "_id_", "article_id_1_number_1", "held_1_source_1", "retraction.at_-1", "payload_1", "hidden.at_1", "listed",
        "listed_source", "listed_kind", "listed_source_kind", "cause", "source_cause", "found",
        # Of few versions alone: changes of facts without a note, and what waits to be announced.
        "listed_unnoted", "listed_source_unnoted", "announce_1",
        "unlogged_1",  # of what the transparency log has not yet; without a log, one short key for all
    },
}  # fmt: skip


async def keys_examined(store: Store, ask: Callable[[], Awaitable[Any]]) -> tuple[int, int]:
    """Return how many index keys and documents the queries of an operation read."""
    await store.db.command("profile", 2)
    await ask()
    await store.db.command("profile", 0)
    rows = await store.db["system.profile"].find({"keysExamined": {"$exists": True}}).to_list()
    await store.db.drop_collection("system.profile")
    assert rows
    return sum(row["keysExamined"] for row in rows), sum(row["docsExamined"] for row in rows)


def articles(source: str, count: int, *, due: int) -> Iterator[Document]:
    """Yield the documents of a source's articles, of which the first ones are due."""
    head = head_of(first_version(article()))
    facts = {**head_documents.schedule_document(head), "claims": 0, "versions": 1, "edits": 0, "source": source}
    for number in range(count):
        at = NOON - HOUR if number < due else NOON + (1 + number) * HOUR
        key = article_id(source, str(number))
        own = {"_id": key, "guid": str(number), "url": f"https://{source}.example/{number}", "claim_at": at}
        yield {**facts, **own, "value": number * 7919 % 100 / 100, "next_check_at": at}


async def fill(store: Store, each: int) -> None:
    await store.drop()
    for source in SOURCES:
        await store.db.articles.insert_many(articles(source, each, due=DUE if source == SOURCES[0] else 1))
    marks = [{"_id": source, "due_at": NOON, "rank_at": NOON} for source in SOURCES]
    await store.db.sources.insert_many(marks)


def operations(store: Store) -> dict[str, Callable[[], Awaitable[Any]]]:
    return {
        "claim": lambda: store.claim_due(SOURCES[0], NOON, 100, "run", term=TERM),
        "due sources": lambda: store.due_sources(NOON, limit=200),
        "marks": lambda: store.refresh_source_marks(NOON),
        "backlogs": lambda: store.backlogs(NOON),
        "counts": lambda: store.due_counts(NOON),
        "next turn": lambda: store.plan_source(SOURCES[1], NOON, listings_at=NOON + HOUR),
    }


async def test_what_is_due_is_found_by_as_many_keys_in_an_archive_ten_times_as_large(store: Store) -> None:
    found: list[dict[str, tuple[int, int]]] = []
    for each in (200, 2000):
        await fill(store, each)
        found.append({name: await keys_examined(store, ask) for name, ask in operations(store).items()})
    few, many = found
    assert few.keys() == many.keys()
    for name, (keys, documents) in many.items():
        assert keys <= few[name][0] + 50, name  # a seek more here and there
        assert documents <= few[name][1], name
        assert keys <= 6 * (DUE + 2 * len(SOURCES)), name


async def test_marks_of_sources_are_brought_forward_together(store: Store) -> None:
    await fill(store, 3)
    later = {"due_at": NOON + HOUR, "rank_at": NOON + HOUR}
    await store.db.sources.update_many({"_id": {"$ne": SOURCES[1]}}, {"$set": later})
    await store.db.sources.update_one({"_id": SOURCES[1]}, {"$set": {"due_at": NOON - 2 * HOUR}})
    await store.db.sources.update_one({"_id": SOURCES[2]}, {"$set": {"taken": {"by": "another", "until": NOON}}})
    await store.refresh_source_marks(NOON)
    marks = {each["_id"]: each["due_at"] async for each in store.db.sources.find({})}
    assert marks.pop(SOURCES[2]) == NOON + HOUR, "it is planned when its run ends"
    assert marks.pop(SOURCES[1]) == NOON - 2 * HOUR, "it is due earlier already"
    assert set(marks.values()) == {NOON - HOUR}


@pytest.mark.parametrize("name", INDEXES)
async def test_no_index_is_made_but_those_that_are_paid_for(store: Store, name: str) -> None:
    assert set(await store.db[name].index_information()) == INDEXES[name]


@pytest.mark.parametrize(("a_day", "most"), [(1, 200), (4, 130), (24, 90)])
async def test_a_check_takes_few_bytes(store: Store, a_day: int, most: int) -> None:
    checks = await log_checks(store, 500, a_day=a_day, days=12 // a_day or 1)
    taken: list[float] = []
    while not taken or (taken[-1] > most and len(taken) < MEASURED):
        # Entries that were deleted stay in an index as long as an operation of another test may read them.
        await asyncio.sleep(2 if taken else 0)
        found = await size(store, "checks")
        # Less a page for each file, which counts in this small archive alone.
        taken.append((found.total - 4096 * (1 + len(found.indexes))) / checks)
    assert taken[-1] <= most, taken


async def test_a_version_takes_few_bytes(store: Store) -> None:
    rng = random.Random(5)
    words = ["".join(rng.choices("abcdefghilmnoprstu", k=rng.choice((3, 5, 7)))) for _ in range(20_000)]
    count = 0
    for batch in range(10):
        versions = [_with_text(f"{batch}-{number}", words, rng) for number in range(50)]
        await store.db.versions.insert_many([version for pair in versions for version in pair])
        count += 2 * len(versions)
    found = await size(store, "versions")
    assert found.total / count <= 5 * 1024
    assert found.indexes["found"] / count <= 3.5 * 1024


def _with_text(guid: str, words: list[str], rng: random.Random) -> list[Document]:
    """Return two versions of an article with about 110 distinct words."""
    paragraphs = [" ".join(rng.choices(words[:1000], k=14)) + "." for _ in range(8)]
    first = first_version(article(guid, *paragraphs))
    paragraphs[rng.randrange(8)] += " " + " ".join(rng.choices(words, k=5))
    second = next_version(first, article(guid, *paragraphs), NOON + HOUR)
    return [version_document(each, hold=None) for each in (first, second)]
