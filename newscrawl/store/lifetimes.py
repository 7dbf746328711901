"""How long documents are kept that would grow without end: expiry indexes that follow the configuration."""

from __future__ import annotations

from collections.abc import Mapping

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure

from newscrawl.config import Config
from newscrawl.store.check_buckets import EXPIRES_FROM
from newscrawl.store.documents import Document

Database = AsyncDatabase[Document]
INDEX_OPTIONS_CONFLICT = 85
INDEX_KEYS_CONFLICT = 86
DAY_SECONDS = 86_400
EXPIRY = "expiry"  # name of these indexes
# The moment from which a document's days count. One without it stays: a bucket of the check log that was not counted, a
# page in quarantine on which nobody decided, a run that has not ended.
FIELDS = {"checks": EXPIRES_FROM, "runs": "ended_at", "quarantine": "decided_at"}


def of(config: Config) -> dict[str, int]:
    """Return the days that documents are kept, by collection."""
    return {
        "checks": config.checks_keep_days,
        "runs": config.runs_keep_days,
        "quarantine": config.quarantine_keep_days,
    }


async def ensure(db: Database, keep_days: Mapping[str, int]) -> None:
    """Make the expiry indexes, or change their days."""
    for name, days in keep_days.items():
        await _expire(db, name, days * DAY_SECONDS)


async def _expire(db: Database, name: str, seconds: int) -> None:
    field = FIELDS[name]
    try:
        await db[name].create_index(field, name=EXPIRY, expireAfterSeconds=seconds)
    except OperationFailure as error:
        if error.code == INDEX_KEYS_CONFLICT:  # an older newscrawl let lines of the check log expire by another field
            await db[name].drop_index(EXPIRY)
            await db[name].create_index(field, name=EXPIRY, expireAfterSeconds=seconds)
            return
        if error.code != INDEX_OPTIONS_CONFLICT:
            raise
        await db.command("collMod", name, index={"name": EXPIRY, "expireAfterSeconds": seconds})
