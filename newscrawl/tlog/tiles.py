"""Tiles of C2SP tlog-tiles: 256 hashes of one level each, their paths, and bundles of entries. Pure.

A tile of level 0 has the hashes of leaves; one of a higher level those of full tiles of the level below.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from newscrawl.tlog.merkle import Node, Part, node_hash, nodes

HEIGHT = 8
WIDTH = 1 << HEIGHT
HASH_BYTES = 32
MAX_ENTRY_BYTES = 0xFFFF
ENTRIES = "entries"  # in a path, in the place of the level
Tile = tuple[int, int]  # level and index


def path(level: int | str, index: int, width: int = WIDTH) -> str:
    """Return the path of a tile, or with `ENTRIES` as the level of a bundle, below the log's prefix."""
    digits = f"{index:d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[start : start + 3] for start in range(0, len(digits), 3)]
    name = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
    return f"tile/{level}/{name}" + (f".p/{width}" if width < WIDTH else "")


def parse_index(text: str) -> tuple[int, int] | None:
    """Return index and width of what stands in a path behind the level; None for what no path has."""
    name, _, partial = text.partition(".p/")
    if text != name and not (partial.isascii() and partial.isdecimal()):
        return None
    digits = name.replace("/x", "").replace("/", "").removeprefix("x")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 18:
        return None
    index, width = int(digits), int(partial) if partial else WIDTH
    return (index, width) if 0 < width <= WIDTH and path(0, index, width) == f"tile/0/{text}" else None


def sizes(size: int) -> list[tuple[int, int]]:
    """Return of a tree the number of hashes at each level of tiles, as (level, hashes), lowest first."""
    found = []
    level = 0
    while size:
        found.append((level, size))
        size, level = size >> HEIGHT, level + 1
    return found


def tiles_of(part: Part) -> set[Tile]:
    """Return the tiles that the hash of a part of a tree is computed from."""
    return {_tile_of(node) for node in nodes(part)}


def hash_of(tiles: Mapping[Tile, bytes], node: Node) -> bytes:
    """Return the hash of a complete subtree from the tile that it is in.

    Raises ValueError if that has fewer hashes than the subtree needs.
    """
    height, index = node
    rest = height % HEIGHT
    first = (index << rest) % WIDTH
    tile = _tile_of(node)
    hashes = split(tiles.get(tile, b""))[first : first + (1 << rest)]
    if len(hashes) < 1 << rest:
        raise ValueError(f"{path(*tile)} has too few hashes")
    return folded(hashes)


def _tile_of(node: Node) -> Tile:
    height, index = node
    level, rest = divmod(height, HEIGHT)
    return level, (index << rest) >> HEIGHT


def split(tile: bytes) -> list[bytes]:
    """Return the hashes of a tile."""
    return [tile[start : start + HASH_BYTES] for start in range(0, len(tile), HASH_BYTES)]


def folded(hashes: Sequence[bytes]) -> bytes:
    """Return the root over a power of two of hashes."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]


def extended(size: int, hashes: Sequence[bytes], partial: Mapping[int, bytes]) -> dict[Tile, bytes]:
    """Return the tiles that change when hashes of leaves are appended to a tree of `size`.

    `partial` has the last tile of each level, where it is not full; they may be longer than the tree needs, as when the
    append was begun before.
    """
    changed: dict[Tile, bytes] = {}
    level, new = 0, list(hashes)
    while new:
        index, before = divmod(size, WIDTH)
        row = split(partial.get(level, b""))[:before]
        if len(row) < before:
            raise ValueError(f"{path(level, index, before)} has too few hashes")
        row += new
        new = []
        for start in range(0, len(row), WIDTH):
            hashes_of_tile = row[start : start + WIDTH]
            changed[level, index + start // WIDTH] = b"".join(hashes_of_tile)
            if len(hashes_of_tile) == WIDTH:
                new.append(folded(hashes_of_tile))
        size, level = size >> HEIGHT, level + 1
    return changed


def bundle(entries: Iterable[bytes]) -> bytes:
    """Return entries as a bundle: each behind its length of two bytes."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def entries_of(data: bytes) -> Iterator[bytes]:
    """Yield the entries of a bundle; raises ValueError where it breaks off."""
    at = 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end > len(data):
            raise ValueError("a bundle of entries breaks off")
        yield data[at + 2 : end]
        at = end
