"""Lists across articles, newest first: changes, first sightings, and matches of a search."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import Cause
from newscrawl.store.documents import Document, version_id
from newscrawl.store.reader import conversion
from newscrawl.store.reader.cursor import ORDER, beyond, cursor
from newscrawl.store.reader.limits import MAX_ROUNDS, bounded
from newscrawl.store.reader.list_context import ListContext
from newscrawl.store.reader.search_query import SearchQuery
from newscrawl.store.reader.views import Batch, ChangeEntry, ListFilter
from newscrawl.store.reader.visibility import NEEDED, is_hidden, is_listed

LEVELS = 4


class ChangeLists:
    """Every list reads one range of an index: its cost does not depend on how much is stored."""

    def __init__(self, db: AsyncDatabase[Document]) -> None:
        self._db = db

    @bounded
    async def changes(self, where: ListFilter, *, after: str | None = None, limit: int = 30) -> Batch[ChangeEntry]:
        """Return edits by newspapers that are not held or hidden."""
        query: Document = {"level": {"$in": list(range(where.level, LEVELS))}, **_of_source(where)}
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
        """Return the first versions of new articles, which `changes` leaves out."""
        index = "cause" if where.source is None else "source_cause"
        return await self._batch({"cause": Cause.FIRST.value, **_of_source(where)}, index, where, after, limit)

    @bounded
    async def retractions(self, where: ListFilter, *, limit: int = 30) -> tuple[ChangeEntry, ...]:
        """Return the newest retractions of edits that `changes` had: feeds tell their subscribers of them."""
        query: Document = {"retraction.at": {"$exists": True}, **_of_source(where)}
        query["level"] = {"$in": list(range(where.level, LEVELS))}
        if where.kind is not None:
            query["change.types"] = where.kind
        versions = await self._db.versions.find(
            query, conversion.SUMMARY_FIELDS, sort=[("retraction.at", -1)], limit=limit
        ).to_list()
        context = ListContext()
        await self._fetch_context(versions, context)
        shown = (v for v in versions if not is_hidden(v) and context.has_article(v) and not context.is_orphan(v))
        return tuple(context.entry(version) for version in shown)

    @bounded
    async def search(
        self, text: str, scope: str, where: ListFilter, *, after: str | None = None, limit: int = 20
    ) -> Batch[ChangeEntry]:
        """Return versions that contain every word and "phrase" of `text`.

        `scope` is where they are searched: "wordings", or the passages that were "added" or "removed".
        """
        search_query = SearchQuery.of(text)
        if not search_query.terms:
            return Batch(())
        query: Document = {"terms": {"$all": list(search_query.terms)}, **_of_source(where)}
        if where.kind is not None:
            query["types" if scope != "wordings" else "change.types"] = where.kind
        query |= _span(where, after)
        if scope == "wordings":
            return await self._search_versions(query, search_query, limit)
        return await self._search_passages(scope, query, search_query, limit)

    async def _batch(
        self, query: Document, index: str, where: ListFilter, after: str | None, limit: int
    ) -> Batch[ChangeEntry]:
        """Read a list by its index, named in the query: MongoDB's planner may choose a slow one from a short trial."""
        listed: list[Document] = []
        context = ListContext()
        for _ in range(MAX_ROUNDS):
            versions = await self._db.versions.find(
                query | _span(where, after), conversion.SUMMARY_FIELDS, sort=ORDER, limit=limit + 1, hint=index
            ).to_list()
            await self._fetch_context(versions, context)
            listed += [
                version
                for version in versions
                if is_listed(version) and context.has_article(version) and not context.is_orphan(version)
            ]
            if len(listed) > limit or len(versions) <= limit:
                last = cursor(listed[limit - 1]) if len(listed) > limit else None
                return Batch(tuple(context.entry(version) for version in listed[:limit]), last)
            after = cursor(versions[-1])
        return Batch(tuple(context.entry(version) for version in listed), after)

    async def _fetch_context(self, versions: Sequence[Document], context: ListContext) -> None:
        """Fetch what entries need beside the versions: their articles, and the versions before them."""
        article_ids = {version["article_id"] for version in versions} - context.articles.keys()
        ids_before = [
            version_id(version["article_id"], version["number"] - 1) for version in versions if version["number"] > 1
        ]
        articles, versions_before = await asyncio.gather(
            self._by_ids("articles", article_ids, conversion.ARTICLE_PROJECTION),
            self._by_ids("versions", ids_before, {"headline": 1, **NEEDED}),
        )
        context.articles |= {article["_id"]: article for article in articles if not is_hidden(article)}
        context.versions_before |= {version["_id"]: version for version in versions_before}

    async def _by_ids(self, name: str, ids: Collection[str], fields: Mapping[str, Any]) -> list[Document]:
        return await self._db[name].find({"_id": {"$in": list(ids)}}, fields).to_list() if ids else []

    async def _search_versions(self, query: Document, search_query: SearchQuery, limit: int) -> Batch[ChangeEntry]:
        versions = await self._db.versions.find(
            query, conversion.SUMMARY_FIELDS | {"byline": 1, "paragraphs": 1}, sort=ORDER, limit=limit + 1, hint="found"
        ).to_list()
        context = ListContext()
        await self._fetch_context(versions, context)
        texts = {version["_id"]: [version["headline"], *version["paragraphs"]] for version in versions}
        return _matches(versions, texts, context, search_query, limit)

    async def _search_passages(
        self, collection: str, query: Document, search_query: SearchQuery, limit: int
    ) -> Batch[ChangeEntry]:
        passages = (
            await self._db[collection].find(query, {"text": 1}, sort=ORDER, limit=limit + 1, hint="found").to_list()
        )
        texts = {passage["_id"]: passage["text"] for passage in passages}
        by_id = {
            version["_id"]: version
            async for version in self._db.versions.find({"_id": {"$in": list(texts)}}, conversion.SUMMARY_FIELDS)
        }
        versions = [by_id[key] for key in texts if key in by_id]
        context = ListContext()
        await self._fetch_context(versions, context)
        # What was added or removed against a hidden version would reveal what stood there. In an article with
        # redactions, single words that were added or removed would reveal the redacted ones.
        unlisted = {
            version["_id"]
            for version in versions
            if context.is_orphan(version) or context.redactor(version) is not None
        }
        return _matches(versions, texts, context, search_query, limit, unlisted)


