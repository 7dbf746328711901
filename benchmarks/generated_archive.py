"""Generate a large archive for benchmarks of the reader."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pymongo

from newscrawl.config import Config
from newscrawl.items import article_id
from newscrawl.store import Store
from newscrawl.store.documents import Document
from newscrawl.store.reader_indexes import READER_INDEXES
from newscrawl.store.search_order import place
from newscrawl.store.terms import terms

VERSIONS = 4
SOURCES = [f"source{n:02d}" for n in range(12)]
TYPES = ("headline", "numbers", "names", "quotes", "hedging", "correction", "added", "removed", "typo")
END = datetime(2026, 6, 1, tzinfo=UTC)
PERIOD = timedelta(days=1000)  # first versions are spread over it, until END


class Words:
    """A pool of paragraphs in an invented language whose word frequencies follow Zipf's law, as in real languages."""

    def __init__(self, seed: int = 7) -> None:
        self.random = random.Random(seed)
        syllables = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "ai", "en", "or")]
        self.words = [
            "".join(self.random.choices(syllables, k=self.random.choice((1, 2, 2, 3)))) for _ in range(20_000)
        ]
        weights = [1 / (rank + 3) for rank in range(len(self.words))]
        self.pool = [" ".join(self.random.choices(self.words, weights, k=40)).capitalize() + "." for _ in range(4_000)]
        self.terms = [set(terms((text,))) for text in self.pool]

    def common(self) -> str:
        return self.words[self.random.randrange(30)]

    def rare(self) -> str:
        return self.words[self.random.randrange(5_000, 20_000)]


@dataclass(frozen=True)
class Draft:
    """One version of a generated article."""

    source: str
    guid: str
    number: int
    seen_at: datetime
    headline: str
    paragraphs: tuple[int, ...]  # indices into the pool
    added: int | None = None  # index of the paragraph that is not in the version before

    @property
    def article_id(self) -> str:
        return article_id(self.source, self.guid)

    @property
    def url(self) -> str:
        return f"https://www.{self.source}.example/article/{self.guid}"


def drafts(number: int, words: Words) -> list[Draft]:
    """Return the versions of one article, oldest first."""
    rng = words.random
    first = Draft(
        source=rng.choice(SOURCES),
        guid=f"{number:08d}",
        number=1,
        seen_at=END - PERIOD * rng.random(),
        paragraphs=tuple(rng.sample(range(len(words.pool)), 8)),
        headline=" ".join(rng.sample(words.words[:5000], 6)).capitalize(),
    )
    versions = [first]
    while len(versions) < VERSIONS:
        versions.append(edited(versions[-1], words))
    return versions


def edited(previous: Draft, words: Words) -> Draft:
    rng = words.random
    seen_at = previous.seen_at + timedelta(hours=rng.expovariate(0.2))
    added = rng.randrange(len(words.pool))
    paragraphs = list(previous.paragraphs)
    paragraphs[rng.randrange(8)] = added
    headline = previous.headline
    if rng.random() < 0.3:
        headline = headline.rsplit(" ", 1)[0] + " " + words.rare()
    return replace(
        previous,
        number=previous.number + 1,
        seen_at=seen_at,
        headline=headline,
        paragraphs=tuple(paragraphs),
        added=added,
    )


def documents(count: int, words: Words) -> Iterator[tuple[Document, list[Document], list[Document]]]:
    """Yield the documents of each article, of its versions and of their added passages."""
    for number in range(count):
        versions: list[Document] = []
        added: list[Document] = []
        for draft in drafts(number, words):
            document = version(draft, words)
            versions.append(document)
            if draft.added is not None:
                added.append(added_passage(document, draft.added, words))
        yield article(versions), versions, added


def added_passage(document: Document, paragraph: int, words: Words) -> Document:
    fields = {name: document[name] for name in ("_id", "article_id", "number", "source", "seen_at")}
    text = {"text": [words.pool[paragraph]], "terms": list(words.terms[paragraph])}
    return {**fields, "types": document["change"]["types"], **text, "place": document["place"]}


