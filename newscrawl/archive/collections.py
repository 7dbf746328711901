"""Collections of captures: WARC and ARC files, folders and patterns of them, lists of captures, WACZ packages."""

from __future__ import annotations

import glob
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from newscrawl.archive.capture_lists import LIST_SUFFIXES, listed_records
from newscrawl.errors import ConfigError

WARC_SUFFIXES = (".warc", ".warc.gz", ".arc", ".arc.gz")
SUFFIXES = (*WARC_SUFFIXES, ".wacz")
MAX_ENTRY_BYTES = 64 * 2**30  # of a file within a package, which is copied to disk
MAX_RATIO = 100  # of a packed entry; WARC files that are packed already gain nothing, others a tenth
_CHUNK = 1 << 20
# By which zipfile says that a package, or an entry in whatever packing, is damaged; ValueError of names, too.
_DAMAGES = (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, zlib.error, lzma.LZMAError)


@dataclass(frozen=True, slots=True)
class CollectionFile:
    """A file to read, and the name that captures of it are kept with."""

    path: Path
    name: str
    offsets: Sequence[int] | None = None  # of the records that a list names; None: all


def collection_files(paths: Sequence[str], folder: Path, on_fault: Callable[[str], None]) -> Iterator[CollectionFile]:
    """Yield the files behind paths in the order of their names; what packages hold is copied into `folder`.

    Raises ConfigError for a path behind which there is nothing to import; `on_fault` gets what cannot be unpacked.
    """
    for number, path in enumerate(sorted({found for text in paths for found in _found(text)})):
        if path.name.lower().endswith(".wacz"):
            yield from _unpacked(path, folder / str(number), on_fault)
        elif path.name.lower().endswith(LIST_SUFFIXES):
            for file, offsets in listed_records(path, on_fault).items():
                yield CollectionFile(file, file.name, offsets)
        else:
            yield CollectionFile(path, path.name)


def _found(text: str) -> list[Path]:
    path = Path(text)
    if path.is_dir():
        found = [file for file in path.rglob("*") if file.name.lower().endswith(SUFFIXES) and file.is_file()]
    elif path.exists():
        return [path]
    else:
        found = [Path(name) for name in glob.glob(text, recursive=True) if Path(name).is_file()]  # noqa: PTH207 – absolute ones too
    if not found:
        raise ConfigError(f"{text}: no file whose name ends in {', '.join(SUFFIXES)}; name a file, folder or pattern")
    return found


def _unpacked(path: Path, folder: Path, on_fault: Callable[[str], None]) -> Iterator[CollectionFile]:
    """Yield the WARC files of a package. Their names within it lead nowhere: each copy has a name of ours."""
    try:
        with zipfile.ZipFile(path) as package:
            entries = sorted(package.infolist(), key=lambda each: each.filename)
            if fault := _without_captures(entries):
                on_fault(f"{path}: {fault}")
            for number, entry in enumerate(entries):
                if not entry.filename.lower().endswith(WARC_SUFFIXES):
                    continue
                if fault := _fault_of(entry):
                    on_fault(f"{path}: {entry.filename[:200]!r} was left out: {fault}")
                    continue
                folder.mkdir(parents=True, exist_ok=True)
                copy = folder / f"{number}{''.join(PurePosixPath(entry.filename).suffixes[-2:])}"
                with copy.open("wb") as file:
                    try:
                        with package.open(entry) as packed:
                            _copy(packed, file, entry.file_size)
                    except _DAMAGES as error:
                        on_fault(f"{path}: {entry.filename!r} cannot be read to its end: {error}")
                yield CollectionFile(copy, f"{path.name}!{entry.filename}")
    except _DAMAGES as error:
        on_fault(f"{path}: is no readable package: {error}")


def _without_captures(entries: Sequence[zipfile.ZipInfo]) -> str:
    """Return why nothing of a package can be imported; nothing if something can."""
    names = [entry.filename.lower() for entry in entries]
    if any(name.endswith(WARC_SUFFIXES) for name in names):
        return ""
    if any(name.endswith(".wacz") for name in names):
        return "holds packages in place of captures: unpack it, and import those"
    return f"holds no captures: no file whose name ends in {', '.join(WARC_SUFFIXES)}"


def _fault_of(entry: zipfile.ZipInfo) -> str:
    name = PurePosixPath(entry.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts:
        return "its name leads out of the package"
    if entry.flag_bits & 1:
        return "it is encrypted"
    if entry.file_size > MAX_ENTRY_BYTES or entry.file_size > MAX_RATIO * max(entry.compress_size, 1 << 20):
        return f"{entry.file_size} bytes are packed in {entry.compress_size}"
    return ""


def _copy(packed: IO[bytes], file: IO[bytes], stated: int) -> None:
    """Copy an entry; raises ValueError if it is longer than it states."""
    copied = 0
    while part := packed.read(_CHUNK):
        copied += len(part)
        if copied > stated:
            raise ValueError("it is longer than it states")
        file.write(part)
