"""Lists of captures (CDX, CDXJ) that lie beside their WARC files: which records of which files they name."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path, PureWindowsPath

LIST_SUFFIXES = (".cdx", ".cdxj", ".cdx.gz", ".cdxj.gz")
_MAX_LINE = 1 << 20
_FIRST_LINE = re.compile(r"CDX([\s|,;])")  # the sign that separates fields is each file's own
JSON_BEHIND = re.compile(r"(?:^|\s)(\{.*)", re.DOTALL)  # braces of an address are within a word
_OFFSET, _FILE = "V", "g"  # the letters of these fields in the first line of a CDX file
# The fields of files without such a line, by how many there are.
_USUAL = {len(letters): list(letters) for letters in ("NbamskrVg", "NbamskrMVg", "NbamskrMSVg")}


def listed_records(path: Path, on_fault: Callable[[str], None]) -> dict[Path, list[int]]:
    """Return the offsets that a list names, by file. Files are sought in its folder, and nowhere above it."""
    found: defaultdict[Path, set[int]] = defaultdict(set)
    letters: list[str] = []
    separator: str | None = None
    folder = path.parent.resolve()
    try:
        with gzip.open(path, "rb") if path.name.endswith(".gz") else path.open("rb") as file:
            number = 0
            while line := file.readline(_MAX_LINE):
                number += 1
                text = line.decode("utf-8", "replace").removeprefix("\ufeff").strip().lstrip("|,;")
                if first := _FIRST_LINE.match(text):
                    separator = first[1] if not first[1].isspace() else None
                    letters = text.split(separator)[1:]
                elif text and not text.startswith("!"):
                    try:
                        name, offset = _named(text, letters, separator)
                        found[_within(folder, name, offset)].add(offset)
                    except (ValueError, LookupError, TypeError, OverflowError, RecursionError) as error:
                        on_fault(f"{path.name}, line {number}: names no record: {str(error)[:200]}")
    except (OSError, EOFError, zlib.error) as error:
        on_fault(f"{path}: cannot be read to its end: {error}")
    return {file: sorted(offsets) for file, offsets in sorted(found.items())}


def _named(text: str, letters: list[str], separator: str | None) -> tuple[str, int]:
    """Return the file and the offset of a line; raises ValueError, LookupError or TypeError."""
    if stated := JSON_BEHIND.search(text):
        fields = json.loads(stated[1])
        return str(fields["filename"]), int(fields["offset"])
    values = text.split(separator)
    letters = letters or _USUAL.get(len(values), [])
    if not letters:
        raise ValueError("there is no first line that names the fields")
    return values[letters.index(_FILE)], int(values[letters.index(_OFFSET)])


def _within(folder: Path, name: str, offset: int) -> Path:
    for candidate in (folder / name, folder / PureWindowsPath(name).name):  # whose separators are those of all systems
        found = candidate.resolve()
        if found.is_relative_to(folder) and found.is_file():
            if not 0 <= offset < found.stat().st_size:
                raise ValueError(f"{name!r} has no byte {offset}")
            return found
    raise ValueError(f"{name!r} is no file below the folder of the list")
