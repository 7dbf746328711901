"""Reading a page: extract, decide its kind, normalise. The only place where the three meet.

The pipeline, the baseline of a comparison, re-extraction, probing and evaluation all read through it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from newscrawl.errors import ExtractionError
from newscrawl.extract import Rules, extract, stamp
from newscrawl.items import Article, Capture, Extraction, PageKind, Source
from newscrawl.normalize import article

_stamp = lru_cache(maxsize=1024)(stamp)


@dataclass(frozen=True, slots=True)
class PageReading:
    """What one page says: as found, and normalised (None where it is no readable article; `problem` says why)."""

    extraction: Extraction
    article: Article | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PageReader:
    """How the pages of one source are read: its facts and its layouts, newest first; without any, generically."""

    source: Source
    layouts: tuple[type[Rules], ...] = ()

    @classmethod
    def of(cls, source: Source, layouts: Sequence[type[Rules]] = ()) -> PageReader:
        return cls(source, tuple(layouts))

    @property
    def rules_stamp(self) -> str:
        """Fingerprint of the rules and of all that decides what they read."""
        return _stamp(self.layouts)

    def read(self, capture: Capture, *, guid: str) -> PageReading:
        return self.parse(self.extract(capture), capture, guid=guid)

    def extract(self, capture: Capture) -> Extraction:
        """Return what a page says, as found; of one that cannot be parsed at all, the reason as evidence."""
        try:
            return extract(capture, self.layouts, self.source)
        except ExtractionError as error:
            return Extraction(rules="none", kind=PageKind.EMPTY, evidence=(str(error),))

    def parse(self, extraction: Extraction, capture: Capture, *, guid: str) -> PageReading:
        """Return an extraction with its article, where its page is one."""
        if not extraction.kind.is_readable:
            return PageReading(extraction, None, extraction.kind.value)
        return self.normalise(extraction, capture, guid=guid)

    def normalise(self, extraction: Extraction, capture: Capture, *, guid: str) -> PageReading:
        """Return an extraction with its article whatever kind of page it is: for evaluation."""
        try:
            found = article(extraction, capture, self.source, guid=guid, rules_stamp=self.rules_stamp)
        except ExtractionError as error:
            return PageReading(extraction, None, str(error))
        return PageReading(extraction, found)
