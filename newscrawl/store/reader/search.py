"""One page of a search: versions whose texts, as they are shown, match a query, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import Segment
from newscrawl.store.disclosure_mark import FIELD
from newscrawl.store.documents import Document
from newscrawl.store.reader import conversion
from newscrawl.store.reader.beginnings import words_by_beginning
from newscrawl.store.reader.cursor import cursor, found_between
from newscrawl.store.reader.found_edits import found_edit
from newscrawl.store.reader.limits import MAX_ROUNDS
from newscrawl.store.reader.list_context import ListContext
from newscrawl.store.reader.search_query import Alternative, SearchQuery
from newscrawl.store.reader.taken_down import TakenDown
from newscrawl.store.reader.views import Batch, ChangeEntry, ListFilter
from newscrawl.store.reader.visibility import is_listed

Texts = Mapping[str, Sequence[str]]
WORDINGS, ADDED, REMOVED = "wordings", "added", "removed"
FIELDS = conversion.SUMMARY_FIELDS | {"byline": 1, "paragraphs": 1, "place": 1, "level": 1, FIELD: 1}


class Search:
    """Reads matches of the index round by round, until a page is full of those that match as they are shown.

    The index contains redacted words. A match that is not shown neither ends a page nor is named by its cursor: an
    empty page with a cursor would confirm a guess.
    """

    def __init__(
        self, db: AsyncDatabase[Document], taken: TakenDown, search_query: SearchQuery, scope: str, where: ListFilter
    ) -> None:
        self._db = db
        self._context = ListContext(taken)
        self._query = search_query
        self._scope = scope
        self._where = where
        self._taken = taken
        self._condition: Document = {}

    async def page(self, place: str | None, limit: int, *, is_back: bool = False) -> Batch[ChangeEntry]:
        """Return the page after a cursor, or before it where `is_back`, and the cursors of the next ones.

        A cursor is that of an entry at an end of the page, or of a version whose article has no redactions.
        """
        found, beyond = await self._found(place, limit, is_back=is_back)
        shown = found[:: -1 if is_back else 1]
        entries = tuple(entry for _, entry in shown)
        ends = (cursor(shown[0][0]), cursor(shown[-1][0])) if shown else (None, None)
        if is_back:
            return Batch(entries, ends[1], beyond)
        return Batch(entries, beyond, ends[0] if place else None)

    async def _found(
        self, place: str | None, limit: int, *, is_back: bool
    ) -> tuple[list[tuple[Document, ChangeEntry]], str | None]:
        """Return the next entries with their versions, and the cursor behind which there may be more."""
        if not self._condition:
            words = await words_by_beginning(self._collection, self._query.beginnings)
            # What was added or removed against a hidden version would reveal what stood there.
            self._condition = self._matching(words) | self._taken.excluded(orphans=self._scope != WORDINGS)
        found: list[tuple[Document, ChangeEntry]] = []
        rounds, resumable = 0, None
        while True:
            keys, versions, texts = await self._round(place, limit + 1, is_back=is_back)
            await self._context.fetch(self._db, versions)
            for version in versions:
                entry = self._entry(version, texts[version["_id"]])
                if entry is not None:
                    found.append((version, entry))
                if entry is not None or self._is_open(version):
                    resumable = cursor(version)
            rounds += 1
            if len(found) > limit or len(keys) <= limit:
                return found[:limit], cursor(found[limit - 1][0]) if len(found) > limit else None
            if rounds >= MAX_ROUNDS and resumable is not None:
                return found, resumable
            place = cursor(keys[-1])

    @property
    def _collection(self) -> AsyncCollection[Document]:
        return self._db["versions" if self._scope == WORDINGS else self._scope]

    def _matching(self, words: Mapping[str, Sequence[str]]) -> Document:
        """Return what the index can tell of the query; of alternatives their longest words."""
        parts = [part for group in self._query.groups for part in _conditions(group, words)]
        condition: Document = {"$and": [{"terms": part} for part in parts]}
        if self._scope != WORDINGS:
            # At least one word must be among those that changed. Older passages consist of them: `changed` is missing.
            sought = {*self._query.terms, *(word for found in words.values() for word in found)}
            condition["changed"] = {"$in": [*sorted(sought), None]}
        if self._where.source is not None:
            condition["source"] = self._where.source
        if self._where.kind is not None:
            condition["types" if self._scope != WORDINGS else "change.types"] = self._where.kind
        return condition

    async def _round(
        self, place: str | None, limit: int, *, is_back: bool
    ) -> tuple[list[Document], list[Document], Texts]:
        """Return the next matches of the index, their versions, and the texts that were searched.

        Fewer matches than `limit` are the last ones.
        """
        matches = await self._matches(place, limit, is_back=is_back)
        if self._scope == WORDINGS:
            return matches, matches, {v["_id"]: [v["headline"], *v["paragraphs"]] for v in matches}
        texts = {passage["_id"]: passage["text"] for passage in matches}
        condition = {"_id": {"$in": list(texts)}}
        fields = FIELDS | {"passages": 1}
        by_id = {version["_id"]: version async for version in self._db.versions.find(condition, fields)}
        return matches, [by_id[key] for key in texts if key in by_id], texts

    async def _matches(self, place: str | None, limit: int, *, is_back: bool) -> list[Document]:
        """Return the next matches by place and id; the index knows no order between those of one place."""
        query = self._condition | found_between(place, self._where.since, self._where.until, is_back=is_back)
        direction = 1 if is_back else -1
        matches = await self._find(query, "place", limit + 1, direction)
        if len(matches) > limit:
            last = matches.pop()["place"]
            if matches[-1]["place"] == last:  # which ones of that place are the next?
                matches = [match for match in matches if match["place"] != last]
                matches += await self._find(query | {"place": last}, "_id", limit, direction)
        return sorted(matches, key=lambda match: (match["place"], match["_id"]), reverse=not is_back)

    async def _find(self, query: Document, order: str, limit: int, direction: int) -> list[Document]:
        fields = FIELDS if self._scope == WORDINGS else {"text": 1, "seen_at": 1, "place": 1}
        return await self._collection.find(
            query, fields, sort=[(order, direction)], limit=limit, hint="found"
        ).to_list()

    def _is_open(self, version: Document) -> bool:
        """Return whether nothing of a version's article is redacted or hidden, so that a cursor may name it."""
        return self._context.is_visible(version) and self._context.redactor(version) is None

    def _has_weight(self, version: Document) -> bool:
        """Return whether a version is as significant, and as little noted, as was asked for."""
        is_weighty = not self._where.level or version.get("level", 0) >= self._where.level
        return is_weighty and (not self._where.unnoted or FIELD in version)

    def _entry(self, version: Document, texts: Sequence[str]) -> ChangeEntry | None:
        """Return the entry of a version that is listed and matches as it is shown."""
        context = self._context
        if not context.is_visible(version) or not is_listed(version) or not self._has_weight(version):
            return None
        is_redacted = context.redactor(version) is not None
        if is_redacted and self._scope != WORDINGS:
            return None  # single words that were added or removed would reveal the redacted ones
        shown = context.redacted_texts(version, texts)
        read = [*shown, *context.redacted_texts(version, [version.get("byline") or ""])]
        if (is_redacted and not self._query.has_terms(read)) or not self._query.has_phrases(read):
            return None
        snippets = self._query.snippets(shown)
        return context.entry(version, snippets, self._edits(version, snippets))

    def _edits(self, version: Document, snippets: Sequence[str]) -> tuple[tuple[Segment, ...], ...]:
        """Return the edits of sentences that were found in what was added or removed; of no version with redactions."""
        if self._scope == WORDINGS:
            return ()
        passages = version.get("passages") or {}
        return tuple(found_edit(snippet, passages, is_new=self._scope == ADDED) for snippet in snippets)


def _conditions(group: Sequence[Alternative], words: Mapping[str, Sequence[str]]) -> list[Any]:
    """Return conditions on the terms of a text that has one of these; of several alternatives a necessary one."""
    if len(group) > 1:
        return [{"$in": sorted({word for each in group for word in _telling(each, words)})}]
    only = group[0]
    beginning = [] if only.beginning is None else [{"$in": list(words[only.beginning])}]
    return [*only.terms, *beginning]


def _telling(alternative: Alternative, words: Mapping[str, Sequence[str]]) -> Sequence[str]:
    if alternative.terms:
        return [max(alternative.terms, key=len)]
    return words[alternative.beginning] if alternative.beginning is not None else ()
