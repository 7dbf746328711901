"""Lists across articles, newest first: changes, first sightings, and what a search finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import Cause
from newscrawl.store import terms as words
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
    async def changes(self, where: Where, *, after: str | None = None, limit: int = 40) -> Batch[Entry]:
        """Return edits by newspapers that are not held or hidden."""
        query: Document = {"level": {"$in": list(range(where.level, LEVELS))}, **_narrowed(where)}
        if where.kind is not None:
            query["change.types"] = where.kind
        return await self._batch(query, where, after, limit)

    @bounded
    async def first_sightings(self, where: Where, *, after: str | None = None, limit: int = 40) -> Batch[Entry]:
        """Return first versions: new stories, apart from changes."""
        return await self._batch({"cause": Cause.FIRST.value, **_narrowed(where)}, where, after, limit)

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

    async def _batch(self, query: Document, where: Where, after: str | None, limit: int) -> Batch[Entry]:
        kept: list[Document] = []
        stories: dict[str, Document] = {}
        for _ in range(ROUNDS):
            found = await self._db.versions.find(
                query | _span(where, after), decoding.LINE, sort=ORDER, limit=limit + 1
            ).to_list()
            stories |= await self._stories(found, stories)
            kept += [line for line in found if is_listed(line) and line["article_id"] in stories]
            if len(kept) > limit or len(found) <= limit:
                return await self._entries(kept, stories, limit)
            after = cursor(found[-1])
        batch = await self._entries(kept, stories, limit)
        return Batch(batch.items, batch.after or after)

    async def _entries(self, kept: Sequence[Document], stories: Mapping[str, Document], limit: int) -> Batch[Entry]:
        shown = kept[:limit]
        before = await self._headlines_before(shown)
        entries = tuple(
            Entry(decoding.line(v), decoding.story(stories[v["article_id"]]), before.get(v["_id"])) for v in shown
        )
        return Batch(entries, cursor(shown[-1]) if len(kept) > limit else None)

    async def _stories(self, versions: Sequence[Document], known: Mapping[str, Document]) -> dict[str, Document]:
        """Return the articles of versions that may be seen, by id."""
        wanted = list({v["article_id"] for v in versions} - known.keys())
        if not wanted:
            return {}
        found = self._db.articles.find({"_id": {"$in": wanted}}, decoding.STORY_LEFT_OUT)
        return {story["_id"]: story async for story in found if not is_hidden(story)}

    async def _headlines_before(self, versions: Sequence[Document]) -> dict[str, str]:
        """Return, by version, the headline that stood before it."""
        before = {f"{v['article_id']}:{v['number'] - 1}": v["_id"] for v in versions if v["number"] > 1}
        found = self._db.versions.find({"_id": {"$in": list(before)}}, {"headline": 1, **NEEDED})
        return {before[v["_id"]]: v["headline"] async for v in found if not is_hidden(v)}

    async def _found_versions(self, query: Document, sought: Sought, limit: int) -> Batch[Entry]:
        found = await self._db.versions.find(
            query, decoding.LINE | {"paragraphs": 1}, sort=ORDER, limit=limit + 1
        ).to_list()
        texts = {v["_id"]: [v["headline"], *v["paragraphs"]] for v in found}
        return await self._matching(found, texts, sought, limit)

    async def _found_passages(self, shelf: str, query: Document, sought: Sought, limit: int) -> Batch[Entry]:
        passages = await self._db[shelf].find(query, {"text": 1}, sort=ORDER, limit=limit + 1).to_list()
        texts = {passage["_id"]: passage["text"] for passage in passages}
        found = await self._db.versions.find({"_id": {"$in": list(texts)}}, decoding.LINE).to_list()
        by_id = {v["_id"]: v for v in found}
        return await self._matching([by_id[key] for key in texts if key in by_id], texts, sought, limit)

    async def _matching(
        self, found: Sequence[Document], texts: Mapping[str, Sequence[str]], sought: Sought, limit: int
    ) -> Batch[Entry]:
        stories = await self._stories(found, {})
        shown = [
            v
            for v in found[:limit]
            if is_listed(v) and v["article_id"] in stories and sought.has_phrases(texts[v["_id"]])
        ]
        before = await self._headlines_before(shown)
        entries = tuple(
            Entry(
                decoding.line(v),
                decoding.story(stories[v["article_id"]]),
                before.get(v["_id"]),
                sought.passages(texts[v["_id"]]),
            )
            for v in shown
        )
        return Batch(entries, cursor(found[limit - 1]) if len(found) > limit else None)


class Sought:
    """What a person typed: words, and phrases in double quotes. Nothing of it is an operator or a pattern."""

    MOST = 12  # words

    def __init__(self, terms: Sequence[str], phrases: Sequence[str]) -> None:
        self.terms = tuple(terms)
        self.phrases = tuple(phrases)

    @classmethod
    def of(cls, text: str) -> Sought:
        quoted = text.replace("“", '"').replace("”", '"').split('"')[1::2]
        phrases = [" ".join(words.folded(phrase).split()) for phrase in quoted if phrase.strip()]
        return cls(words.terms((text,))[: cls.MOST], phrases)

    def has_phrases(self, texts: Sequence[str]) -> bool:
        if not self.phrases:
            return True
        whole = [" ".join(words.folded(text).split()) for text in texts]
        return all(any(phrase in text for text in whole) for phrase in self.phrases)

    def passages(self, texts: Sequence[str], most: int = 2) -> tuple[str, ...]:
        """Return the passages that hold most of the words."""
        if not texts:
            return ()
        sought = set(self.terms)
        scored = [(len(sought.intersection(words.terms((text,)))), -i, text) for i, text in enumerate(texts)]
        best = sorted(scored, reverse=True)[:most]
        return tuple(text for score, _, text in best if score == best[0][0] and score)


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
