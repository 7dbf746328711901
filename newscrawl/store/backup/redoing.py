"""Orders to erase that are newer than a restored generation: carried out again before anything may be read."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import bson
from bson.codec_options import CodecOptions
from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.errors import BackupError
from newscrawl.store import backup_folders, takedowns
from newscrawl.store.backup.folder import Folder
from newscrawl.store.backup.manifest import Manifest
from newscrawl.store.backup.segments import DamagedSegment, live_documents
from newscrawl.store.documents import Document
from newscrawl.store.erasure import Order, What, complete_pending, erase

Database = AsyncDatabase[Document]
_OPTIONS: CodecOptions[Mapping[str, Any]] = CodecOptions(tz_aware=True)
BY = "restore"  # who decides where a record does not say it: exports leave it out


@dataclass(frozen=True, slots=True)
class NewerOrder:
    """An order, with the words of a passage where they are known."""

    order: Order
    words: str = ""


@dataclass(frozen=True, slots=True)
class Redone:
    """How many orders were carried out, and takedowns decided again, and a sentence for each that could not be."""

    carried_out: int = 0
    takedowns: int = 0
    left: tuple[str, ...] = ()


def newer_orders(folder: Folder, newest: Manifest, done: Collection[str], further: Path | None) -> list[NewerOrder]:
    """Return the orders that a folder or another record has, and that a generation had not carried out, oldest first.

    `further` is the folder of a newer backup, or the `erasures.jsonl` of an export. Raises BackupError.
    """
    found = {each.order.key: each for each in [*_of_generation(folder, newest), *_noted(folder.path)]}
    if further is not None and further.is_dir():
        other = Folder.open(further)
        manifest = other.newest()
        if manifest is None:
            raise BackupError(f"{further} has no complete generation: name a backup that has")
        found |= {each.order.key: each for each in [*_of_generation(other, manifest), *_noted(other.path)]}
    elif further is not None:
        found |= {each.order.key: each for each in _of_file(further)}
    return [found[key] for key in sorted(found) if key not in done]


def _of_generation(folder: Folder, manifest: Manifest) -> Iterable[NewerOrder]:
    for segment in manifest.segments:
        if segment.collection == "erasures":
            path = folder.segment_path(segment)
            try:
                for _, document in live_documents(path, segment):
                    yield NewerOrder(Order.of(bson.decode(document, _OPTIONS)))
            except DamagedSegment as error:
                raise BackupError(f"{path} {error}: take it from another copy of the backup") from error


def _noted(folder: Path) -> Iterable[NewerOrder]:
    for line in backup_folders.noted(folder):
        yield NewerOrder(Order.of(line), line.get("words", ""))


def _of_file(path: Path) -> Iterable[NewerOrder]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BackupError(f"{path} cannot be read: {error}") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield _of_line(json.loads(line))
            except (ValueError, LookupError, TypeError, AttributeError) as error:
                raise BackupError(f"{path}, line {number}: is no order to erase as exports have them") from error


def _of_line(line: dict[str, Any]) -> NewerOrder:
    at = line.get("at") or line["erased_at"]
    facts = {"by": BY, "number": None, **line, "at": datetime.fromisoformat(at)}
    if facts["at"].tzinfo is None:
        raise ValueError("a time without its zone")
    return NewerOrder(Order.of(facts), line.get("words", ""))


async def redo(db: Database, orders: Sequence[NewerOrder]) -> Redone:
    """Carry orders out; repeated after a kill it does the rest."""
    await complete_pending(db)
    count, left = 0, []
    for each in orders:
        if await db.erasures.find_one({"_id": each.order.key}, {"_id": 1}):
            count += 1  # before a kill
        elif fault := await _redo(db, each):
            left.append(fault)
        else:
            count += 1
    return Redone(count, left=tuple(left))


async def _redo(db: Database, newer: NewerOrder) -> str:
    """Carry one order out; return why it could not be."""
    order = newer.order
    if await db.articles.find_one({"_id": order.article_id}, {"_id": 1}) is None:
        return (
            f"{order.subject} of article {order.article_id}: the article is not in this generation; should a crawl "
            f"record it, erase it again ({order.reason})"
        )
    if order.what is What.PASSAGE and not newer.words:
        await takedowns.hide(db, order.article_id, None, reason=order.reason, by=order.by, at=order.at)
        return (
            f"a passage of article {order.article_id}: no record has its words, so the article is hidden; erase the "
            f"passage by `newscrawl erase {order.article_id} --passage …`, then `newscrawl unhide` it ({order.reason})"
        )
    if not await erase(db, order, newer.words):
        await db.erasures.insert_one(order.document)  # there is nothing of it in this generation
    return ""
