"""The page of the data model: each collection with its fields, and with the indexes and lifetimes that the code makes."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pymongo import IndexModel

from docs.reference.tables import code, page, table
from newscrawl.config import PREFIX, Config
from newscrawl.store import lifetimes
from newscrawl.store.indexes import all_indexes
from newscrawl.store.lifetimes import DAY_SECONDS
from newscrawl.store.migrations import SCHEMA
from newscrawl.store.shard_keys import SHARDED

STATED = Path(__file__).with_name("data_model.toml")
INTRODUCTION = """
What newscrawl stores in MongoDB: {count} collections of the database `NEWSCRAWL_MONGO_DATABASE`, in generation {schema} of the schema. Only
newscrawl writes there. For programs the [JSON API](reference-api.md) and [exports](json.md) are the way in: their words stay, while
collections may change from release to release, and are migrated then. How long things are kept, and why, is on the page
[retention](retention.md); what an order deletes for good, on [erasure](erasure.md).

Dates are in UTC, to the millisecond. A field that is missing is empty, `false`, 0 or null. `x[].y` is the field `y` of each element of the list
`x`, and `x.*` any field of `x`. Digests are SHA-256 in hex unless it says otherwise.
"""


@dataclass(frozen=True, slots=True)
class StoredField:
    """A field as the page describes it; `kind` is a type, or several with “or” between them."""

    path: str
    kind: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Collection:
    name: str
    what: str
    erased: str
    kept: str
    fields: tuple[StoredField, ...]


def collections() -> dict[str, Collection]:
    """Return the collections as data_model.toml describes them."""
    stated = tomllib.loads(STATED.read_text("utf-8"))
    return {name: _collection(name, values) for name, values in stated.items()}


def _collection(name: str, values: Mapping[str, str]) -> Collection:
    lines = [line.split(" | ", 2) for line in values["fields"].strip().splitlines()]
    fields = tuple(StoredField(*map(str.strip, line)) for line in lines)
    return Collection(name, values["what"], values["erased"], values["kept"], fields)


def text() -> str:
    found = collections()
    if missing := set(all_indexes()) - set(found):
        raise KeyError(f"collections that {STATED.name} does not describe: {sorted(missing)}")
    overview = table(
        ("collection", "what it holds"),
        ((f"[{name}](#{name.replace('_', '-')})", each.what) for name, each in found.items()),
    )
    return page(
        "Data model",
        "docs/reference/data_model.toml",
        INTRODUCTION.format(count=len(found), schema=SCHEMA),
        overview,
        *map(_section, found.values()),
    )


def _section(collection: Collection) -> str:
    kept = "; ".join(_lifetimes(collection.name))
    parts = [
        f"## {collection.name}",
        collection.what,
        f"**Kept:** {collection.kept}{f' It expires {kept}.' if kept else ''} **Erased:** {collection.erased}",
        table(("field", "type", "meaning"), ((code(each.path), each.kind, each.meaning) for each in collection.fields)),
    ]
    indexes = all_indexes().get(collection.name, [])
    if indexes:
        parts += ["Indexes:", table(("keys", "kind"), map(_index, indexes))]
    if collection.name in SHARDED:
        parts.append("In a sharded cluster it is spread by `_id` ([scaling](scaling.md#larger-than-one-server)).")
    return "\n\n".join(parts)


def _index(index: IndexModel) -> tuple[str, str]:
    document = index.document
    keys = ", ".join(f"{code(name)}{' ↓' if order == -1 else ''}" for name, order in document["key"].items())
    kinds = [word for word in ("unique", "sparse") if document.get(word)]
    if only := document.get("partialFilterExpression"):
        kinds.append("where " + " and ".join(f"{code(name)} {_condition(value)}" for name, value in only.items()))
    if "expireAfterSeconds" in document:
        kinds.append("documents expire by it")
    return keys, ", ".join(kinds)


def _condition(value: Any) -> str:
    return "is there" if isinstance(value, Mapping) else f"is {code(str(value).lower())}"


def _lifetimes(name: str) -> Iterator[str]:
    """Yield after which time documents expire, and by which field: fixed ones, and those of the configuration."""
    for index in all_indexes().get(name, []):
        if "expireAfterSeconds" in index.document:
            (field,) = index.document["key"]
            days = index.document["expireAfterSeconds"] / DAY_SECONDS
            yield f"{days:g} day{'' if days == 1 else 's'} after {code(field)}" if days else f"at {code(field)}"
    if name in lifetimes.FIELDS:
        yield f"{code(PREFIX + name.upper() + '_KEEP_DAYS')} days ({lifetimes.of(Config())[name]}) after {code(lifetimes.FIELDS[name])}"
