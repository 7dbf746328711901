"""Golden pages: saved pages of a source beside the values that its rules must read from them.

A page is the folder `golden/<source>/**/` with page.html and expected.json, which holds `url`, `captured` (ISO 8601)
and any of the fields of an article. A project has its own in tests/golden, the checkout in tests/extract/golden, and an
installation those of the shipped sources beside them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from newscrawl.errors import ConfigError
from newscrawl.items import Capture, Extraction, Instant
from newscrawl.project import CHECKOUT, PACKAGE, project
from newscrawl.reading import PageReader
from newscrawl.sources.catalogue import folder_of
from newscrawl.sources.folders import SHIPPED, SourceFolder

GOLDEN = PACKAGE / "spiders" / "golden" if CHECKOUT is None else CHECKOUT / "tests" / "extract" / "golden"
OF_THE_EXTRACTION = ("kind", "guid")


@dataclass(frozen=True, slots=True)
class GoldenPage:
    """One golden page, named by its folder below `root`."""

    folder: Path
    root: Path = GOLDEN

    @property
    def name(self) -> str:
        return str(self.folder.relative_to(self.root))

    @property
    def expected(self) -> dict[str, Any]:
        values: dict[str, Any] = json.loads((self.folder / "expected.json").read_text("utf-8"))
        return values

    @property
    def capture(self) -> Capture:
        expected = self.expected
        body = (self.folder / "page.html").read_bytes()
        at = datetime.fromisoformat(expected["captured"])
        return Capture(expected["url"], expected["url"], 200, (("content-type", "text/html"),), body, at)

    def differences(self, reader: PageReader) -> list[str]:
        """Return a line for each field that is read otherwise than expected; none if all are as they must be."""
        capture = self.capture
        extraction = reader.extract(capture)
        reading = reader.normalise(extraction, capture, guid="golden")
        if reading.article is None:
            return [reading.problem]
        lines = []
        for field, value in self.expected.items():
            if field not in ("url", "captured"):
                read = value_of(extraction, reading.article, field)
                if read != value:
                    lines.append(f"{field}: {_where_they_differ(value, read)}")
        return lines


def folder_of_new_pages() -> Path:
    """Return where a project keeps its golden pages; raises ConfigError outside of a project."""
    found = project()
    if found.root is None:
        raise ConfigError(
            "this folder belongs to no project that keeps golden pages; `newscrawl init FOLDER` makes one"
        )
    return GOLDEN if found.is_checkout else found.root / "tests" / "golden"


def golden_pages(source: str) -> list[GoldenPage]:
    """Return the pages of a source: the project's, and those that come with the rules by which it is read."""
    return pages_with(folder_of(source), source)


def pages_with(folder: SourceFolder | None, source: str) -> list[GoldenPage]:
    """Return the pages of a source: the project's, and those that come with a folder of sources."""
    root = project().root
    roots = [root / "tests" / "golden"] if root is not None else []
    if folder is not None and (shipped := _shipped_with(folder)) is not None:
        roots.append(shipped)
    return [GoldenPage(path.parent, root) for root in roots for path in sorted((root / source).rglob("page.html"))]


def _shipped_with(folder: SourceFolder) -> Path | None:
    if folder.origin == SHIPPED:
        return GOLDEN
    return folder.folder / "golden" if isinstance(folder.folder, Path) else None


def value_of(extraction: Extraction, article: Any, field: str) -> Any:
    """Return a field of an article as expected.json states it."""
    value = getattr(extraction if field in OF_THE_EXTRACTION else article, field)
    if isinstance(value, Instant):
        return value.value.isoformat()
    if field == "optional":
        return [f"{each.type}: {each.text}" for each in value]
    return list(value) if isinstance(value, tuple) else value


def _where_they_differ(expected: Any, read: Any) -> str:
    if not isinstance(expected, list) or not isinstance(read, list):
        return f"expected {expected!r}, read {read!r}"
    lines = [f"not read: {each!r}" for each in expected if each not in read]
    lines += [f"read and not expected: {each!r}" for each in read if each not in expected]
    return "; ".join(lines) or "read in another order"
