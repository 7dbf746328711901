"""The tree of the log as tiles and bundles: read for roots and proofs, and extended.

A tile only ever gets longer: a writer that was overtaken replaces no longer one with a shorter one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from newscrawl.store.documents import Document
from newscrawl.tlog import merkle, tiles
from newscrawl.tlog.merkle import Part
from newscrawl.tlog.tiles import ENTRIES, HASH_BYTES, WIDTH, Tile

Database = AsyncDatabase[Document]


def tile_id(level: int | str, index: int) -> str:
    return f"{level}:{index}"


async def read(db: Database, wanted: Collection[Tile]) -> dict[Tile, bytes]:
    """Return the tiles that are there, as long as they are."""
    ids = {tile_id(*tile): tile for tile in wanted}
    found = db.tlog_tiles.find({"_id": {"$in": list(ids)}}, limit=max(1, len(ids)))
    return {ids[document["_id"]]: bytes(document["data"]) async for document in found}


async def tile(db: Database, level: int, index: int, width: int) -> bytes | None:
    """Return a tile of a width; None if there is none that wide."""
    data = (await read(db, [(level, index)])).get((level, index), b"")[: width * HASH_BYTES]
    return data if len(data) == width * HASH_BYTES else None


async def bundle(db: Database, index: int, width: int) -> list[bytes] | None:
    """Return the first entries of a bundle; None if there is none that long."""
    document = await db.tlog_tiles.find_one({"_id": tile_id(ENTRIES, index)})
    entries = list(tiles.entries_of(bytes(document["data"]))) if document else []
    return entries[:width] if len(entries) >= width else None


async def entry(db: Database, index: int) -> bytes | None:
    """Return one entry; None if there is none with this index."""
    found = await bundle(db, index // WIDTH, index % WIDTH + 1)
    return found[-1] if found else None


async def hashes(db: Database, parts: Sequence[Part]) -> list[bytes]:
    """Return the hashes of parts of the tree; raises ValueError if tiles are missing or too short."""
    found = await read(db, set().union(*map(tiles.tiles_of, parts)))
    return [merkle.root(part, lambda node: tiles.hash_of(found, node)) for part in parts]


async def root(db: Database, size: int) -> bytes:
    """Return the root over the first entries; raises ValueError if tiles are missing or too short."""
    return (await hashes(db, [(0, size)]))[0]


async def inclusion(db: Database, index: int, size: int) -> list[bytes]:
    """Return the proof that the tree of a size has an entry."""
    return await hashes(db, merkle.inclusion_parts(index, size))


async def consistency(db: Database, old: int, new: int) -> list[bytes]:
    """Return the proof that the tree of one size begins with that of another."""
    return await hashes(db, merkle.consistency_parts(old, new))


async def extend(db: Database, size: int, entries: Sequence[bytes]) -> None:
    """Write bundles and tiles of a tree of `size` with these entries behind it; once more changes nothing."""
    await _write_bundles(db, size, entries)
    last = {level: count // WIDTH for level, count in tiles.sizes(size) if count % WIDTH}
    partial = await read(db, list(last.items()))
    changed = tiles.extended(size, [merkle.leaf_hash(each) for each in entries], {t[0]: v for t, v in partial.items()})
    for (level, index), data in sorted(changed.items()):
        await _write(db, tile_id(level, index), len(data) // HASH_BYTES, data)


async def _write_bundles(db: Database, size: int, entries: Sequence[bytes]) -> None:
    first, before = divmod(size, WIDTH)
    rows = [*(await bundle(db, first, before) or ()), *entries] if before else list(entries)
    if len(rows) != before + len(entries):
        raise ValueError(f"{tiles.path(ENTRIES, first, before)} has too few entries")
    for start in range(0, len(rows), WIDTH):
        row = rows[start : start + WIDTH]
        await _write(db, tile_id(ENTRIES, first + start // WIDTH), len(row), tiles.bundle(row))


async def _write(db: Database, key: str, width: int, data: bytes) -> None:
    document = {"_id": key, "width": width, "data": data}
    try:
        await db.tlog_tiles.replace_one({"_id": key, "width": {"$lt": width}}, document, upsert=True)
    except DuplicateKeyError:
        return  # it is there, at least as wide
