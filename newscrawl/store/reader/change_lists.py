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
from newscrawl.store.reader import conversion
from newscrawl.store.reader.cursor import ORDER, beyond, cursor
from newscrawl.store.reader.limits import ROUNDS, bounded
from newscrawl.store.reader.views import Batch, ChangeEntry, ListFilter
from newscrawl.store.reader.visibility import NEEDED, is_hidden, is_listed
from newscrawl.store.redactions import Redactor

Document = dict[str, Any]
SEARCH_SCOPES = ("wordings", "added", "removed")
LEVELS = 4


class ChangeLists:
    """Every list reads one stretch of an index: its cost does not depend on how much is stored."""

    def __init__(self, db: AsyncDatabase[Document]) -> None:
        self._db = db

    @bounded
    async def changes(self, where: ListFilter, *, after: str | None = None, limit: int = 30) -> Batch[ChangeEntry]:
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
    async def first_sightings(
        self, where: ListFilter, *, after: str | None = None, limit: int = 30
    ) -> Batch[ChangeEntry]:
        """Return first versions: new stories, apart from changes."""
        index = "cause" if where.source is None else "source_cause"
        return await self._batch({"cause": Cause.FIRST.value, **_narrowed(where)}, index, where, after, limit)

    @bounded
    async def search(
        self, text: str, shelf: str, where: ListFilter, *, after: str | None = None, limit: int = 20
    ) -> Batch[ChangeEntry]:
        """Return versions whose wording, or whose added or removed passages, hold every word and "phrase" of `text`."""
        query_terms = SearchQuery.of(text)
        if not query_terms.terms:
            return Batch(())
        query: Document = {"terms": {"$all": list(query_terms.terms)}, **_narrowed(where)}
        if where.kind is not None:
            query["types" if shelf != "wordings" else "change.types"] = where.kind
        query |= _span(where, after)
        if shelf == "wordings":
            return await self._found_versions(query, query_terms, limit)
        return await self._found_passages(shelf, query, query_terms, limit)

    async def _batch(
        self, query: Document, index: str, where: ListFilter, after: str | None, limit: int
    ) -> Batch[ChangeEntry]:
        """Read a list by the index that is made for it: a planner's guess from a small trial can be a slow one."""
        kept: list[Document] = []
        context = ListContext()
        for _ in range(ROUNDS):
            found = await self._db.versions.find(
                query | _span(where, after), conversion.SUMMARY_FIELDS, sort=ORDER, limit=limit + 1, hint=index
            ).to_list()
            await self._fetch_context(found, context)
            kept += [v for v in found if is_listed(v) and context.has(v) and not context.is_orphan(v)]
            if len(kept) > limit or len(found) <= limit:
                last = cursor(kept[limit - 1]) if len(kept) > limit else None
                return Batch(tuple(context.entry(v) for v in kept[:limit]), last)
            after = cursor(found[-1])
        return Batch(tuple(context.entry(v) for v in kept), after)

    async def _fetch_context(self, versions: Sequence[Document], context: ListContext) -> None:
        """Fetch what entries need beside the versions: their articles, and the versions before them."""
        wanted = {v["article_id"] for v in versions} - context.stories.keys()
        before = [documents.version_id(v["article_id"], v["number"] - 1) for v in versions if v["number"] > 1]
        stories, earlier = await asyncio.gather(
            self._by_ids("articles", wanted, conversion.ARTICLE_LEFT_OUT),
            self._by_ids("versions", before, {"headline": 1, **NEEDED}),
        )
        context.stories |= {story["_id"]: story for story in stories if not is_hidden(story)}
        context.before |= {v["_id"]: v for v in earlier}

    async def _by_ids(self, name: str, ids: Collection[str], fields: Mapping[str, Any]) -> list[Document]:
        return await self._db[name].find({"_id": {"$in": list(ids)}}, fields).to_list() if ids else []

    async def _found_versions(self, query: Document, query_terms: SearchQuery, limit: int) -> Batch[ChangeEntry]:
        found = await self._db.versions.find(
            query, conversion.SUMMARY_FIELDS | {"byline": 1, "paragraphs": 1}, sort=ORDER, limit=limit + 1, hint="found"
        ).to_list()
        context = ListContext()
        await self._fetch_context(found, context)
        texts = {v["_id"]: [v["headline"], *v["paragraphs"]] for v in found}
        return _matching(found, texts, context, query_terms, limit)

    async def _found_passages(
        self, shelf: str, query: Document, query_terms: SearchQuery, limit: int
    ) -> Batch[ChangeEntry]:
        passages = await self._db[shelf].find(query, {"text": 1}, sort=ORDER, limit=limit + 1, hint="found").to_list()
        texts = {passage["_id"]: passage["text"] for passage in passages}
        by_id = {
            v["_id"]: v async for v in self._db.versions.find({"_id": {"$in": list(texts)}}, conversion.SUMMARY_FIELDS)
        }
        found = [by_id[key] for key in texts if key in by_id]
        context = ListContext()
        await self._fetch_context(found, context)
        # What was added or removed against a hidden version would tell what that one said; of an article with withheld
        # passages, single words that came or went would tell those.
        untold = {v["_id"] for v in found if context.is_orphan(v) or context.redactor(v) is not None}
        return _matching(found, texts, context, query_terms, limit, untold)


