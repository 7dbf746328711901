"""Count the pages that a run requested by how their requests ended. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from newscrawl.items import Outcome, RecordedItem

MAX_EXAMPLES = 3
MISSING_REASONS = frozenset({"http_404", "http_410", "http_451"})
EMPTIED = "emptied"  # the reason for a page that shows the headline of its article alone
MIN_MISSING = 5  # a listing may have a dead URL or two; this many, and none that can be read, are a fault


class PageResult(StrEnum):
    """How the request for a page ended; baselines store these values."""

    READ = "read"
    NOT_MODIFIED = "not_modified"  # by a 304, or by identical bytes
    DOUBTED = "doubted"  # quarantined because of what was read
    LAYOUT_LOST = "layout_lost"  # quarantined because its last version was read by a layout that it does not fit
    UNREADABLE = "unreadable"  # quarantined because no article could be read
    WALLED = "walled"  # quarantined because it is a consent or login wall
    REFUSED = "refused"
    FAILED = "failed"
    MISSING = "missing"  # not there, and not a known article
    GONE = "gone"  # a known article is not there


GOOD = (PageResult.READ, PageResult.NOT_MODIFIED)
REFUSALS = (PageResult.WALLED, PageResult.REFUSED)
QUARANTINED = (PageResult.DOUBTED, PageResult.UNREADABLE, PageResult.WALLED)
BAD = (PageResult.UNREADABLE, PageResult.FAILED, *REFUSALS)
NOT_READ = (*BAD, PageResult.MISSING)


def page_result(item: RecordedItem) -> PageResult:
    """Return how the request of a recorded item ended; one must have been sent."""
    if item.is_refused or item.is_walled:
        return PageResult.REFUSED if item.is_refused else PageResult.WALLED
    match item.outcome:
        case Outcome.GONE:
            return PageResult.GONE
        case Outcome.NOT_MODIFIED:
            return PageResult.NOT_MODIFIED
        case Outcome.UNCHANGED if not item.has_article:  # identical bytes: no field of it was read
            return PageResult.NOT_MODIFIED
        case Outcome.QUARANTINED if item.reason_word == PageResult.LAYOUT_LOST:
            return PageResult.LAYOUT_LOST
        case Outcome.QUARANTINED if item.reason_word == EMPTIED:
            return PageResult.UNREADABLE
        case Outcome.QUARANTINED:
            return PageResult.DOUBTED if item.has_article else PageResult.UNREADABLE
        case Outcome.ERROR:
            is_missing = item.reason in MISSING_REASONS and not item.is_listing
            return PageResult.MISSING if is_missing else PageResult.FAILED
    return PageResult.READ


@dataclass(slots=True)
class PartCounts:
    """Counts of one part of a source: its articles, or its listings."""

    results: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)  # of all that were not good
    examples: dict[str, list[str]] = field(default_factory=dict)  # result → first URLs

    def add(self, item: RecordedItem) -> None:
        result = page_result(item)
        self.results[result] += 1
        if result not in GOOD:
            self.reasons[item.reason_word] += 1
        urls = self.examples.setdefault(result, [])
        if len(urls) < MAX_EXAMPLES:
            urls.append(item.url)

    def count(self, *results: PageResult) -> int:
        return sum(self.results[result] for result in results)

    @property
    def asked(self) -> int:
        return self.results.total()

    @property
    def is_seen(self) -> bool:
        """Whether at least one page was read or answered with 304."""
        return self.count(*GOOD) > 0

    @property
    def is_unread(self) -> bool:
        """Whether pages were requested and none could be read."""
        return not self.is_seen and (self.count(*BAD) > 0 or self.count(PageResult.MISSING) >= MIN_MISSING)

    @property
    def answered(self) -> int:
        """Number of pages from which it follows whether the source can be read; lost layouts have their own alarm."""
        return self.asked - self.count(PageResult.GONE, PageResult.MISSING, PageResult.LAYOUT_LOST)

    @property
    def complete(self) -> int:
        return self.count(*GOOD)

    @property
    def read(self) -> int:
        return self.count(PageResult.READ)

    @property
    def failed(self) -> int:
        """Number of pages that count for `--fail-on`."""
        return self.count(PageResult.FAILED, PageResult.MISSING, PageResult.REFUSED)

    @property
    def quarantined(self) -> int:
        return self.count(*QUARANTINED)

    def urls(self, *results: PageResult) -> list[str]:
        """Return a few URLs with one of these results."""
        return [url for result in results for url in self.examples.get(result, ())][:MAX_EXAMPLES]


@dataclass(slots=True)
class PageCounts:
    """Counts of one run, without pages that our own limits, robots.txt or a replay kept from being requested."""

    articles: PartCounts = field(default_factory=PartCounts)
    listings: PartCounts = field(default_factory=PartCounts)

    def add(self, item: RecordedItem) -> None:
        if item.is_asked:
            (self.listings if item.is_listing else self.articles).add(item)

    def set_listings_read(self, count: int) -> None:
        """Set the number of listings that were read: only those that were not are recorded items."""
        self.listings.results[PageResult.READ] = count

    @property
    def parts(self) -> dict[str, PartCounts]:
        return {"articles": self.articles, "listings": self.listings}

    @property
    def judged_parts(self) -> set[str]:
        """The parts for which this run shows whether they can be read."""
        return {name for name, part in self.parts.items() if part.is_unread or part.is_seen}

    @property
    def is_nothing_read(self) -> bool:
        """Whether pages were requested and none could be read: no article, or neither article nor listing."""
        return self.articles.is_unread or (self.listings.is_unread and not self.articles.is_seen)
