"""Takedowns that were decided since an older generation: in force again, and undone again, as newer ones say.

The newest generation has each decision as an event. What was decided since that one, the folder does not know.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import bson
from bson.codec_options import CodecOptions
from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.errors import BackupError
from newscrawl.store import takedowns
from newscrawl.store.backup.folder import Folder
from newscrawl.store.backup.manifest import Manifest
from newscrawl.store.backup.segments import DamagedSegment, live_documents
from newscrawl.store.documents import Document
from newscrawl.store.takedowns import Decision

Database = AsyncDatabase[Document]
_OPTIONS: CodecOptions[Mapping[str, Any]] = CodecOptions(tz_aware=True)
HIDDEN, UNHIDDEN, REDACTED, UNREDACTED = "hidden", "unhidden", "passage withheld", "passage shown again"
KINDS = frozenset({HIDDEN, UNHIDDEN, REDACTED, UNREDACTED})
_VERSION = re.compile(r"version (\d+)")


@dataclass(frozen=True, slots=True)
class Takedown:
    """A decision as its event has it; `number` is that of a version, None: the article, or a passage of it."""

    article_id: str
    kind: str
    detail: str
    number: int | None
    decision: Decision
    words: str

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> Takedown | None:
        """Return the decision of an event; None for another event, and for one about a version that was erased."""
        subject, mark, reason = (event.get("detail") or "").partition(": ")
        if event.get("kind") not in KINDS or not mark:
            return None
        found = _VERSION.fullmatch(subject)
        decision = Decision(reason, event.get("by") or "", event["at"])
        number = int(found[1]) if found else None
        return cls(event["article_id"], event["kind"], event["detail"], number, decision, event.get("words") or "")


def newer_takedowns(folder: Folder, newest: Manifest) -> list[Takedown]:
    """Return all decisions of a generation, oldest first; raises BackupError that names a damaged file."""
    found: list[Takedown] = []
    for segment in newest.segments:
        if segment.collection == "events":
            path = folder.segment_path(segment)
            try:
                events = (bson.decode(packed, _OPTIONS) for _, packed in live_documents(path, segment))
                found += filter(None, map(Takedown.of, events))
            except DamagedSegment as error:
                raise BackupError(f"{path} {error}: take it from another copy of the backup") from error
    return sorted(found, key=lambda each: each.decision.at)


async def redo_takedowns(db: Database, events: Sequence[Takedown]) -> tuple[int, list[str]]:
    """Decide again what a restored generation does not have; returns how often, and a sentence for each that failed.

    Repeated after a kill it does the rest.
    """
    count, left = 0, list[str]()
    for each in events:
        key, at = each.article_id, each.decision.at
        query = {"article_id": key, "kind": each.kind, "at": at, "detail": each.detail}
        if await db.events.find_one(query, {"_id": 1}) is not None:
            continue
        if await _decided(db, each):
            count += 1
        elif each.kind in {HIDDEN, REDACTED}:
            left.append(
                f"article {key}, {each.kind} since ({each.detail}): this generation does not have it; should a crawl "
                "record it, decide on it again"
            )
    return count, left


async def _decided(db: Database, takedown: Takedown) -> bool:
    """Decide as once before; returns whether there was something to decide on."""
    key, number, words, made = takedown.article_id, takedown.number, takedown.words, takedown.decision
    if takedown.kind == HIDDEN:
        return await takedowns.hide(db, key, number, reason=made.reason, by=made.by, at=made.at)
    if takedown.kind == UNHIDDEN:
        return await takedowns.unhide(db, key, number, reason=made.reason, by=made.by, at=made.at)
    if not words:
        return False
    if takedown.kind == REDACTED:
        return bool(await takedowns.redact(db, key, words, reason=made.reason, by=made.by, at=made.at))
    return await takedowns.unredact(db, key, words, reason=made.reason, by=made.by, at=made.at)
