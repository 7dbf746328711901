"""Archives as the first release left them: the kept dump of its papers, and many documents like its own."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

from newscrawl.config import Config
from tests.upgrade.restore import restore

DUMPS = Path(__file__).parents[1] / "upgrade" / "data" / "0.1.0"
SECOND = timedelta(seconds=1)
THEN = datetime(2026, 4, 13, 9, tzinfo=UTC)
# What a migration notes about itself.
OF_MIGRATIONS = ("meta", "migrations")


@contextmanager
def old_archive(config: Config, dump: str = "papers") -> Iterator[tuple[Config, Database[dict[str, Any]]]]:
    """Restore a dump of 0.1.0 into a database of its own, which is dropped at the end; an empty name: an empty one."""
    named = replace(config, mongo_database=f"old-{uuid.uuid4().hex}")
    with MongoClient[dict[str, Any]](str(config.mongo_uri), tz_aware=True) as client:
        database = client[named.mongo_database]
        try:
            if dump:
                restore(DUMPS / dump / "database.jsonl.gz", database)
            else:
                database.meta.insert_one({"_id": "schema", "version": 1})
            yield named, database
        finally:
            client.drop_database(database.name)


def contents(database: Database[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return every document but those of migrations, with its fields in their order."""
    return {
        name: sorted(
            (
                {**each, "lines": sorted(each["lines"], key=repr)} if "lines" in each else each
                for each in database[name].find()
            ),
            key=lambda document: repr(document["_id"]),
        )
        for name in sorted(database.list_collection_names())
        if name not in OF_MIGRATIONS
    }


def line(number: int, **fields: Any) -> dict[str, Any]:
    """Return a line of the check log as 0.1.0 wrote it."""
    at = THEN + number % 5000 * SECOND  # on one day
    return {
        "_id": f"{number:032x}", "written_at": at, "article_id": f"{number % 100:016}", "source": "courier",
        "url": f"https://courier.example/{number % 100}", "at": at, "outcome": "unchanged", "reason": "same text",
        "status": 200, "elapsed_ms": 12, "size_bytes": 9000, "period": 3600.0, "run_id": "run-0", **fields,
    }  # fmt: skip


def version(number: int, **fields: Any) -> dict[str, Any]:
    """Return as much of a version as a migration reads, and a text that it must not read."""
    article = f"{number // 10:016}"
    return {
        "_id": f"{article}:{number % 10 + 1}", "article_id": article, "number": number % 10 + 1, "source": "courier",
        "seen_at": THEN + number * SECOND, "paragraphs": ["A line of text. " * 60] * 4, **fields,
    }  # fmt: skip