def version(draft: Draft, words: Words) -> Document:
    rng, number, key = words.random, draft.number, draft.article_id
    significance = rng.betavariate(1, 3)
    change: dict[str, Any] = {"types": [], "significance": 0.0, "summary": ""}
    if number > 1:
        change = {
            "types": rng.sample(TYPES, rng.choice((1, 1, 2, 3))), "words_added": 38, "words_removed": 37,
            "paragraphs_added": 0, "paragraphs_removed": 0, "paragraphs_edited": 1, "paragraphs_moved": 0,
            "significance": significance, "reasons": ["numbers: 2 changed (+0.10)"], "summary": "rewritten",
            "reverts_to": None, "silent": rng.random() < 0.1,
        }  # fmt: skip
    term_sets = [words.terms[paragraph] for paragraph in draft.paragraphs]
    document = {
        "_id": f"{key}:{number}", "article_id": key, "number": number, "source": draft.source,
        "seen_at": draft.seen_at, "not_before": draft.seen_at - timedelta(minutes=20) if number > 1 else None,
        "cause": "edit" if number > 1 else "first",
        "stamp": "bench",
        "wording": f"{key}{number}", "text": f"{key}{number}", "chain": f"{key}{number}",
        "payload": "0" * 64,
        "url": draft.url, "guid": draft.guid, "headline": draft.headline, "alternative_headlines": [],
        "byline": "By Ada Quill", "author": ["Ada Quill"], "date_published": None, "date_modified": None,
        "section": "News", "language": "en", "description": None, "is_accessible_for_free": None, "kind": "article",
        "rules": "Bench",
        "paragraphs": [words.pool[paragraph] for paragraph in draft.paragraphs], "capture": None, "change": change,
        "terms": list(set().union(*term_sets, terms((draft.headline,)))),
        "place": place(draft.seen_at, f"{key}:{number}"),
    }  # fmt: skip
    if number > 1:
        document["level"] = int(significance * 4)
    return document


def article(versions: list[Document]) -> Document:
    last = versions[-1]
    return {
        "_id": last["article_id"], "source": last["source"], "guid": last["guid"], "url": last["url"], "aliases": [],
        "headline": last["headline"], "section": "News", "language": "en", "date_published": None,
        "first_seen_at": versions[0]["seen_at"], "versions": len(versions), "edits": len(versions) - 1,
        "publisher": last["source"].title(),
        "last_changed_at": last["seen_at"], "last_checked_at": last["seen_at"], "next_check_at": END, "value": 0.1,
        "next_check_reason": "", "state": "watched", "state_reason": "", "state_since": None, "gone_seen_at": None,
        "head": {"number": last["number"]}, "track": {}, "validators": {}, "claims": 0,
    }  # fmt: skip


async def fill(config: Config, count: int) -> None:
    """Generate the archive unless it exists; the index of terms is built last, which is many times faster."""
    store = await Store.open(config)
    try:
        if await store.db.meta.find_one({"_id": f"generated-{count}"}):
            return
        with pymongo.timeout(7200):
            for name in ("articles", "versions", "added"):
                await store.db[name].delete_many({})
            for name in ("versions", "added"):
                await store.db[name].drop_index("found")
            await _insert(store, count)
            for name in ("versions", "added"):
                await store.db[name].create_indexes([m for m in READER_INDEXES[name] if m.document["name"] == "found"])
            await store.db.meta.insert_one({"_id": f"generated-{count}"})
    finally:
        await store.close()


async def _insert(store: Store, count: int) -> None:
    started = time.monotonic()
    batch: tuple[list[Document], ...] = ([], [], [])
    for n, (document, versions, added) in enumerate(documents(count, Words()), start=1):
        batch[0].append(document)
        batch[1].extend(versions)
        batch[2].extend(added)
        if n % 250 == 0 or n == count:
            for name, rows in zip(("articles", "versions", "added"), batch, strict=True):
                await store.db[name].insert_many(rows, ordered=False)
                rows.clear()
        if n % 5000 == 0:
            print(f"  {n:,} articles after {time.monotonic() - started:.0f} s", flush=True)
