"""Lists across articles, newest first: changes, first sightings, retractions, and matches of a search."""

from __future__ import annotations

from newscrawl.items import Cause
from newscrawl.store.documents import Document
from newscrawl.store.reader import conversion
from newscrawl.store.reader.cursor import ORDER, beyond, cursor
from newscrawl.store.reader.limits import MAX_ROUNDS, bounded
from newscrawl.store.reader.list_context import ListContext
from newscrawl.store.reader.replica_reader import ReplicaReader
from newscrawl.store.reader.search import Search
from newscrawl.store.reader.search_query import SearchQuery
from newscrawl.store.reader.views import Batch, ChangeEntry, ListFilter
from newscrawl.store.reader.visibility import is_hidden, is_listed

LEVELS = 4


class ChangeLists(ReplicaReader):
    """Every list reads one range of an index: its cost does not depend on how much is stored."""

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
        taken = await self._takedowns.current()
        query |= taken.excluded(orphans=True)
        versions = await self._db.versions.find(
            query, conversion.SUMMARY_FIELDS, sort=[("retraction.at", -1)], limit=limit
        ).to_list()
        context = ListContext(taken)
        await context.fetch(self._db, versions)
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
        taken = await self._takedowns.current()
        return await Search(self._db, taken, search_query, scope, where).page(after, limit)

    async def _batch(
        self, query: Document, index: str, where: ListFilter, after: str | None, limit: int
    ) -> Batch[ChangeEntry]:
        """Read a list by its index, named in the query: MongoDB's planner may choose a slow one from a short trial."""
        listed: list[Document] = []
        taken = await self._takedowns.current()
        query |= taken.excluded(orphans=True)
        context = ListContext(taken)
        for _ in range(MAX_ROUNDS):
            versions = await self._db.versions.find(
                query | _span(where, after), conversion.SUMMARY_FIELDS, sort=ORDER, limit=limit + 1, hint=index
            ).to_list()
            await context.fetch(self._db, versions)
            visible = [v for v in versions if context.is_visible(v) and not context.is_orphan(v)]
            listed += [version for version in visible if is_listed(version)]
            if len(listed) > limit or len(versions) <= limit:
                last = cursor(listed[limit - 1]) if len(listed) > limit else None
                return Batch(tuple(context.entry(version) for version in listed[:limit]), last)
            # Of versions that are recorded and not public, and never of what is hidden, the list may go on.
            after = cursor(visible[-1]) if visible else after
        return Batch(tuple(context.entry(version) for version in listed), after)


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
