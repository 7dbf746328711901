"""The indexes that only the reader's queries need; store.indexes makes them with the others.

Every index of a list ends in (seen_at, _id), newest first, so that a page costs the same in an archive of any size;
that of a search ends in both as one number.
"""

from __future__ import annotations

from collections.abc import Mapping

from pymongo import ASCENDING, DESCENDING, IndexModel

from newscrawl.store.disclosure_mark import MARKED

EDITS = {"level": {"$exists": True}}
_NEWEST = [("seen_at", DESCENDING), ("_id", DESCENDING)]
_FOUND = IndexModel([("terms", ASCENDING), ("place", DESCENDING)], name="found")  # see search_order


def _listed(name: str, *fields: str, only: Mapping[str, object] = EDITS) -> IndexModel:
    """Return an index of edits; a query with `$in` over levels merges one sorted range per level, without a sort."""
    keys = [(field, ASCENDING) for field in (*fields, "level")] + _NEWEST
    return IndexModel(keys, name=name, partialFilterExpression=dict(only))


READER_INDEXES: dict[str, tuple[IndexModel, ...]] = {
    "articles": (
        IndexModel([("source", ASCENDING), ("first_seen_at", DESCENDING), ("_id", DESCENDING)], name="newest"),
        IndexModel(
            [("state_since", DESCENDING), ("_id", DESCENDING)], name="gone", partialFilterExpression={"state": "gone"}
        ),
    ),
    "versions": (
        _listed("listed"),
        _listed("listed_source", "source"),
        _listed("listed_kind", "change.types"),
        _listed("listed_source_kind", "source", "change.types"),
        _listed("listed_unnoted", only=MARKED),
        _listed("listed_source_unnoted", "source", only=MARKED),
        IndexModel([("cause", ASCENDING), *_NEWEST], name="cause"),
        IndexModel([("source", ASCENDING), ("cause", ASCENDING), *_NEWEST], name="source_cause"),
        _FOUND,
    ),
    "added": (_FOUND,),
    "removed": (_FOUND,),
}
