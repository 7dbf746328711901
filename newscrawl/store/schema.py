"""The schema of a database: which migrations it has had, and whether this newscrawl may open it."""

from __future__ import annotations

from dataclasses import dataclass

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl import __version__
from newscrawl.errors import RestoreUnfinished, SchemaMismatch
from newscrawl.store.documents import Document
from newscrawl.store.migrations import FIRST, SCHEMA

Database = AsyncDatabase[Document]
USUAL_DATABASE = "newscrawl"
RESTORING = "restoring"  # field of the schema's document while a backup is restored into the database


@dataclass(frozen=True, slots=True)
class Schema:
    """What a database says of itself."""

    version: int  # what a newscrawl must know to open it: while it is migrated, the schema that it will have
    level: int  # the last migration that has ended
    indexes: str = ""  # the digest of those that were made
    is_new: bool = False  # nothing was ever recorded in it
    is_begun: bool = False  # a migration was begun and has not ended
    restored_from: str = ""  # the folder of the backup that is being restored into it
    written_by: str = ""  # the newscrawl that brought it to this schema; empty before 0.2

    @property
    def is_older(self) -> bool:
        return not self.is_new and self.level < SCHEMA


async def read(db: Database) -> Schema:
    """Return the schema of a database; raises SchemaMismatch for one of a newer newscrawl."""
    found = await db.meta.find_one({"_id": "schema"}) or {}
    version = found.get("version", 0)
    if version > SCHEMA:
        by = f" by newscrawl {found['written_by']}" if found.get("written_by") else ""
        raise SchemaMismatch(
            f"database {db.name} has schema {version}{by}, this newscrawl reads up to {SCHEMA} ({__version__}): "
            "upgrade newscrawl, or use another NEWSCRAWL_MONGO_DATABASE. No schema is taken back: "
            "what an older newscrawl reads is a backup that was made before"
        )
    if not version:
        is_new = not any([await db[name].find_one({}, {"_id": 1}) for name in ("articles", "versions")])
        return Schema(FIRST, FIRST, is_new=is_new)
    is_begun = "migrated" in found
    level = found["migrated"] if is_begun else version
    restored_from = found.get(RESTORING, {}).get("folder", "")
    return Schema(
        version,
        level,
        found.get("indexes", ""),
        is_begun=is_begun,
        restored_from=restored_from,
        written_by=found.get("written_by", ""),
    )


def require_whole(db: Database, schema: Schema) -> None:
    """Raise RestoreUnfinished for a database into which a backup is being restored."""
    if schema.restored_from:
        raise RestoreUnfinished(
            f"database {db.name} is being restored and not whole yet: run `newscrawl restore {schema.restored_from}` "
            "until it is finished, or drop the database"
        )


def require_current(db: Database, schema: Schema) -> None:
    """Raise SchemaMismatch, which names the command to run, for a database of an older newscrawl."""
    if not schema.is_older:
        return
    command = "newscrawl migrate"
    if db.name != USUAL_DATABASE:
        command = f"NEWSCRAWL_MONGO_DATABASE={db.name} {command}"
    if schema.is_begun:
        raise SchemaMismatch(
            f"database {db.name} is being migrated from schema {schema.level} to {SCHEMA}, or that was interrupted: "
            f"wait for it, or go on with `{command}`"
        )
    raise SchemaMismatch(
        f"database {db.name} has schema {schema.level} of an older newscrawl, this one ({__version__}) needs {SCHEMA}: "
        f"stop everything that works on it, back it up, then run `{command}` (--dry-run says what that does)"
    )


async def begin(db: Database, schema: Schema) -> None:
    """Let nobody open the database any more, neither this newscrawl nor an older one."""
    fields = {"version": SCHEMA, "migrated": schema.level, "written_by": __version__}
    await db.meta.update_one({"_id": "schema"}, {"$set": fields}, upsert=True)


async def abandon(db: Database, schema: Schema) -> None:
    """Undo `begin`, when nothing was changed after it."""
    fields = {"version": schema.version, "written_by": schema.written_by}
    await db.meta.update_one({"_id": "schema"}, {"$set": fields, "$unset": {"migrated": ""}})


async def advance(db: Database, level: int) -> None:
    """Store that a migration has ended."""
    await db.meta.update_one({"_id": "schema"}, {"$set": {"migrated": level}})


async def end(db: Database, indexes: str) -> None:
    """Store that the database has today's schema and indexes."""
    fields = {"version": SCHEMA, "indexes": indexes, "written_by": __version__}
    await db.meta.update_one({"_id": "schema"}, {"$set": fields, "$unset": {"migrated": ""}}, upsert=True)
