"""The way through a site's archive: which page is next, and when a chain of pages has no more to give. Pure.

Its state is a document, so that it goes on where a killed process left it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from newscrawl.discover.archive_dates import DatedPage, date_in, dated_page, pages_of, span_in
from newscrawl.discover.archive_pages import ArchivePage
from newscrawl.items import Candidate

MAX_PAGES = 20_000  # of a walk
MAX_CHAIN_PAGES = 5_000  # that follow one another
# An archive that goes back in time gets older; one that has shown nothing older on so many pages goes in circles.
MAX_PAGES_WITHOUT_OLDER = 50
MAX_TEMPLATES = 3
# Days or months in a row without an article, after which those before them are left alone: the paper is younger, or the
# pages are of the weather.
MAX_BARREN_DAYS, MAX_BARREN_MONTHS = 60, 24
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    """A page to read, and the page with which its chain began."""

    url: str
    chain: str
    template: str = ""  # of which it was made


@dataclass(slots=True)
class Chain:
    """What is known of pages that follow one another by `next`."""

    pages: int = 0
    oldest: str = ""  # ISO date
    without_older: int = 0
    seen: list[str] = field(default_factory=list)  # digests of the articles that each page named
    ending: str = ""  # why it has ended


class ArchiveWalk:
    """Begins with a source's sitemaps and pages, and follows what they name within a span of days."""

    def __init__(self, since: date, until: date, starts: Iterable[str] = (), templates: Iterable[str] = ()) -> None:
        self.since = since
        self.until = until
        self.pages = 0
        self.endings: dict[str, int] = {}  # why chains have ended
        self._read: set[str] = set()
        self._known: set[str] = set()  # read or waiting
        self._chains: dict[str, Chain] = {}
        self._templates: list[str] = []
        self._barren: dict[str, int] = {}  # template → pages in a row without an article
        self._pending: list[Step] = []
        self._starts: set[str] = set()
        for url in starts:
            self._starts.add(_digest(url))
            self._add(url)
        for template in templates:
            self._fill(template)

    @property
    def waiting(self) -> int:
        """How many pages are known and not yet read."""
        return len(self._pending)

    def next_step(self) -> Step | None:
        """Return the page to read now; it stays the next one until `done` or `failed`."""
        while self._pending and (_digest(self._pending[0].url) in self._read or self.pages >= MAX_PAGES):
            self._pending.pop(0)
        return self._pending[0] if self._pending else None

    def is_wanted(self, candidate: Candidate, published: date | None, modified: date | None) -> bool:
        """Return whether an article may be of the span, by the dates that its listing and its address state."""
        stated = published or date_in(candidate.url)
        if stated is not None:
            return self.since <= stated <= self.until
        return modified is None or modified >= self.since

    def done(self, step: Step, page: ArchivePage, articles: Collection[str], dates: Collection[date]) -> None:
        """Take note of a page whose articles are recorded: `articles` are their addresses, `dates` their days."""
        self._finish(step)
        self._weigh(step, has_articles=bool(articles))
        chain = self._chains.setdefault(step.chain, Chain())
        chain.pages += 1
        for url in page.sitemaps:
            if self._is_in_span(url):
                self._add(url)
        if _digest(step.url) in self._starts:  # pages of an archive name one another
            for url in page.archives:
                self._add(url)
        self._follow_dated(page)
        if page.next_urls:
            chain.ending = self._ending(chain, articles, dates)
            if chain.ending:
                self.endings[chain.ending] = self.endings.get(chain.ending, 0) + 1
                return
            for url in page.next_urls[:1]:
                self._add(url, step.chain)

    def failed(self, step: Step, *, is_missing: bool = False) -> None:
        """Take note of a page that cannot be read, or is not there: its chain ends."""
        self._finish(step)
        self._weigh(step, has_articles=False)
        if is_missing:  # a robots.txt, or the page of a day on which nothing appeared
            return
        self.endings["not readable"] = self.endings.get("not readable", 0) + 1

    def _finish(self, step: Step) -> None:
        self.pages += 1
        self._read.add(_digest(step.url))
        self._pending = [each for each in self._pending if each.url != step.url]

    def _weigh(self, step: Step, *, has_articles: bool) -> None:
        """Drop what a template has left once too many of its pages in a row have named no article."""
        if not step.template:
            return
        self._barren[step.template] = 0 if has_articles else self._barren.get(step.template, 0) + 1
        if self._barren[step.template] >= (MAX_BARREN_DAYS if "{day" in step.template else MAX_BARREN_MONTHS):
            self._pending = [each for each in self._pending if each.template != step.template]
            self.endings["no articles"] = self.endings.get("no articles", 0) + 1

    def _ending(self, chain: Chain, articles: Collection[str], dates: Collection[date]) -> str:
        """Return why a chain ends with this page, or nothing."""
        if not articles:
            return "no articles"
        digest = _digest("\n".join(sorted(articles)))
        if digest in chain.seen:
            return "the same articles again"
        chain.seen.append(digest)
        if dates and max(dates) < self.since:
            return "older than the span"
        oldest = min(dates).isoformat() if dates else ""
        is_older = bool(oldest) and (not chain.oldest or oldest < chain.oldest)
        chain.oldest = oldest if is_older else chain.oldest
        chain.without_older = 0 if is_older else chain.without_older + 1
        if chain.without_older >= MAX_PAGES_WITHOUT_OLDER:
            return f"nothing older on {MAX_PAGES_WITHOUT_OLDER} pages"
        return "too many pages" if chain.pages >= MAX_CHAIN_PAGES else ""

    def _follow_dated(self, page: ArchivePage) -> None:
        """Add the pages of all days of the span, or of all months, once a page of such an archive is named."""
        found: list[DatedPage] = [each for url in page.dated if (each := dated_page(url)) is not None]
        for each in sorted(found, key=lambda each: not each.is_daily):
            self._fill(each.template)

    def _fill(self, template: str) -> None:
        form = template.replace("_short", "")
        if form in self._templates or len(self._templates) >= MAX_TEMPLATES:
            return
        self._templates.append(form)
        if "{" not in template:
            self._add(template)
            return
        for url in pages_of(template, self.since, self.until):
            self._add(url, template=form)

    def _is_in_span(self, sitemap: str) -> bool:
        span = span_in(sitemap)
        return span is None or (span[0] <= self.until + DAY and span[1] >= self.since - DAY)

    def _add(self, url: str, chain: str = "", template: str = "") -> None:
        if _digest(url) not in self._known and len(self._pending) + self.pages < MAX_PAGES:
            self._known.add(_digest(url))
            self._pending.append(Step(url, chain or url, template))

    def as_state(self) -> dict[str, Any]:
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "pages": self.pages,
            "endings": self.endings,
            "read": sorted(self._read),
            "starts": sorted(self._starts),
            "chains": [[url, asdict(chain)] for url, chain in self._chains.items()],
            "templates": self._templates,
            "barren": [[template, count] for template, count in self._barren.items()],
            "pending": [[step.url, step.chain, step.template] for step in self._pending],
        }

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> ArchiveWalk:
        walk = cls(date.fromisoformat(state["since"]), date.fromisoformat(state["until"]))
        walk.pages = state["pages"]
        walk.endings = dict(state["endings"])
        walk._read = set(state["read"])
        walk._starts = set(state["starts"])
        walk._chains = {url: Chain(**chain) for url, chain in state["chains"]}
        walk._templates = list(state["templates"])
        walk._barren = dict(state["barren"])
        walk._pending = [Step(*step) for step in state["pending"]]
        walk._known = walk._read | {_digest(step.url) for step in walk._pending}
        return walk


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
