"""From a reading to an article: typed, cleaned values, and the fingerprints that comparisons rest on."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from newscrawl.errors import ExtractionError
from newscrawl.items import Article, Capture, Extraction, PageKind, Source
from newscrawl.languages import language_tag
from newscrawl.normalize.authors import authors
from newscrawl.normalize.dates import first_instant
from newscrawl.normalize.text import display, display_digest, wording_digest
from newscrawl.normalize.urls import request_url, same_site

# Raised whenever this room may turn the same reading into another article than before.
NORMALIZER = 1

_DATED = re.compile(r"/((?:19|20)\d\d)[/-](\d\d?)[/-](\d\d?)(?:/|-|$)")


def article(extraction: Extraction, capture: Capture, source: Source, *, guid: str, rules_stamp: str) -> Article:
    """Return the normalised article of a reading; raises ExtractionError without a headline or any paragraph."""
    headline = display(extraction.headline or "")
    paragraphs = tuple(text for one in extraction.paragraphs if (text := display(one)))
    if extraction.kind in (PageKind.ARTICLE, PageKind.LIVE):
        if not headline:
            raise ExtractionError(f"{source.name} {capture.final_uri}: no headline")
        if not paragraphs:
            raise ExtractionError(f"{source.name} {capture.final_uri}: no paragraph")
    at = capture.fetched_at
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
            dict.fromkeys(text for one in extraction.alternative_headlines if (text := display(one)))
        ),
        byline=_or_none(extraction.byline),
        author=authors(extraction.author, extraction.byline, source),
        date_published=first_instant(
            extraction.date_published, source=source, captured_at=at, said_at=_published_by(url, at)
        ),
        date_modified=first_instant(extraction.date_modified, source=source, captured_at=at),
        article_section=_or_none(extraction.article_section),
        in_language=language_tag(extraction.in_language) or (source.languages[0] if source.languages else None),
        description=_or_none(extraction.description),
        is_accessible_for_free=extraction.is_accessible_for_free,
    )


def _published_by(url: str, captured_at: datetime) -> datetime:
    """Return the moment that dates in words are read against: two days after a date in the URL, if there is one.

    A date in words without a year ("March 18 at 3:57 PM") means the year of the story, not that of the capture.
    """
    if match := _DATED.search(url):
        try:
            day = datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=UTC)
        except ValueError:
            return captured_at
        return min(captured_at, day + timedelta(days=2))
    return captured_at


def url_of(extraction: Extraction, capture: Capture) -> str:
    """Return the URL under which the article is requested again: the stated one, if it is on the same site."""
    if extraction.url and same_site(extraction.url, capture.final_uri):
        stated = request_url(extraction.url)
        # Pages that moved to https long ago still state http: ask where the page was found to be.
        if capture.final_uri.startswith("https:") and stated.startswith("http:"):
            stated = "https:" + stated.removeprefix("http:")
        return stated
    try:
        return request_url(capture.final_uri)
    except ValueError:
        return capture.final_uri


def _or_none(text: str | None) -> str | None:
    return display(text) or None if text else None
