"""Golden pages: saved pages of a source beside the values that its rules must read from them.

A page is the folder `tests/extract/golden/<source>/**/` with page.html and expected.json, which holds `url`, `captured`
(ISO 8601) and any of the fields of an article.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from newscrawl.config import PROJECT_ROOT
from newscrawl.items import Capture, Extraction, Instant
from newscrawl.reading import PageReader

GOLDEN = PROJECT_ROOT / "tests" / "extract" / "golden"
OF_THE_EXTRACTION = ("kind", "guid")


@dataclass(frozen=True, slots=True)
class GoldenPage:
    """One golden page, named by its folder."""

    folder: Path

    @property
    def name(self) -> str:
        return str(self.folder.relative_to(GOLDEN))

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


def golden_pages(source: str) -> list[GoldenPage]:
    return [GoldenPage(path.parent) for path in sorted((GOLDEN / source).rglob("page.html"))]


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
