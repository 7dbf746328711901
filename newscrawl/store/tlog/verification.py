"""Verification of the log: the tree is computed anew from its entries, and compared with all that was signed of it.

Whoever has the key and the database can forge all of that together. Checkpoints that others kept show it: a tree that
does not begin with theirs was rewritten.
"""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.store import commitments
from newscrawl.store.documents import Document
from newscrawl.store.retries import RetryingSession, with_retries
from newscrawl.store.tlog import tree
from newscrawl.store.tlog.report import KeptCheckpoint, LogReport, check_kept, check_stored
from newscrawl.store.tlog.state import LogState, state
from newscrawl.store.version_documents import UNLOGGED
from newscrawl.tlog import (
    BadNote,
    is_version_entry,
    keys_of,
    version_entry,
)
from newscrawl.tlog import merkle as trees
from newscrawl.tlog.merkle import leaf_hash
from newscrawl.tlog.tiles import ENTRIES, HASH_BYTES, WIDTH, folded, path, sizes, split

Database = AsyncDatabase[Document]
PAGE = 1_000  # documents of one query


async def verify_log(session: RetryingSession, db: Database, kept: Sequence[KeptCheckpoint] = ()) -> LogReport:
    """Verify the log, and that it is the one of which these checkpoints were kept."""
    report = LogReport()
    # Before the state: what is appended meanwhile is left out.
    stored = {each["_id"] async for each in _each(session, db.tlog_checkpoints, {}, 0, {"_id": 1})}
    seen = await with_retries(session, lambda: state(db))
    if seen is None:
        report.problems += [f"{each.name}: this archive has no log" for each in kept]
        return report
    wanted = stored | {each.checkpoint.size for each in kept} | {seen.size}
    roots, keys = await _computed(session, db, seen, wanted, report)
    known = [key.key for key in keys]
    if [str(key) for key in known] != list(seen.keys):
        report.add("the log's keys are not those that its entries state")
    async for document in _each(session, db.tlog_checkpoints, {}, 0, {"note": 1}):
        if document["_id"] in stored:
            check_stored(document, seen, roots, known, report)
    check_kept(kept, seen, roots, known, report)
    report.checkpoints = len(stored)
    await _note_missing(session, db, seen, report)
    return report


async def _computed(
    session: RetryingSession, db: Database, seen: LogState, wanted: set[int], report: LogReport
) -> tuple[dict[int, bytes], list[Any]]:
    """Return the roots over the first entries, for the sizes that are wanted, and the keys that the entries state."""
    roots: dict[int, bytes] = {0: trees.EMPTY_ROOT}
    spine: list[tuple[int, bytes]] = []  # complete subtrees so far, by height
    about_keys: list[tuple[int, bytes]] = []
    async for start, entries, leaves in _bundles(session, db, seen.size, report):
        for index, entry in enumerate(entries, start):
            spine.append((0, leaf_hash(entry)))
            while len(spine) > 1 and spine[-1][0] == spine[-2][0]:
                (height, left), (_, right) = spine[-2:]
                spine[-2:] = [(height + 1, trees.node_hash(left, right))]
            if index + 1 in wanted:
                roots[index + 1] = _root([each for _, each in spine])
        about_keys += [(at, each) for at, each in enumerate(entries, start) if not is_version_entry(each)]
        await _check_entries(session, db, start, entries, leaves, report)
        report.entries += len(entries)
    await _check_upper_tiles(session, db, seen.size, report)
    try:
        return roots, keys_of(about_keys)
    except BadNote as error:
        report.add(str(error))
        return roots, []


def _root(subtrees: list[bytes]) -> bytes:
    total = subtrees[-1]
    for left in reversed(subtrees[:-1]):
        total = trees.node_hash(left, total)
    return total


async def _bundles(
    session: RetryingSession, db: Database, size: int, report: LogReport
) -> AsyncIterator[tuple[int, list[bytes], dict[int, Document]]]:
    """Yield the entries bundle by bundle, with what is stored of each by its index, up to where one lacks."""
    for start in range(0, size, WIDTH):
        index, width = start // WIDTH, min(WIDTH, size - start)
        entries, tile, leaves = await with_retries(session, lambda: _read_bundle(db, index, width))  # noqa: B023
        if entries is None:
            report.add(f"{path(ENTRIES, index, width)}: entries are missing, so that nothing behind is verified")
            return
        if tile != [leaf_hash(entry) for entry in entries]:
            report.add(f"{path(0, index, width)} has not the hashes of its entries")
        yield start, entries, leaves


