"""Try a page without recording it: which article would be recorded, and which rule gave each field."""

from __future__ import annotations

from dataclasses import dataclass

from newscrawl.bounded_reading import read_page
from newscrawl.items import Article, Capture, Extraction
from newscrawl.reading import PageReader


@dataclass(frozen=True, slots=True)
class TriedPage:
    """A page and the article it would be recorded as; None if it would be quarantined, for the reason `problem`."""

    capture: Capture
    extraction: Extraction
    article: Article | None
    problem: str = ""


async def try_page(capture: Capture, reader: PageReader) -> TriedPage:
    reading = await read_page(reader, capture, guid=capture.final_uri)
    return TriedPage(capture, reading.extraction, reading.article, reading.problem)
