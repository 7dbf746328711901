"""From an extraction to an article: typed, cleaned values, and the digests that comparisons use."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from newscrawl.errors import ExtractionError
from newscrawl.items import Article, Capture, Extraction, PageKind, Source
from newscrawl.languages import language_tag
from newscrawl.normalize.authors import authors
from newscrawl.normalize.date_lines import DateRole
from newscrawl.normalize.dates import first_instant
from newscrawl.normalize.text import display, display_digest, wording_digest
from newscrawl.normalize.urls import request_url, same_site

# Increase it whenever this package may turn the same extraction into a different article than before.
NORMALIZER = 2

_DATE_IN_URL = re.compile(r"/((?:19|20)\d\d)[/-](\d\d?)[/-](\d\d?)(?:/|-|$)")


def article(extraction: Extraction, capture: Capture, source: Source, *, guid: str, rules_stamp: str) -> Article:
    """Return the normalised article; raises ExtractionError if an article page has no headline or no paragraph."""
    headline = display(extraction.headline or "")
    paragraphs = tuple(text for paragraph in extraction.paragraphs if (text := display(paragraph)))
    if extraction.kind in (PageKind.ARTICLE, PageKind.LIVE):
        if not headline:
            raise ExtractionError(f"{source.name} {capture.final_uri}: no headline")
        if not paragraphs:
            raise ExtractionError(f"{source.name} {capture.final_uri}: no paragraph")
    captured_at = capture.fetched_at
    url = url_of(extraction, capture)
    return Article(
        source=source.name,
        guid=guid,
        url=url,
        headline=headline,
        paragraphs=paragraphs,
        wording_digest=wording_digest(headline, paragraphs),
        display_digest=display_digest(headline, paragraphs),
        stamp=f"{rules_stamp}-n{NORMALIZER}",
        kind=extraction.kind,
        rules=extraction.rules,
        alternative_headlines=tuple(
            dict.fromkeys(text for headline in extraction.alternative_headlines if (text := display(headline)))
        ),
        byline=_or_none(extraction.byline),
        author=authors(extraction.author, extraction.byline, source),
        date_published=first_instant(
            extraction.date_published,
            source=source,
            captured_at=captured_at,
            relative_to=_latest_publication(url, captured_at),
        ),
        date_modified=first_instant(
            extraction.date_modified, source=source, captured_at=captured_at, role=DateRole.MODIFIED
        ),
        article_section=_or_none(extraction.article_section),
        in_language=language_tag(extraction.in_language) or (source.languages[0] if source.languages else None),
        description=_or_none(extraction.description),
        is_accessible_for_free=extraction.is_accessible_for_free,
    )


def _latest_publication(url: str, captured_at: datetime) -> datetime:
    """Return two days after the date in the URL, at most the time of the capture; that time if there is no date.

    Dates in words are relative to it: one without a year ("March 18 at 3:57 PM") means the article's year, not the
    capture's.
    """
    if match := _DATE_IN_URL.search(url):
        try:
            day = datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=UTC)
        except ValueError:
            return captured_at
        return min(captured_at, day + timedelta(days=2))
    return captured_at


def url_of(extraction: Extraction, capture: Capture) -> str:
    """Return the URL to request at the next check: the stated one if it is on the same site, else the final one."""
    if extraction.url and same_site(extraction.url, capture.final_uri):
        stated = request_url(extraction.url)
        # Pages that moved to https long ago still state http: keep the scheme that the page was fetched with.
        if capture.final_uri.startswith("https:") and stated.startswith("http:"):
            stated = "https:" + stated.removeprefix("http:")
        return stated
    try:
        return request_url(capture.final_uri)
    except ValueError:
        return capture.final_uri


def _or_none(text: str | None) -> str | None:
    return display(text) or None if text else None
