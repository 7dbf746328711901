"""Which files of a project's own spiders are sources: it may have spiders of other kinds beside them."""

from __future__ import annotations

import re
import zipfile
from functools import lru_cache
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath

_IMPORT = re.compile(r"^[ \t]*+(?:from|import)[ \t]++(\S++)(?:[ \t]++import[ \t]++(\w++))?", re.M)


def edited_at(file: Traversable) -> int:
    """Return when a file was edited, in nanoseconds; 0 if it is not there, or in an archive, which nobody edits."""
    return file.stat().st_mtime_ns if isinstance(file, Path) and file.is_file() else 0


def is_of_source(file: Traversable) -> bool:
    """Return whether a file imports newscrawl, or a file beside it that does.

    Nothing is loaded for that. A file that cannot be read is taken for a source's: its crawl says what is wrong.
    """
    seen: set[str] = set()
    waiting = [file]
    while waiting:
        each = waiting.pop()
        imported = _imports_of(each)
        if imported is None or any(module.partition(".")[0] == "newscrawl" for module, _ in imported):
            return True
        seen.add(each.name)
        waiting += [one for one in _files_beside(each, imported) if one.name not in seen]
    return False


def _imports_of(file: Traversable) -> tuple[tuple[str, str], ...] | None:
    return _read(file, edited_at(file)) if isinstance(file, Path) else _imports_in(file)


@lru_cache(maxsize=4096)
def _read(file: Path, edited: int) -> tuple[tuple[str, str], ...] | None:
    return _imports_in(file)


def _imports_in(file: Traversable) -> tuple[tuple[str, str], ...] | None:
    """Return the imports of a file, each as module and first name; None if it cannot be read."""
    try:
        return tuple(_IMPORT.findall(file.read_bytes().decode("utf-8")))
    except (OSError, UnicodeDecodeError):
        return None


def _files_beside(file: Traversable, imported: tuple[tuple[str, str], ...]) -> list[Traversable]:
    """Return the files of the same folder that a file imports."""
    if not isinstance(file, Path | zipfile.Path):
        return []
    stems = [module.rpartition(".")[2] or name for module, name in imported if "." in module]
    folder: Traversable = file.parent if isinstance(file, Path) else _folder_in_archive(file)
    found = [folder.joinpath(f"{stem}.py") for stem in stems]
    return [each for each in found if each.is_file()]


def _folder_in_archive(file: zipfile.Path) -> zipfile.Path:
    return zipfile.Path(file.root, f"{PurePosixPath(file.at).parent}/")
