"""The newest runs, for a shell's completion: from a database that answers at once, and that is not started for it."""

from __future__ import annotations

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from newscrawl.config import Config
from newscrawl.errors import StoreUnavailable
from newscrawl.store import embedded
from newscrawl.store.documents import Document

PATIENCE_MILLISECONDS = 1000  # somebody waits before the keyboard


def recent_runs(config: Config, prefix: str, limit: int) -> list[tuple[str, str]]:
    """Return id and source of the newest runs whose ids begin so; raises StoreUnavailable if the database does not say.

    The embedded database is asked only while it runs.
    """
    uri = config.mongo_uri if config.mongo_uri is not None else embedded.running_uri(config.home)
    if uri is None:
        return []
    query: Document = {"_id": {"$gte": prefix, "$lt": f"{prefix}\uffff"}} if prefix else {}
    try:
        with MongoClient[Document](
            uri, timeoutMS=PATIENCE_MILLISECONDS, serverSelectionTimeoutMS=PATIENCE_MILLISECONDS, tz_aware=True
        ) as client:
            runs = client[config.mongo_database].runs.find(query, {"source": 1}).sort("started_at", -1).limit(limit)
            return [(str(run["_id"]), str(run["source"])) for run in runs]
    except (PyMongoError, ValueError) as error:
        raise StoreUnavailable("the runs cannot be listed") from error
