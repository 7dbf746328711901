"""How the collections are spread over the shards of a cluster: docs/scaling.md has the commands.

Ids are digests, so that ranges of them are evenly filled, and a check finds by them what it reads and writes. What a
crawl asks seldom is asked of all shards; each answers from an index.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

SHARD_KEY = "_id"
SHARDED = ("articles", "versions", "payloads", "checks", "check_counts", "events", "added", "removed", "hosts")
# All else is small (a document a source, run, alarm or doubtful page) and stays on the primary shard.

# Queries that all shards answer, by their collection and the fields that they ask for, and why that is cheap enough.
SCATTERED: Mapping[tuple[str, frozenset[str]], str] = {
    ("articles", frozenset({"source", "claim_at", "state"})): "once in a hundred due articles, or once a run",
    ("articles", frozenset({"source", "$or"})): "once a listing",
    ("articles", frozenset({"source"})): "once a run",
    ("articles", frozenset({"lease.run"})): "once a run",
    ("articles", frozenset({"$or"})): "once a new article",
    ("versions", frozenset({"article_id"})): "once an edit",
    ("versions", frozenset({"source", "held"})): "once a run",
    ("versions", frozenset({"source", "held", "cause"})): "once a run",
    ("versions", frozenset({"article_id", "cause", "held", "$nor"})): "once a run with edits",
    ("versions", frozenset({"announce"})): "once a run",
    ("versions", frozenset({"unlogged"})): "once a minute, where the transparency log is kept",
    ("events", frozenset({"announce"})): "once a run",
    ("checks", frozenset({"uncounted"})): "once an hour",
    ("checks", frozenset({"uncounted", "written_at"})): "once an hour",
}


def fields_of(query: Mapping[str, Any]) -> frozenset[str]:
    """Return the fields that a query asks for, those of `$and` included."""
    parts: Iterable[Mapping[str, Any]] = query.get("$and", ())
    own = {name for name in query if name != "$and"}
    return frozenset(own.union(*map(fields_of, parts)))


def is_declared(collection: str, query: Mapping[str, Any]) -> bool:
    """Return whether a query finds its shard by the shard key, is of a collection on one shard, or is meant for all."""
    names = fields_of(query)
    return collection not in SHARDED or SHARD_KEY in names or (collection, names) in SCATTERED
