"""Lists across articles, newest first: changes, first sightings, retractions, and matches of a search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from operator import attrgetter

from newscrawl.items import ERASED_BY_ORDER, Cause, State
from newscrawl.store.disclosure_mark import MARKED
from newscrawl.store.documents import Document, version_id
from newscrawl.store.reader import conversion
from newscrawl.store.reader.cursor import OLDEST_FIRST, ORDER, before, beyond, cursor
from newscrawl.store.reader.front_page import ENOUGH, MEDIUM, Candidate, Candidates
from newscrawl.store.reader.limits import MAX_COUNT, MAX_ROUNDS, bounded
from newscrawl.store.reader.list_context import ListContext
from newscrawl.store.reader.ranking import ranked
from newscrawl.store.reader.replica_reader import ReplicaReader
from newscrawl.store.reader.search import Search
from newscrawl.store.reader.search_query import BadQuery, SearchQuery, problem
from newscrawl.store.reader.taken_down import TakenDown
from newscrawl.store.reader.views import FRONT_PAGE, ArticleView, Batch, ChangeEntry, FrontPage, ListFilter
from newscrawl.store.reader.visibility import is_hidden, is_listed

LEVELS = 4
WEIGHED = 200  # matches of a search that are sorted by significance: each is read with its text


class Order(StrEnum):
    """How a front page is sorted."""

    MATTERS = "matters"
    SIGNIFICANCE = "significance"
    NEWEST = "newest"
    WORDS = "words"


def _size(change: Candidate, order: Order) -> tuple[float, datetime]:
    """Return what an order other than by weight goes by."""
    by = {Order.SIGNIFICANCE: change.significance, Order.WORDS: change.words}
    return by.get(order, 0.0), change.seen_at


class ChangeLists(ReplicaReader):
    """Every list reads one range of an index: its cost does not depend on how much is stored."""

    _shows_every = False  # whether changes of medium significance were too few for a front page

    @bounded
    async def changes(
        self, where: ListFilter, *, after: str | None = None, before: str | None = None, limit: int = 30
    ) -> Batch[ChangeEntry]:
        """Return edits by newspapers that are not held or hidden: older than a cursor, or next newer than one."""
        return await self._batch(_edits(where), where, after, limit, newer_than=before)

    @bounded
    async def count_changes(self, where: ListFilter) -> int:
        """Return how many edits a list has, MAX_COUNT + 1 for more; some may have been withheld since."""
        return await self._count(_edits(where), where)

    @bounded
    async def front_page(self, where: ListFilter, order: Order = Order.MATTERS, *, number: int = 1) -> FrontPage:
        """Return the changes of the newest days that matter most; with a span in `where`, of that span.

        They are chosen among the newest of at least medium significance, or of any if these are few.
        """
        taken = await self._takedowns.current()
        changes = ranked(await self._candidates(where, taken))
        if order is not Order.MATTERS:
            changes.sort(key=lambda change: _size(change, order), reverse=True)
        chosen = changes[(number - 1) * FRONT_PAGE : number * FRONT_PAGE]
        return FrontPage(await self._entries([change.key for change in chosen], taken), number, len(changes))

    async def _candidates(self, where: ListFilter, taken: TakenDown) -> Sequence[Candidate]:
        """Begin with the list that sufficed last time: what is returned does not depend on it."""
        is_spanned, weighty = where.since is not None, replace(where, level=max(where.level, MEDIUM))
        every: Candidates | None = None
        if self._shows_every and where.level < MEDIUM:
            every = await self._newest(where, taken)
            chosen = every.chosen(is_spanned=is_spanned)
            if chosen is not None:
                return chosen
        found = (await self._newest(weighty, taken)).within(is_spanned=is_spanned)
        if where.level >= MEDIUM:
            return found
        self._shows_every = len(found) < ENOUGH
        if not self._shows_every:
            return found
        return (every or await self._newest(where, taken)).within(is_spanned=is_spanned)

    async def _newest(self, where: ListFilter, taken: TakenDown) -> Candidates:
        query, index = _edits(where)
        return await Candidates.read(self._db, query | taken.excluded(orphans=True) | _span(where, None), index)

    async def _entries(self, keys: Sequence[str], taken: TakenDown) -> tuple[ChangeEntry, ...]:
        """Return the entries of versions in the order of their ids; the versions before are read with them."""
        if not keys:
            return ()
        context = ListContext(taken)
        await context.fetch_by_key(self._db, keys)
        versions = [context.versions[key] for key in keys if key in context.versions]
        visible = [version for version in versions if context.is_visible(version) and not context.is_orphan(version)]
        return tuple(context.entry(version) for version in visible if is_listed(version))

    @bounded
    async def deleted(self, where: ListFilter, *, limit: int = 50, skip: int = 0) -> tuple[ArticleView, ...]:
        """Return the articles that are gone from their sites, those noticed last first, without so many of them."""
        taken = await self._takedowns.current()
        hidden = {"_id": {"$nin": sorted(taken.articles)}} if taken.articles else {}
        query: Document = {"state": State.GONE.value, "state_reason": {"$ne": ERASED_BY_ORDER}, **hidden}
        span = {"$gte": where.since, "$lt": where.until}
        if moments := {name: moment for name, moment in span.items() if moment is not None}:
            query["state_since"] = moments
        articles = await self._db.articles.find(
            {**query, **_of_source(where)}, conversion.ARTICLE_PROJECTION, sort=[("state_since", -1), ("_id", -1)],
            limit=limit, skip=skip, hint="gone",
        ).to_list()  # fmt: skip
        return tuple(conversion.article_view(article, taken) for article in articles if not is_hidden(article))

    @bounded
    async def first_sightings(
        self, where: ListFilter, *, after: str | None = None, before: str | None = None, limit: int = 30
    ) -> Batch[ChangeEntry]:
        """Return the first versions of new articles, which `changes` leaves out."""
        return await self._batch(_firsts(where), where, after, limit, newer_than=before)

    @bounded
    async def count_first_sightings(self, where: ListFilter) -> int:
        """Return how many new articles a list has, MAX_COUNT + 1 for more."""
        return await self._count(_firsts(where), where)

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
                query | _span(where, place, is_back=is_back), conversion.SUMMARY_FIELDS,
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
        query |= taken.excluded(orphans=True) | _span(where, None)
        return await self._db.versions.count_documents(query, limit=MAX_COUNT + 1, hint=index)


def _query(text: str) -> SearchQuery:
    wrong = problem(text)
    if wrong is not None:
        raise BadQuery(wrong)
    return SearchQuery.of(text)


def _edits(where: ListFilter) -> tuple[Document, str]:
    """Return the condition on edits, and the index that has them in their order."""
    query: Document = {"level": {"$in": list(range(where.level, LEVELS))}, **_of_source(where)}
    index = "listed" if where.source is None else "listed_source"
    if where.unnoted:
        query |= MARKED
    if where.kind is not None:
        query["change.types"] = where.kind
        return query, f"{index}_kind"
    return query, f"{index}_unnoted" if where.unnoted else index


def _firsts(where: ListFilter) -> tuple[Document, str]:
    return {"cause": Cause.FIRST.value, **_of_source(where)}, "cause" if where.source is None else "source_cause"


def _of_source(where: ListFilter) -> Document:
    return {} if where.source is None else {"source": where.source}


def _span(where: ListFilter, place: str | None, *, is_back: bool = False) -> Document:
    """Return the condition on time: the filter's and the cursor's together."""
    condition: Document = before(place) if is_back and place else beyond(place)
    moments = condition.pop("seen_at", {})
    if where.since is not None:
        moments["$gte"] = max(where.since, moments.get("$gte", where.since))
    if where.until is not None:
        moments["$lt"] = where.until
    return condition | ({"seen_at": moments} if moments else {})
