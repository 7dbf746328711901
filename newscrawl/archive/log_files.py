"""The transparency log as files, laid out as C2SP tlog-tiles says, so that any web server can serve them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from newscrawl.errors import ConfigError
from newscrawl.store.reader import Reader
from newscrawl.tlog import BadNote, evidence_check, parse_checkpoint
from newscrawl.tlog import merkle as trees
from newscrawl.tlog.tiles import ENTRIES, HEIGHT, WIDTH, hash_of, path, sizes, tiles_of


@dataclass(frozen=True, slots=True)
class Written:
    """What an export wrote: files that were not there, and the size of the log."""

    files: int
    size: int


async def export_log(reader: Reader, folder: Path) -> Written:
    """Write what is not there yet, the checkpoint last; raises ConfigError if the folder has another log.

    Full tiles are never written again; partial ones are kept for those who have an older checkpoint.
    """
    newest = await reader.log.checkpoint()
    state = await reader.log.state()
    await _require_same(reader, folder / "checkpoint", newest.note)
    written = 0
    levels: list[tuple[int | str, int]] = [*sizes(newest.size), (ENTRIES, newest.size)]
    for level, count in levels:
        for index in range(-(-count // WIDTH)):
            width = min(WIDTH, count - index * WIDTH)
            target = folder / path(level, index, width)
            if target.exists():
                continue
            if isinstance(level, int):
                data = await reader.log.tile(level, index, width)
            else:
                data = await reader.log.bundle(index, width)
            _write(target, data)
            written += 1
    _write(folder / "key", "".join(f"{key}\n" for key in reversed(state.keys)).encode())
    shutil.copyfile(evidence_check.__file__, folder / "evidence_check.py")
    if newest.stamp is not None:
        _write(folder / "checkpoint.tsr", newest.stamp)
    _write(folder / "checkpoint", newest.note.encode())
    return Written(written, newest.size)


async def _require_same(reader: Reader, file: Path, note: str) -> None:
    """Raise ConfigError unless the log begins with the one whose checkpoint is in the folder."""
    if file.parent.exists() and not file.parent.is_dir():
        raise ConfigError(f"{file.parent} is a file, not a folder")
    if not file.exists():
        return
    new = parse_checkpoint(note)
    try:
        old = parse_checkpoint(file.read_text("utf-8"))
    except (BadNote, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: {error}; choose an empty folder") from error
    if old.origin != new.origin or old.size > new.size or await _root(reader, old.size) != old.root:
        raise ConfigError(f"{file} is of {old.size} entries of {old.origin}, with which this log does not begin")


async def _root(reader: Reader, size: int) -> bytes:
    part = (0, size)
    tiles = {}
    for level, index in tiles_of(part):
        count = size >> (HEIGHT * level)
        tiles[level, index] = await reader.log.tile(level, index, min(WIDTH, count - index * WIDTH))
    return trees.root(part, lambda node: hash_of(tiles, node))


def _write(target: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    part.write_bytes(data)
    part.replace(target)