async def _read_bundle(
    db: Database, index: int, width: int
) -> tuple[list[bytes] | None, list[bytes], dict[int, Document]]:
    entries = await tree.bundle(db, index, width)
    hashes = split((await tree.read(db, [(0, index)])).get((0, index), b"")[: width * HASH_BYTES])
    within = {"index": {"$gte": index * WIDTH, "$lt": index * WIDTH + width}}
    return entries, hashes, {leaf["index"]: leaf async for leaf in db.tlog_leaves.find(within)}


async def _check_upper_tiles(session: RetryingSession, db: Database, size: int, report: LogReport) -> None:
    """Compare the tiles above the leaves' with those below, which were found right."""
    for level, count in sizes(size)[1:]:
        for index in range(-(-count // WIDTH)):
            width = min(WIDTH, count - index * WIDTH)
            below = [(level - 1, index * WIDTH + at) for at in range(width)]
            found = await with_retries(session, lambda: tree.read(db, [(level, index), *below]))  # noqa: B023
            rows = [split(found.get(tile, b"")) for tile in below]
            right = [folded(row[:WIDTH]) if len(row) >= WIDTH else b"" for row in rows]
            if split(found.get((level, index), b""))[:width] != right:
                report.add(f"{path(level, index, width)} has not the hashes of the tiles below it")


async def _check_entries(
    session: RetryingSession,
    db: Database,
    start: int,
    entries: Sequence[bytes],
    leaves: Mapping[int, Document],
    report: LogReport,
) -> None:
    """Compare the entries of a bundle with the versions that they commit to."""
    ids = [leaf["_id"] for leaf in leaves.values()]
    versions = await with_retries(session, lambda: _versions(db, ids))
    for index, entry in enumerate(entries, start):
        if not is_version_entry(entry):
            continue
        leaf = leaves.get(index)
        version = versions.get(leaf["_id"]) if leaf else None
        if leaf is None or version is None:
            what = leaf["_id"] if leaf else "a version"
            report.add_of_entry(f"entry {index} of the log is of {what}, which is missing")
        elif not _is_committed(entry, version, bytes(leaf.get("blind", b""))):
            report.add_of_entry(f"entry {index} of the log is of another content of {leaf['_id']}")


async def _versions(db: Database, ids: Sequence[str]) -> dict[str, Document]:
    fields = dict.fromkeys(("chain", "capture", "salt", "salts", "erased"), 1)
    return {version["_id"]: version async for version in db.versions.find({"_id": {"$in": ids}}, fields)}


def _is_committed(entry: bytes, version: Mapping[str, Any], blind: bytes) -> bool:
    """Return whether an entry commits to a version, as far as an erasure has left it to be computed."""
    chain, capture = entry.decode("ascii", "replace").split("\n")[1:3]
    if not commitments.is_salted(version):
        if not blind:  # deleted with what was erased
            return bool(version.get("erased"))
        return hmac.compare_digest(entry, version_entry(version["chain"], None, blinded_by=blind))
    own = commitments.capture_digest(version)
    is_erased = own is None and bool(version.get("erased"))
    return chain == version["chain"] and (is_erased or capture == (own or "-"))


async def _note_missing(session: RetryingSession, db: Database, seen: LogState, report: LogReport) -> None:
    """Say which versions are not in the log: marked ones wait for it, others were recorded by an older newscrawl."""
    waiting = await with_retries(session, lambda: db.versions.count_documents({UNLOGGED: True}))
    if waiting:
        report.notes.append(f"{waiting} versions are not in the log yet")
    if seen.walked_to is not None or seen.batch is not None:
        report.notes.append("older versions are still being appended to the log")
        return
    page: list[str] = []
    async for version in _each(session, db.versions, {UNLOGGED: {"$ne": True}}, "", {"_id": 1}):
        page.append(version["_id"])
        if len(page) == PAGE:
            await _add_missing(session, db, page, report)
            page = []
    await _add_missing(session, db, page, report)


async def _add_missing(session: RetryingSession, db: Database, ids: Sequence[str], report: LogReport) -> None:
    known = {
        leaf["_id"]
        for leaf in await with_retries(
            session, lambda: db.tlog_leaves.find({"_id": {"$in": list(ids)}}, {"_id": 1}).to_list()
        )
    }
    for key in ids:
        if key not in known:
            report.add_of_entry(f"version {key} is missing in the log; `newscrawl log append --all` appends it")


async def _each(
    session: RetryingSession, collection: AsyncCollection[Document], query: Document, least: Any, fields: Document
) -> AsyncIterator[Document]:
    """Yield documents in the order of their ids, from above `least`: by queries that each take no time."""
    while True:
        bounded = {**query, "_id": {"$gt": least}}
        found = collection.find(bounded, fields).sort("_id", 1).limit(PAGE)
        page = await with_retries(session, found.clone().to_list)
        for document in page:
            yield document
        if len(page) < PAGE:
            return
        least = page[-1]["_id"]
