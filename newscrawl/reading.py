"""Reading a page: extract it, decide its kind, normalise it. Nothing else combines the three.

Used by the spider, the baseline of a comparison, re-extraction, probing and evaluation; for the pages of others within
the bounds of newscrawl/bounded_reading.py.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from newscrawl.errors import ExtractionError
from newscrawl.extract import Containers, Page, Rules, containers_of, extract, is_rubbish, stamp
from newscrawl.items import (
    RENDERED,
    Capture,
    Extraction,
    PageKind,
    PageReading,
    Readers,
    Source,
    stamp_of,
    without_readers,
)
from newscrawl.normalize import NORMALIZER, article

_stamp = lru_cache(maxsize=1024)(stamp)


@dataclass(frozen=True, slots=True)
class PageReader:
    """Reads the pages of one source by its layouts, newest first; without layouts by the generic extractor."""

    source: Source
    layouts: tuple[type[Rules], ...] = ()
    is_rendered: bool = False  # its pages are drawn by scripts today

    @classmethod
    def of(cls, source: Source, layouts: Sequence[type[Rules]] = ()) -> PageReader:
        return cls(source, tuple(layouts))

    @property
    def rules_stamp(self) -> str:
        """Fingerprint of the rules and of everything else that decides what is read."""
        return _stamp(self.layouts)

    @property
    def stamp(self) -> str:
        """The stamp of what is read today, without readers."""
        return without_readers(stamp_of(self._stamp_for(self.is_rendered), NORMALIZER, Readers("")))

    def _stamp_for(self, is_rendered: bool) -> str:
        return self.rules_stamp + (RENDERED if is_rendered else "")

    def read(
        self, capture: Capture, *, guid: str, known_urls: Collection[str] = (), readers: Readers | None = None
    ) -> PageReading:
        """Return what today's rules read of a page; with `readers`, what these do, and an article only if they can."""
        extraction = self.extract(capture, readers)
        if readers is not None and extraction.readers != readers:
            return PageReading(extraction, None, f"not read by {readers}")
        return self.parse(extraction, capture, guid=guid, known_urls=known_urls)

    def page(self, capture: Capture) -> Page | None:
        """Return a page parsed; None if it cannot be."""
        try:
            return Page(capture, self.source.languages)
        except ExtractionError:
            return None

    def containers(self, page: Page) -> Containers | None:
        """Return the fingerprint of all that the source's layouts read of a page; None if there is none."""
        return containers_of(page, self.layouts)

    def extract(self, capture: Capture, readers: Readers | None = None, *, page: Page | None = None) -> Extraction:
        """Return the extraction of a page; if it cannot be parsed at all, an empty one with the reason as evidence."""
        try:
            return extract(capture, self.layouts, self.source, readers, page=page)
        except ExtractionError as error:
            return Extraction(rules="none", kind=PageKind.EMPTY, evidence=(str(error),))

    def extract_with_containers(self, capture: Capture) -> Extraction:
        """Return the extraction of a page with the fingerprint of what it was read from. Parses it once."""
        page = self.page(capture)
        return self._extract_of(capture, page, self.containers(page) if page is not None else None)

    def extract_changed(self, capture: Capture, containers: str) -> Extraction | None:
        """Return what `extract_with_containers` does; None if the page has the containers given."""
        page = self.page(capture)
        found = self.containers(page) if page is not None else None
        if found is not None and found.digest == containers:
            return None
        return self._extract_of(capture, page, found)

    def _extract_of(self, capture: Capture, page: Page | None, found: Containers | None) -> Extraction:
        extraction = self.extract(capture, page=page)
        return replace(extraction, containers=found.digest) if found and found.are_of(extraction) else extraction

    def parse(
        self, extraction: Extraction, capture: Capture, *, guid: str, known_urls: Collection[str] = ()
    ) -> PageReading:
        """Return the extraction, and its article if the page is of a readable kind."""
        if not extraction.kind.is_readable:
            return PageReading(extraction, None, extraction.kind.value)
        if is_rubbish("\n".join((extraction.headline or "", *extraction.paragraphs))):
            return PageReading(extraction, None, "encoding: the text is decoded wrongly")
        return self.normalise(extraction, capture, guid=guid, known_urls=known_urls)

    def normalise(
        self, extraction: Extraction, capture: Capture, *, guid: str, known_urls: Collection[str] = (),
        rules_stamp: str | None = None,
    ) -> PageReading:  # fmt: skip
        """Return the extraction and its article, whatever the kind of page; evaluation needs that.

        `rules_stamp` stands in the place of our rules' for what others extracted.
        """
        try:
            stamp = rules_stamp or self._stamp_for(capture.is_rendered)
            normalised = article(extraction, capture, self.source, guid=guid, rules_stamp=stamp, known_urls=known_urls)
        except ExtractionError as error:
            return PageReading(extraction, None, str(error))
        return PageReading(extraction, normalised)
