"""Lists across articles, newest first: changes, first sightings, and what a search finds."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import Cause
from newscrawl.store import documents
from newscrawl.store import terms as words
from newscrawl.store.passages import Veil
from newscrawl.store.reader import decoding
from newscrawl.store.reader.bounds import ROUNDS, bounded
from newscrawl.store.reader.cursor import ORDER, beyond, cursor
from newscrawl.store.reader.values import Batch, Entry, Where
from newscrawl.store.reader.visibility import NEEDED, is_hidden, is_listed

Document = dict[str, Any]
SHELVES = ("wordings", "added", "removed")
LEVELS = 4


class Lists:
    """Every list reads one stretch of an index: its cost does not depend on how much is stored."""

    def __init__(self, db: AsyncDatabase[Document]) -> None:
        self._db = db

    @bounded
    async def changes(self, where: Where, *, after: str | None = None, limit: int = 30) -> Batch[Entry]:
        """Return edits by newspapers that are not held or hidden."""
        query: Document = {"level": {"$in": list(range(where.level, LEVELS))}, **_narrowed(where)}
        index = "listed"
        if where.source is not None:
            index += "_source"
        if where.kind is not None:
            query["change.types"] = where.kind
            index += "_kind"
        return await self._batch(query, index, where, after, limit)

    @bounded
    async def first_sightings(self, where: Where, *, after: str | None = None, limit: int = 30) -> Batch[Entry]:
        """Return first versions: new stories, apart from changes."""
        index = "cause" if where.source is None else "source_cause"
        return await self._batch({"cause": Cause.FIRST.value, **_narrowed(where)}, index, where, after, limit)

    @bounded
    async def search(
        self, text: str, shelf: str, where: Where, *, after: str | None = None, limit: int = 20
    ) -> Batch[Entry]:
        """Return versions whose wording, or whose added or removed passages, hold every word and "phrase" of `text`."""
        sought = Sought.of(text)
        if not sought.terms:
            return Batch(())
        query: Document = {"terms": {"$all": list(sought.terms)}, **_narrowed(where)}
        if where.kind is not None:
            query["types" if shelf != "wordings" else "change.types"] = where.kind
        query |= _span(where, after)
        if shelf == "wordings":
            return await self._found_versions(query, sought, limit)
        return await self._found_passages(shelf, query, sought, limit)

    async def _batch(self, query: Document, index: str, where: Where, after: str | None, limit: int) -> Batch[Entry]:
        """Read a list by the index that is made for it: a planner's guess from a small trial can be a slow one."""
        kept: list[Document] = []
        around = Around()
        for _ in range(ROUNDS):
            found = await self._db.versions.find(
                query | _span(where, after), decoding.LINE, sort=ORDER, limit=limit + 1, hint=index
            ).to_list()
            await self._look_around(found, around)
            kept += [v for v in found if is_listed(v) and around.has(v) and not around.is_orphan(v)]
            if len(kept) > limit or len(found) <= limit:
                last = cursor(kept[limit - 1]) if len(kept) > limit else None
                return Batch(tuple(around.entry(v) for v in kept[:limit]), last)
            after = cursor(found[-1])
        return Batch(tuple(around.entry(v) for v in kept), after)

    async def _look_around(self, versions: Sequence[Document], around: Around) -> None:
        """Fetch what entries need beside the versions: their articles, and the versions before them."""
        wanted = {v["article_id"] for v in versions} - around.stories.keys()
        before = [documents.version_id(v["article_id"], v["number"] - 1) for v in versions if v["number"] > 1]
        stories, earlier = await asyncio.gather(
            self._by_ids("articles", wanted, decoding.STORY_LEFT_OUT),
            self._by_ids("versions", before, {"headline": 1, **NEEDED}),
        )
        around.stories |= {story["_id"]: story for story in stories if not is_hidden(story)}
        around.before |= {v["_id"]: v for v in earlier}

    async def _by_ids(self, name: str, ids: Collection[str], fields: Mapping[str, Any]) -> list[Document]:
        return await self._db[name].find({"_id": {"$in": list(ids)}}, fields).to_list() if ids else []

    async def _found_versions(self, query: Document, sought: Sought, limit: int) -> Batch[Entry]:
        found = await self._db.versions.find(
            query, decoding.LINE | {"byline": 1, "paragraphs": 1}, sort=ORDER, limit=limit + 1, hint="found"
        ).to_list()
        around = Around()
        await self._look_around(found, around)
        texts = {v["_id"]: [v["headline"], *v["paragraphs"]] for v in found}
        return _matching(found, texts, around, sought, limit)

    async def _found_passages(self, shelf: str, query: Document, sought: Sought, limit: int) -> Batch[Entry]:
        passages = await self._db[shelf].find(query, {"text": 1}, sort=ORDER, limit=limit + 1, hint="found").to_list()
        texts = {passage["_id"]: passage["text"] for passage in passages}
        by_id = {v["_id"]: v async for v in self._db.versions.find({"_id": {"$in": list(texts)}}, decoding.LINE)}
        found = [by_id[key] for key in texts if key in by_id]
        around = Around()
        await self._look_around(found, around)
        # What was added or removed against a hidden version would tell what that one said; of an article with withheld
        # passages, single words that came or went would tell those.
        untold = {v["_id"] for v in found if around.is_orphan(v) or around.veil(v) is not None}
        return _matching(found, texts, around, sought, limit, untold)


