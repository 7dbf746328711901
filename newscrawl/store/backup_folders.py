"""The folders that an archive was backed up to: an order to erase is noted there at once, until the next backup.

Between an erasure and the next backup a folder still has what was erased. The note lets a restore erase it again; the
words of a passage stand in it for as long as the folder has the passage itself.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.store.documents import Document

Database = AsyncDatabase[Document]
ID = "backup"  # of the document in `meta`
ORDERS = "orders.jsonl"
IDENTITY = "newscrawl-backup.json"

logger = logging.getLogger(__name__)


async def note_order(db: Database, order: Document, words: str) -> None:
    """Note an order in each folder of this archive; a warning says which cannot be reached."""
    known = await db.meta.find_one({"_id": ID}) or {}
    for path in known.get("folders", ()):
        try:
            await asyncio.to_thread(_append, Path(path), known["archive"], {**order, "words": words})
        except (OSError, ValueError, LookupError) as error:
            logger.warning("backup=%s order=%s reason=%r", path, order["_id"], f"was not noted there: {error}"[:200])


def _append(folder: Path, archive: str, order: Document) -> None:
    if json.loads((folder / IDENTITY).read_text("utf-8"))["archive"] != archive:
        raise ValueError("it has the backup of another archive")
    line = json.dumps(order, ensure_ascii=True, default=datetime.isoformat)
    descriptor = os.open(folder / ORDERS, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"\n{line}\n")  # a line of its own behind one that was cut short
        file.flush()
        os.fsync(file.fileno())


def noted(folder: Path) -> list[dict[str, Any]]:
    """Return the orders that are noted in a folder, each once; one that was cut short is left out."""
    try:
        lines = (folder / ORDERS).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []
    found: dict[str, dict[str, Any]] = {}
    for line in filter(str.strip, lines):
        try:
            order = json.loads(line)
            order["at"] = datetime.fromisoformat(order["at"])
            found[order["_id"]] = order
        except (ValueError, LookupError, TypeError):
            continue
    return list(found.values())


def forget(folder: Path, done: Collection[str]) -> None:
    """Delete the notes of orders that a generation contains; those noted meanwhile stay."""
    orders = noted(folder)
    left = [order for order in orders if order["_id"] not in done]
    if orders and not left:
        (folder / ORDERS).unlink()
