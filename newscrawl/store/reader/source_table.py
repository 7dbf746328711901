"""All sources side by side: figures of their newest articles and edits, read by one query however many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from newscrawl.items import Cause, State
from newscrawl.store.documents import Document
from newscrawl.store.reader import conversion
from newscrawl.store.reader.limits import MAX_COUNT, MAX_TABLE_ARTICLES, MAX_TABLE_EDITS, MAX_TABLE_SOURCES, bounded
from newscrawl.store.reader.replica_reader import ReplicaReader
from newscrawl.store.reader.taken_down import TakenDown
from newscrawl.store.reader.views import SourceRow
from newscrawl.store.reader.visibility import is_hidden, is_listed

# A check that is late by less than this, or by less than its article's interval, is kept.
LATE_AFTER = timedelta(hours=1)
_NEWEST_EDITS = {"seen_at": -1, "_id": -1}
_EDIT_FIELDS = {"_id": 0, "article_id": 1, "number": 1, "seen_at": 1, "change.types": 1, "unnoted": 1, "held": 1,
                "hidden": 1, "retraction.at": 1}  # fmt: skip
_ARTICLE_FIELDS = {"publisher": 1, "edits": 1, "state": 1, "hidden": 1, "first_seen_at": 1, "next_check_at": 1,
                   "track.period": 1}  # fmt: skip


def _newest(collection: str, order: Document, limit: int, fields: Document, name: str, **query: str) -> Document:
    """Return a stage that adds a source's newest documents of a collection."""
    steps: list[Document] = [{"$match": query}, {"$sort": order}, {"$limit": limit}, {"$project": fields}]
    return {"$lookup": {"from": collection, "localField": "_id", "foreignField": "source", "pipeline": steps,
                        "as": name}}  # fmt: skip


def _pipeline(max_count: int) -> list[Document]:
    counting: list[Document] = [{"$limit": max_count}, {"$count": "n"}]
    return [
        {"$group": {"_id": "$source"}},
        {"$limit": MAX_TABLE_SOURCES},
        _newest("articles", {"first_seen_at": -1, "_id": -1}, MAX_TABLE_ARTICLES, _ARTICLE_FIELDS, "articles"),
        _newest("versions", _NEWEST_EDITS, MAX_TABLE_EDITS, _EDIT_FIELDS, "edits", cause=Cause.EDIT.value),
        {"$lookup": {"from": "articles", "localField": "_id", "foreignField": "source", "pipeline": counting,
                     "as": "count"}},
        {"$lookup": {"from": "sources", "localField": "_id", "foreignField": "_id",
                     "pipeline": [{"$project": {"rights": 1}}], "as": "state"}},
    ]  # fmt: skip


class SourceTable(ReplicaReader):
    """The rows of the table of sources."""

    @bounded
    async def rows(self, now: datetime) -> tuple[SourceRow, ...]:
        """Return a row for each source that has an article, by name."""
        taken = await self._takedowns.current()
        found = await self._db.articles.aggregate(_pipeline(MAX_COUNT + 1 + len(taken.articles)))
        return tuple(sorted([_row(each, taken, now) async for each in found], key=lambda row: row.source))


def _row(found: Mapping[str, Any], taken: TakenDown, now: datetime) -> SourceRow:
    source, sample = found["_id"], found["articles"]
    articles = [article for article in sample if not is_hidden(article) and article["_id"] not in taken.articles]
    count = (found["count"][0]["n"] if found["count"] else 0) - taken.articles_of(source)
    visible = [edit for edit in found["edits"] if _may_be_counted(edit, taken)]
    edits = [edit for edit in visible if is_listed(edit)]
    retracted = sum(1 for edit in visible if edit.get("retraction"))
    first_changes = _hours_to_first_change(articles, edits, is_cut=len(found["edits"]) == MAX_TABLE_EDITS)
    promised = [a for a in articles if a["state"] == State.WATCHED and a.get("next_check_at")]
    return SourceRow(
        source=source,
        publisher=(sample[0].get("publisher") if sample else None) or source,
        articles=min(count, MAX_COUNT),
        is_articles_capped=count > MAX_COUNT,
        sampled=len(articles),
        changed=sum(1 for article in articles if article.get("edits", 0) > taken.edits.get(article["_id"], 0)),
        deleted=sum(1 for article in articles if article["state"] == State.GONE),
        edits=len(edits),
        unnoted=sum(1 for edit in edits if edit.get("unnoted")),
        corrections=sum(1 for edit in edits if "correction" in ((edit.get("change") or {}).get("types") or ())),
        published=len(edits) + retracted,
        retracted=retracted,
        first_changes=len(first_changes),
        median_first_change_hours=round(median(first_changes), 2) if first_changes else None,
        promised=len(promised),
        kept=sum(1 for article in promised if _is_kept(article, now)),
        rights=conversion.rights(next(iter(found["state"]), None)),
    )


def _may_be_counted(edit: Document, taken: TakenDown) -> bool:
    """Return whether an edit is to be seen; the change of one after a hidden version would say something of that."""
    key, number = edit["article_id"], edit["number"]
    hidden = taken.versions.get(key, frozenset())
    return not is_hidden(edit) and key not in taken.articles and number not in hidden and number - 1 not in hidden


def _hours_to_first_change(articles: Sequence[Document], edits: Sequence[Document], *, is_cut: bool) -> list[float]:
    """Return the hours from first sight to first edit of articles whose first edit is certainly among `edits`."""
    begin = edits[-1]["seen_at"] if is_cut and edits else None
    first_seen = {a["_id"]: a["first_seen_at"] for a in articles if begin is None or a["first_seen_at"] >= begin}
    # Newest first: of several edits of an article the oldest one stays.
    first_edited = {edit["article_id"]: edit["seen_at"] for edit in edits}
    edited = sorted(first_edited.keys() & first_seen.keys())
    return [(first_edited[key] - first_seen[key]).total_seconds() / 3600 for key in edited]


def _is_kept(article: Document, now: datetime) -> bool:
    interval = timedelta(seconds=(article.get("track") or {}).get("period") or 0)
    return bool(now - article["next_check_at"] <= max(LATE_AFTER, interval))