class ListContext:
    """What entries of a list need beside their versions: the visible articles, and the versions before."""

    def __init__(self) -> None:
        self.stories: dict[str, Document] = {}
        self.before: dict[str, Document] = {}

    def has(self, version: Document) -> bool:
        return version["article_id"] in self.stories

    def is_orphan(self, version: Document) -> bool:
        """Tell whether the version before is hidden, so that nothing may be said of the change."""
        before = self._before(version)
        return before is not None and is_hidden(before)

    def entry(self, version: Document, snippets: tuple[str, ...] = ()) -> ChangeEntry:
        before = self._before(version)
        is_orphan = self.is_orphan(version)
        return ChangeEntry(
            conversion.version_summary(version, is_orphan=is_orphan, redactor=self.redactor(version)),
            conversion.article_view(self.stories[version["article_id"]]),
            self.told(version, (before["headline"],))[0] if before and not is_orphan else None,
            snippets,
        )

    def redactor(self, version: Document) -> Redactor | None:
        return Redactor.of(self.stories.get(version["article_id"]))

    def told(self, version: Document, texts: Sequence[str]) -> Sequence[str]:
        """Return texts of a version without the passages that are withheld."""
        redactor = self.redactor(version)
        return texts if redactor is None else [redactor.text(text) for text in texts]

    def _before(self, version: Document) -> Document | None:
        return self.before.get(documents.version_id(version["article_id"], version["number"] - 1))


def _matching(
    found: Sequence[Document],
    texts: Mapping[str, Sequence[str]],
    context: ListContext,
    query_terms: SearchQuery,
    limit: int,
    untold: Collection[str] = (),
) -> Batch[ChangeEntry]:
    entries = []
    for v in found[:limit]:
        if not is_listed(v) or not context.has(v) or v["_id"] in untold:
            continue
        told = context.told(v, texts[v["_id"]])
        is_redacted = context.redactor(v) is not None
        # The index knows the withheld words as well: what is found must be found in what is shown.
        if is_redacted and not query_terms.has_terms([*told, *context.told(v, [v.get("byline") or ""])]):
            continue
        if query_terms.has_phrases(told):
            entries.append(context.entry(v, query_terms.passages(told)))
    return Batch(tuple(entries), cursor(found[limit - 1]) if len(found) > limit else None)


class SearchQuery:
    """What a person typed: words, and phrases in double quotes. Nothing of it is an operator or a pattern."""

    MAX_TERMS = 12  # words

    def __init__(self, terms: Sequence[str], phrases: Sequence[str]) -> None:
        self.terms = tuple(terms)
        self.phrases = tuple(phrases)

    @classmethod
    def of(cls, text: str) -> SearchQuery:
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


def _narrowed(where: ListFilter) -> Document:
    return {} if where.source is None else {"source": where.source}


def _span(where: ListFilter, after: str | None) -> Document:
    """Return the bounds in time: those of the filter and of the cursor."""
    bounds: Document = beyond(after)
    moments = bounds.pop("seen_at", {})
    if where.since is not None:
        moments["$gte"] = where.since
    if where.until is not None:
        moments["$lt"] = where.until
    return bounds | ({"seen_at": moments} if moments else {})
