"""Dumps of archives as text, and how one gets back into a database; needs nothing but pymongo.

A dump is one gzip file of lines {"c": collection, "d": document} in MongoDB's canonical extended JSON, in the order of
collections and keys, so that the same archive is the same file. Indexes are not in it: the store makes them. The note
in `meta` of which ones there are is therefore left out as well; with it the store would believe that it has them.

Lines of `checks` expire 90 days after they were written, also in a restored archive: nothing may count on them.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bson import json_util
from bson.codec_options import CodecOptions
from bson.json_util import CANONICAL_JSON_OPTIONS
from pymongo import ASCENDING
from pymongo.database import Database

Document = dict[str, Any]
_OPTIONS = CANONICAL_JSON_OPTIONS.with_options(tz_aware=True)
_MACHINE = "press.example"
BATCH = 500


def lines(database: Database[Document]) -> Iterator[str]:
    """Yield the lines of a dump; the name of the machine that crawled is told to nobody."""
    database = database.with_options(CodecOptions(tz_aware=True))
    for name in sorted(database.list_collection_names()):
        for document in database[name].find().sort("_id", ASCENDING):
            yield json_util.dumps({"c": name, "d": _told(name, document)}, json_options=_OPTIONS, ensure_ascii=False)


def _told(collection: str, document: Document) -> Document:
    if collection == "meta":
        return {name: value for name, value in document.items() if name != "indexes"}
    if collection in {"runs", "leases"}:
        return {**document, "host": _MACHINE}
    return document


def dump(database: Database[Document], path: Path) -> None:
    text = "".join(f"{line}\n" for line in lines(database))
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def restore(path: Path, database: Database[Document]) -> None:
    """Fill an empty database with a dump; its documents get back every type and the order of their fields."""
    if database.list_collection_names():
        raise ValueError(f"{database.name} is not empty")
    waiting: dict[str, list[Document]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            found = json_util.loads(line, json_options=_OPTIONS)
            waiting.setdefault(found["c"], []).append(found["d"])
    for name, documents in waiting.items():
        for start in range(0, len(documents), BATCH):
            database[name].insert_many(documents[start : start + BATCH])
