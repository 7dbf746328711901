"""A page tried without recording it: what would be recorded, and which rule gave what."""

from __future__ import annotations

from dataclasses import dataclass

from newscrawl.items import Article, Capture, Extraction
from newscrawl.reading import PageReader


@dataclass(frozen=True, slots=True)
class TriedPage:
    """What one page would be recorded as; `article` None: it would be quarantined, `problem` says why."""

    capture: Capture
    extraction: Extraction
    article: Article | None
    problem: str = ""


def try_page(capture: Capture, reader: PageReader) -> TriedPage:
    reading = reader.read(capture, guid=capture.final_uri)
    return TriedPage(capture, reading.extraction, reading.article, reading.problem)