class Around:
    """What stands around the versions of a list: their visible articles, and the versions before them."""

    def __init__(self) -> None:
        self.stories: dict[str, Document] = {}
        self.before: dict[str, Document] = {}

    def has(self, version: Document) -> bool:
        return version["article_id"] in self.stories

    def is_orphan(self, version: Document) -> bool:
        """Tell whether the version before is hidden, so that nothing may be said of the change."""
        before = self._before(version)
        return before is not None and is_hidden(before)

    def entry(self, version: Document, snippets: tuple[str, ...] = ()) -> Entry:
        before = self._before(version)
        is_orphan = self.is_orphan(version)
        return Entry(
            decoding.line(version, is_orphan=is_orphan, veil=self.veil(version)),
            decoding.story(self.stories[version["article_id"]]),
            self.told(version, (before["headline"],))[0] if before and not is_orphan else None,
            snippets,
        )

    def veil(self, version: Document) -> Veil | None:
        return Veil.of(self.stories.get(version["article_id"]))

    def told(self, version: Document, texts: Sequence[str]) -> Sequence[str]:
        """Return texts of a version without the passages that are withheld."""
        veil = self.veil(version)
        return texts if veil is None else [veil.text(text) for text in texts]

    def _before(self, version: Document) -> Document | None:
        return self.before.get(documents.version_id(version["article_id"], version["number"] - 1))


def _matching(
    found: Sequence[Document],
    texts: Mapping[str, Sequence[str]],
    around: Around,
    sought: Sought,
    limit: int,
    untold: Collection[str] = (),
) -> Batch[Entry]:
    entries = []
    for v in found[:limit]:
        if not is_listed(v) or not around.has(v) or v["_id"] in untold:
            continue
        told = around.told(v, texts[v["_id"]])
        is_veiled = around.veil(v) is not None
        # The index knows the withheld words as well: what is found must be found in what is shown.
        if is_veiled and not sought.has_terms([*told, *around.told(v, [v.get("byline") or ""])]):
            continue
        if sought.has_phrases(told):
            entries.append(around.entry(v, sought.passages(told)))
    return Batch(tuple(entries), cursor(found[limit - 1]) if len(found) > limit else None)


class Sought:
    """What a person typed: words, and phrases in double quotes. Nothing of it is an operator or a pattern."""

    MAX_TERMS = 12  # words

    def __init__(self, terms: Sequence[str], phrases: Sequence[str]) -> None:
        self.terms = tuple(terms)
        self.phrases = tuple(phrases)

    @classmethod
    def of(cls, text: str) -> Sought:
        quoted = text.replace("“", '"').replace("”", '"').split('"')[1::2]
        phrases = [" ".join(words.folded(phrase).split()) for phrase in quoted if phrase.strip()]
        return cls(words.terms((text,))[: cls.MAX_TERMS], phrases)

    def has_terms(self, texts: Sequence[str]) -> bool:
        return set(self.terms) <= set(words.terms(texts, most=sys.maxsize))

    def has_phrases(self, texts: Sequence[str]) -> bool:
        if not self.phrases:
            return True
        whole = [" ".join(words.folded(text).split()) for text in texts]
        return all(any(phrase in text for text in whole) for phrase in self.phrases)

    def passages(self, texts: Sequence[str], most: int = 2) -> tuple[str, ...]:
        """Return the first passages that hold all words; if there is none, the one that holds most."""
        best, best_score = "", 0
        whole: list[str] = []
        for text in texts:
            plain = words.folded(text)
            score = sum(term in plain for term in self.terms)
            if score == len(self.terms):
                whole.append(text)
                if len(whole) == most:
                    break
            elif score > best_score:
                best, best_score = text, score
        return tuple(whole) or ((best,) if best else ())


def _narrowed(where: Where) -> Document:
    return {} if where.source is None else {"source": where.source}


def _span(where: Where, after: str | None) -> Document:
    """Return the bounds in time: those of the filter and of the cursor."""
    bounds: Document = beyond(after)
    moments = bounds.pop("seen_at", {})
    if where.since is not None:
        moments["$gte"] = where.since
    if where.until is not None:
        moments["$lt"] = where.until
    return bounds | ({"seen_at": moments} if moments else {})
