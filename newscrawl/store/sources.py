"""Source states: what is stored about a source between runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from pymongo import ReturnDocument
from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import SourceState
from newscrawl.store.documents import Document, to_bson

Database = AsyncDatabase[Document]
# The key, a mark that source_schedule alone writes, and sums that ending runs alone add to.
NOT_SAVED = ("source", "set_aside_reason", "totals")
# Stored as pairs: their keys may contain dots, which MongoDB's updates read as paths.
STORED_AS_PAIRS = ("rates", "baselines", "notes", "listings")


async def state(db: Database, source: str) -> SourceState:
    """Return a source's state; of an unknown source, an empty one."""
    return _state(await db.sources.find_one({"_id": source}) or {}, source)


async def states(db: Database) -> dict[str, SourceState]:
    """Return the states of all sources that have one."""
    return {document["_id"]: _state(document, document["_id"]) async for document in db.sources.find()}


def _state(document: Document, source: str) -> SourceState:
    names = [field.name for field in fields(SourceState) if field.name in document]
    values: dict[str, Any] = {name: document[name] for name in names}
    for name in STORED_AS_PAIRS:
        values[name] = dict(values.get(name, ()))
    reason = (document.get("set_aside") or {}).get("reason", "")
    return SourceState(**{**values, "source": source, "set_aside_reason": reason})


async def save(db: Database, state: SourceState, *, only: Sequence[str] = ()) -> None:
    """Store a source's state; with `only` just the named fields."""
    names = [field.name for field in fields(state) if field.name not in NOT_SAVED]
    document = to_bson({name: getattr(state, name) for name in names})
    for name in STORED_AS_PAIRS:
        document[name] = [[key, value] for key, value in document[name].items()]
    if only:
        document = {name: document[name] for name in only}
    await db.sources.update_one({"_id": state.source}, {"$set": document}, upsert=True)


# Rates that were stored as pairs, by other commands or earlier versions, become fields that can be changed one by one.
_RATES_AS_FIELDS: Document = {
    "$set": {
        "rates": {
            "$cond": [{"$isArray": "$rates"}, {"$arrayToObject": "$rates"}, {"$ifNull": ["$rates", {}]}],
        }
    }
}


async def set_rates(db: Database, source: str, rates: Mapping[str, object]) -> None:
    """Replace the named rates of a source; others stay."""
    fields = {f"rates.{name}": {"$literal": value} for name, value in rates.items()}
    await db.sources.update_one({"_id": source}, [_RATES_AS_FIELDS, {"$set": fields}], upsert=True)


async def add_rates(db: Database, source: str, counts: Mapping[str, Sequence[float]]) -> Mapping[str, object]:
    """Add counts to the rates of a source in one atomic write; return the sums."""
    sums = {f"rates.{name}": _sums(f"$rates.{name}", added) for name, added in counts.items()}
    document = await db.sources.find_one_and_update(
        {"_id": source},
        [_RATES_AS_FIELDS, {"$set": sums}],
        upsert=True,
        projection={"rates": 1},
        return_document=ReturnDocument.AFTER,
    )
    return dict((document or {})["rates"])


def _sums(path: str, added: Sequence[float]) -> Document:
    """Return an expression: the counts at `path`, those that are missing as 0, plus the added ones."""
    stored = {"$ifNull": [{"$arrayElemAt": [{"$ifNull": [path, []]}, "$$i"]}, 0.0]}
    return {
        "$map": {
            "input": {"$range": [0, len(added)]},
            "as": "i",
            "in": {"$add": [stored, {"$arrayElemAt": [list(added), "$$i"]}]},
        }
    }
