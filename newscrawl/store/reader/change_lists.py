"""Lists across articles, newest first: changes, first sightings, retractions, and matches of a search."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from newscrawl.items import ERASED_BY_ORDER, State
from newscrawl.store.documents import Document, version_id
from newscrawl.store.reader import conversion
from newscrawl.store.reader.cursor import OLDEST_FIRST, ORDER, cursor
from newscrawl.store.reader.front_pages import FrontPages
from newscrawl.store.reader.limits import MAX_COUNT, MAX_ROUNDS, bounded
from newscrawl.store.reader.list_context import ListContext
from newscrawl.store.reader.list_queries import LEVELS, edits, firsts, of_source, span
from newscrawl.store.reader.search import Search
from newscrawl.store.reader.search_query import BadQuery, SearchQuery, problem
from newscrawl.store.reader.views import ArticleView, Batch, ChangeEntry, ListFilter
from newscrawl.store.reader.visibility import is_hidden, is_listed

WEIGHED = 200  # matches of a search that are sorted by significance: each is read with its text


class ChangeLists(FrontPages):
    """Every list reads one range of an index: its cost does not depend on how much is stored."""

    @bounded
    async def changes(
        self, where: ListFilter, *, after: str | None = None, before: str | None = None, limit: int = 30
    ) -> Batch[ChangeEntry]:
        """Return edits by newspapers that are not held or hidden: older than a cursor, or next newer than one."""
        return await self._batch(edits(where), where, after, limit, newer_than=before)

    @bounded
    async def count_changes(self, where: ListFilter) -> int:
        """Return how many edits a list has, MAX_COUNT + 1 for more; some may have been withheld since."""
        return await self._count(edits(where), where)

    @bounded
    async def deleted(self, where: ListFilter, *, limit: int = 50, skip: int = 0) -> tuple[ArticleView, ...]:
        """Return the articles that are gone from their sites, those noticed last first, without so many of them."""
        taken = await self._takedowns.current()
        hidden = {"_id": {"$nin": sorted(taken.articles)}} if taken.articles else {}
        query: Document = {"state": State.GONE.value, "state_reason": {"$ne": ERASED_BY_ORDER}, **hidden}
        bounds = {"$gte": where.since, "$lt": where.until}
        if moments := {name: moment for name, moment in bounds.items() if moment is not None}:
            query["state_since"] = moments
        articles = await self._db.articles.find(
            {**query, **of_source(where)}, conversion.ARTICLE_PROJECTION, sort=[("state_since", -1), ("_id", -1)],
            limit=limit, skip=skip, hint="gone",
        ).to_list()  # fmt: skip
        return tuple(conversion.article_view(article, taken) for article in articles if not is_hidden(article))

    @bounded
    async def first_sightings(
        self, where: ListFilter, *, after: str | None = None, before: str | None = None, limit: int = 30
    ) -> Batch[ChangeEntry]:
        """Return the first versions of new articles, which `changes` leaves out."""
        return await self._batch(firsts(where), where, after, limit, newer_than=before)

    @bounded
    async def count_first_sightings(self, where: ListFilter) -> int:
        """Return how many new articles a list has, MAX_COUNT + 1 for more."""
        return await self._count(firsts(where), where)

    @bounded
    async def retractions(self, where: ListFilter, *, limit: int = 30) -> tuple[ChangeEntry, ...]:
        """Return the newest retractions of edits that `changes` had: feeds tell their subscribers of them."""
        query: Document = {"retraction.at": {"$exists": True}, **of_source(where)}
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
    async def of_versions(self, keys: Sequence[tuple[str, int]]) -> dict[tuple[str, int], ChangeEntry]:
        """Return the entries of versions that are to be seen, held ones too, by article and number."""
        if not keys:
            return {}
        ids = [version_id(article_id, number) for article_id, number in keys]
        taken = await self._takedowns.current()
        versions = await self._db.versions.find({"_id": {"$in": ids}}, conversion.CHANGE_FIELDS).to_list()
        context = ListContext(taken)
        await context.fetch(self._db, versions)
        shown = [v for v in versions if context.is_visible(v) and not context.is_orphan(v) and v.get("change")]
        return {(v["article_id"], v["number"]): context.entry(v) for v in shown}

    @bounded
    async def search(
        self,
        text: str,
        scope: str,
        where: ListFilter,
        *,
        after: str | None = None,
        before: str | None = None,
        limit: int = 20,
    ) -> Batch[ChangeEntry]:
        """Return versions that contain every word and "phrase" of `text`, or alternatives of it; raises BadQuery.

        `scope` is where they are searched: "wordings", or the sentences in which words were "added" or "removed".
        The page is older than a cursor, or the next newer one.
        """
        search_query = _query(text)
        if search_query.is_empty:
            return Batch(())
        taken = await self._takedowns.current()
        search = Search(self._db, taken, search_query, scope, where)
        return await search.page(before or after, limit, is_back=before is not None)

    @bounded
    async def search_by_weight(
        self, text: str, scope: str, where: ListFilter, *, limit: int = 20
    ) -> Batch[ChangeEntry]:
        """Return the weightiest of the newest WEIGHED versions that a search finds; raises BadQuery."""
        search_query = _query(text)
        if search_query.is_empty:
            return Batch(())
        taken = await self._takedowns.current()
        found = await Search(self._db, taken, search_query, scope, where).page(None, WEIGHED)
        weight = attrgetter("line.change.significance", "line.seen_at")
        return Batch(tuple(sorted(found.items, key=weight, reverse=True)[:limit]))

    async def _batch(
        self, by: tuple[Document, str], where: ListFilter, after: str | None, limit: int, *, newer_than: str | None
    ) -> Batch[ChangeEntry]:
        """Read a list by its index, named in the query: MongoDB's planner may choose a slow one from a short trial.

        `newer_than` a cursor it is read towards its beginning.
        """
        query, index = by
        listed: list[Document] = []
        taken = await self._takedowns.current()
        query |= taken.excluded(orphans=True)
        context = ListContext(taken)
        is_back, place = newer_than is not None, newer_than or after
        for _ in range(MAX_ROUNDS):
            versions = await self._db.versions.find(
                query | span(where, place, is_back=is_back), conversion.SUMMARY_FIELDS,
                sort=OLDEST_FIRST if is_back else ORDER, limit=limit + 1, hint=index,
            ).to_list()  # fmt: skip
            await context.fetch(self._db, versions)
            visible = [v for v in versions if context.is_visible(v) and not context.is_orphan(v)]
            listed += [version for version in visible if is_listed(version)]
            goes_on = len(listed) > limit
            if goes_on or len(versions) <= limit:
                place = cursor(listed[limit - 1]) if goes_on else None
                break
            # Of versions that are recorded and not public, and never of what is hidden, the list may go on.
            place = cursor(visible[-1]) if visible else place
        shown = listed[:limit][:: -1 if is_back else 1]
        entries = tuple(context.entry(version) for version in shown)
        if is_back:
            return Batch(entries, cursor(shown[-1]) if shown else None, place)
        return Batch(entries, place, cursor(shown[0]) if shown and after else None)

    async def _count(self, listed_by: tuple[Document, str], where: ListFilter) -> int:
        query, index = listed_by
        taken = await self._takedowns.current()
        query |= taken.excluded(orphans=True) | span(where, None)
        return await self._db.versions.count_documents(query, limit=MAX_COUNT + 1, hint=index)


def _query(text: str) -> SearchQuery:
    wrong = problem(text)
    if wrong is not None:
        raise BadQuery(wrong)
    return SearchQuery.of(text)