def _matches(
    versions: Sequence[Document],
    texts: Mapping[str, Sequence[str]],
    context: ListContext,
    search_query: SearchQuery,
    limit: int,
    unlisted: Collection[str] = (),
) -> Batch[ChangeEntry]:
    """Return the entries whose texts, as they are shown, match the query."""
    entries = []
    for version in versions[:limit]:
        if not is_listed(version) or not context.has_article(version) or version["_id"] in unlisted:
            continue
        shown = context.redacted_texts(version, texts[version["_id"]])
        if context.redactor(version) is not None:
            # The index contains redacted words too: terms must be found in what is shown.
            byline = context.redacted_texts(version, [version.get("byline") or ""])
            if not search_query.has_terms([*shown, *byline]):
                continue
        if search_query.has_phrases(shown):
            entries.append(context.entry(version, search_query.snippets(shown)))
    return Batch(tuple(entries), cursor(versions[limit - 1]) if len(versions) > limit else None)


def _of_source(where: ListFilter) -> Document:
    return {} if where.source is None else {"source": where.source}


def _span(where: ListFilter, after: str | None) -> Document:
    """Return the condition on time: the filter's and the cursor's together."""
    condition: Document = beyond(after)
    moments = condition.pop("seen_at", {})
    if where.since is not None:
        moments["$gte"] = where.since
    if where.until is not None:
        moments["$lt"] = where.until
    return condition | ({"seen_at": moments} if moments else {})
