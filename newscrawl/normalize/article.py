"""From an extraction to an article: typed, cleaned values, and the digests that comparisons use."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from newscrawl.errors import ExtractionError
from newscrawl.items import Article, Capture, Extraction, PageKind, Source, stamp_of
from newscrawl.languages import language_tag
from newscrawl.normalize.authors import authors
from newscrawl.normalize.date_lines import DateRole
from newscrawl.normalize.dates import first_instant
from newscrawl.normalize.identity import first_believed, own_url
from newscrawl.normalize.text import display, display_digest, wording_digest, wording_digest_of_displayed

# Increase it whenever this package may turn the same extraction into a different article than before.
NORMALIZER = 3

_DATE_IN_URL = re.compile(r"/((?:19|20)\d\d)[/-](\d\d?)[/-](\d\d?)(?:/|-|$)")


def article(
    extraction: Extraction,
    capture: Capture,
    source: Source,
    *,
    guid: str,
    rules_stamp: str,
    known_urls: Collection[str] = (),
) -> Article:
    """Return the normalised article; raises ExtractionError if an article page has no headline or no paragraph.

    Its URL is the one to request at the next check: the first stated one that is believed, else where it was got.
    `known_urls` led to the article before.
    """
    headline = display(extraction.headline or "")
    paragraphs = tuple(text for paragraph in extraction.paragraphs if (text := display(paragraph)))
    if extraction.kind in (PageKind.ARTICLE, PageKind.LIVE):
        if not headline:
            raise ExtractionError(f"{source.name} {capture.final_uri}: no headline")
        if not paragraphs:
            raise ExtractionError(f"{source.name} {capture.final_uri}: no paragraph")
    captured_at = capture.fetched_at
    own = own_url(capture, source)
    url = first_believed((extraction.url, *extraction.further_urls), own, source, known_urls) or own
    return Article(
        source=source.name,
        guid=guid,
        url=url,
        headline=headline,
        paragraphs=paragraphs,
        wording_digest=wording_digest_of_displayed(headline, paragraphs),
        display_digest=display_digest(headline, paragraphs),
        stamp=stamp_of(rules_stamp, NORMALIZER, extraction.readers),
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
        shown=extraction.shown,
        optional=tuple(
            each if text == each.text else replace(each, text=text)
            for each in extraction.optional
            if (text := display(each.text))
        ),
    )


def with_paragraphs(article: Article, paragraphs: Sequence[str], *, carried: int) -> Article:
    """Return an article with other paragraphs, of which the last `carried` are of an earlier version."""
    return replace(
        article,
        paragraphs=tuple(paragraphs),
        carried=carried,
        wording_digest=wording_digest(article.headline, paragraphs),
        display_digest=display_digest(article.headline, paragraphs),
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


def _or_none(text: str | None) -> str | None:
    return display(text) or None if text else None
