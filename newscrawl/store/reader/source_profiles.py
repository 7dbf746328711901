"""Sources: their names, and profiles computed from their newest articles."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from statistics import median

from newscrawl.items import Cause, State
from newscrawl.store.documents import Document
from newscrawl.store.reader import conversion
from newscrawl.store.reader.coverage import coverage
from newscrawl.store.reader.edit_months import edits_by_month
from newscrawl.store.reader.limits import MAX_COUNT, MAX_RUNS, MAX_SAMPLE, bounded
from newscrawl.store.reader.replica_reader import ReplicaReader
from newscrawl.store.reader.unions import union
from newscrawl.store.reader.views import Run, SourceOverview, SourceProfile
from newscrawl.store.reader.visibility import Absent, is_hidden, is_listed

DAYS = 30
_HOUR = 3600
# Spans of time by which people speak of delays, each with its end in seconds.
DELAYS = (("under 1 hour", _HOUR), ("1–6 hours", 6 * _HOUR), ("6–24 hours", 24 * _HOUR), ("1–7 days", 168 * _HOUR),
          ("later", None))  # fmt: skip
MAX_LISTED_RUNS = 10
SAMPLE_FIELDS = {
    "publisher": 1, "edits": 1, "state": 1, "hidden": 1, "first_seen_at": 1, "last_checked_at": 1,
}  # fmt: skip


class SourceProfiles(ReplicaReader):
    """Names and profiles of all sources that have an article."""

    @bounded
    async def overview(self) -> SourceOverview:
        """Return what pages show of all sources that have an article, by one command."""
        # In this order the server reads one key and one article a source.
        by_source: list[Document] = [
            {"$sort": {"source": 1, "guid": 1}},
            {"$group": {"_id": "$source", "publisher": {"$first": "$publisher"}}},
        ]
        watched: list[Document] = [
            {"$match": {"last_good_check_at": {"$ne": None}}},
            {"$sort": {"last_good_check_at": -1}},
            {"$limit": 1},
            {"$project": {"_id": 0, "watched_at": "$last_good_check_at"}},
        ]
        found = await (await self._db.articles.aggregate([*by_source, union("sources", watched)])).to_list()
        names = sorted((each["_id"], each["publisher"] or each["_id"]) for each in found if each.get("_id") is not None)
        return SourceOverview(tuple(names), next((each["watched_at"] for each in found if "watched_at" in each), None))

    @bounded
    async def profile(self, source: str, now: datetime) -> SourceProfile:
        """Return a source's profile; raises Absent if it has no article.

        The cost is bounded: shares are of the newest `MAX_SAMPLE` articles, edits of the 30 days up to the last check.
        """
        sample = await self._db.articles.find(
            {"source": source}, SAMPLE_FIELDS, sort=[("first_seen_at", -1), ("_id", -1)], limit=MAX_SAMPLE
        ).to_list()
        if not sample:
            raise Absent(f"nothing was recorded of a source {source!r}")
        visible = [article for article in sample if not is_hidden(article)]
        taken = await self._takedowns.current()
        hidden = taken.articles_of(source)
        count = await self._db.articles.count_documents({"source": source}, limit=MAX_COUNT + 1 + hidden) - hidden
        # For a replayed or paused source these are the last days on which it was checked, not empty ones since.
        checked_at = [article["last_checked_at"] for article in visible if article.get("last_checked_at")]
        until = max(checked_at, default=now)
        edits = [
            edit
            for edit in await self._edits(source, until - timedelta(days=DAYS))
            if edit["article_id"] not in taken.articles
        ]
        runs = await self._runs(source)
        state = await self._db.sources.find_one({"_id": source}, {"is_unverified": 1, "rights": 1}) or {}
        delays = _seconds_to_first_change(visible, edits)
        return SourceProfile(
            source=source,
            publisher=sample[0].get("publisher") or source,
            articles=min(count, MAX_COUNT),
            is_articles_capped=count > MAX_COUNT,
            sampled=len(visible),
            changed=sum(1 for article in visible if article.get("edits", 0) > taken.edits.get(article["_id"], 0)),
            gone=sum(1 for article in visible if article["state"] == State.GONE),
            silent=sum(1 for edit in edits if edit["change"].get("silent")),
            median_first_change_minutes=median(delays) / 60 if delays else None,
            newest_seen_at=max((article["first_seen_at"] for article in visible), default=None),
            days=_per_day(edits, until),
            months=await edits_by_month(self._db, source, taken, until),
            first_changes=_by_delay(delays),
            is_unverified=bool(state.get("is_unverified")),
            rights=conversion.rights(state),
            runs=tuple([conversion.run(run) for run in await self._last_runs(source)]),
            coverage=coverage(runs, now),
        )

    @bounded
    async def last_run(self, source: str) -> Run | None:
        """Return the newest run of a source, also of one that has no article yet; None if there was none."""
        runs = await self._last_runs(source)
        return conversion.run(runs[0]) if runs else None

    async def _edits(self, source: str, since: datetime) -> list[Document]:
        """Return the listed edits since a moment, newest first."""
        cursor = self._db.versions.find(
            {"source": source, "cause": Cause.EDIT.value, "seen_at": {"$gte": since}},
            {"article_id": 1, "number": 1, "seen_at": 1, "change.silent": 1, "held": 1, "hidden": 1},
            sort=[("seen_at", -1), ("_id", -1)],
            limit=MAX_COUNT,
        )
        return [edit async for edit in cursor if is_listed(edit)]

    async def _runs(self, source: str) -> list[Run]:
        """Return start, end, exit code and reason of the newest runs, without their statistics."""
        fields = {"_id": 0, "started_at": 1, "ended_at": 1, "exit_code": 1, "reason": 1}
        cursor = self._db.runs.find({"source": source}, fields, sort=[("started_at", -1)], limit=MAX_RUNS)
        return [conversion.run(run) async for run in cursor]

    async def _last_runs(self, source: str) -> list[Document]:
        return await self._db.runs.find({"source": source}, sort=[("started_at", -1)], limit=MAX_LISTED_RUNS).to_list()


def _seconds_to_first_change(articles: list[Document], edits: list[Document]) -> list[float]:
    """Return the time from first sight to first edit of each article that was edited."""
    first_seen = {article["_id"]: article["first_seen_at"] for article in articles}
    # Newest first: of several edits of an article the oldest one stays.
    first_edited = {edit["article_id"]: edit["seen_at"] for edit in edits}
    edited = first_edited.keys() & first_seen.keys()
    return [(first_edited[key] - first_seen[key]).total_seconds() for key in edited]


def _by_delay(delays: list[float]) -> tuple[tuple[str, int], ...]:
    """Return how many delays each span of time has."""
    counts = Counter(next(label for label, end in DELAYS if end is None or delay < end) for delay in delays)
    return tuple((label, counts[label]) for label, _ in DELAYS) if delays else ()


def _per_day(edits: list[Document], until: datetime) -> tuple[tuple[datetime, int], ...]:
    """Return the number of edits per day, oldest day first."""
    midnight = until.replace(hour=0, minute=0, second=0, microsecond=0)
    counts = Counter(edit["seen_at"].date() for edit in edits)
    days = [midnight - timedelta(days=days_back) for days_back in range(DAYS - 1, -1, -1)]
    return tuple((day, counts[day.date()]) for day in days)
