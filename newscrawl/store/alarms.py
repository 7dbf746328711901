"""Alarms: one document per episode of a fault; of each source and kind at most one is not resolved."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from newscrawl.items import Alarm, AlarmState, Finding
from newscrawl.store.access_tokens import AccessTokenRecords
from newscrawl.store.announcement_marks import mark
from newscrawl.store.documents import Document, milliseconds, repaired, to_bson
from newscrawl.store.indexes import STANDS
from newscrawl.store.retries import translate_errors


class AlarmRecords(AccessTokenRecords):
    """Base of `MassChangeRecords`, which adds held edits."""

    async def open_alarm(self, source: str, finding: Finding, *, at: datetime) -> Alarm:
        """Open an alarm, or update the one of its kind that is not resolved; an acknowledged one stays acknowledged."""
        return await self._open_alarm(source, finding, at, uuid.uuid4().hex)

    @translate_errors
    async def _open_alarm(self, source: str, finding: Finding, at: datetime, key: str) -> Alarm:
        """`key` identifies the call, which counts once even if it is repeated after a lost connection."""
        found: Document = to_bson(
            {"last_seen_at": at, "message": finding.message, "evidence": finding.evidence, "last": key}
        )
        same = {"source": source, "kind": finding.kind, STANDS: True}
        while True:
            first = {"_id": secrets.token_hex(4), "state": AlarmState.OPEN.value, "opened_at": found["last_seen_at"]}
            first |= mark()
            try:
                document = await self.db.alarms.find_one_and_update(
                    {**same, "last": {"$ne": key}},
                    {"$set": found, "$inc": {"count": 1}, "$setOnInsert": first},
                    upsert=True,
                    return_document=ReturnDocument.AFTER,
                )
            except DuplicateKeyError:  # another process opened it, this call was written before, or the id is in use
                document = await self.db.alarms.find_one({**same, "last": key})
            if document is not None:
                return _alarm(document)

    @translate_errors
    async def resolve_alarm(self, source: str, kind: str, *, at: datetime) -> bool:
        """Resolve the alarm of a kind, since its cause is gone; returns whether there was one."""
        ended = {"state": AlarmState.RESOLVED.value, "resolved_at": milliseconds(at), **mark()}
        result = await self.db.alarms.update_one(
            {"source": source, "kind": kind, STANDS: True}, {"$set": ended, "$unset": {STANDS: ""}}
        )
        return result.modified_count == 1

    @translate_errors
    async def acknowledge_alarm(self, alarm_id: str, *, by: str, at: datetime) -> bool:
        """Record that somebody knows of an open alarm; returns whether it was open."""
        known = {
            "state": AlarmState.ACKNOWLEDGED.value,
            "acknowledged_by": repaired(by),
            "acknowledged_at": milliseconds(at),
        }
        result = await self.db.alarms.update_one({"_id": alarm_id, "state": AlarmState.OPEN.value}, {"$set": known})
        return result.modified_count == 1

    @translate_errors
    async def alarm(self, alarm_id: str) -> Alarm | None:
        return await get(self.db, alarm_id)

    @translate_errors
    async def alarms(self, source: str | None = None) -> list[Alarm]:
        """Return the alarms that are open or acknowledged."""
        query: Document = {STANDS: True} if source is None else {STANDS: True, "source": source}
        return [_alarm(found) async for found in self.db.alarms.find(query).sort([("source", 1), ("kind", 1)])]

    @translate_errors
    async def past_alarms(self, source: str | None = None, limit: int = 100) -> list[Alarm]:
        """Return alarms in every state, newest first."""
        query: Document = {} if source is None else {"source": source}
        return [_alarm(found) async for found in self.db.alarms.find(query).sort("opened_at", -1).limit(limit)]


async def get(db: AsyncDatabase[Document], alarm_id: str) -> Alarm | None:
    found = await db.alarms.find_one({"_id": alarm_id})
    return None if found is None else _alarm(found)


def _alarm(document: Mapping[str, Any]) -> Alarm:
    values: dict[str, Any] = {f.name: document[f.name] for f in fields(Alarm) if f.name in document}
    return Alarm(**{**values, "alarm_id": document["_id"], "state": AlarmState(document["state"])})
