"""Dates that a page states for programs: in JSON-LD, meta, microdata and what a layout selects."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from newscrawl.extract.page import Page
from newscrawl.extract.selectors import Selectors, alternatives
from newscrawl.extract.structured import page_node, strings

# Names that content systems and analytics give the publication: the schemas' own, then those that htmldate knows, too.
PUBLISHED = (
    "ld:datePublished",
    "meta:article:published_time,og:article:published_time,datepublished,parsely-pub-date,sailthru.date",
    "[itemprop=datePublished]::attr(content)", "[itemprop=datePublished]::attr(datetime)", "[itemprop=datePublished]",
    "[property=datePublished]::attr(content)", "[property=datePublished]::attr(datetime)",
    "meta:article.published,published_time,originalpublicationdate,published_at,dc.date.issued,dcterms.issued,"
    "dcterms.created,dc.date,pubdate,publish-date,publish_date,publishdate,publication_date,date_published,date,"
    "cxenseparse:recs:publishtime,cxenseparse:publishtime",
    "ld:coverageStartTime",  # of a live blog
    "article time[class*=publi]::attr(datetime)",
    "article time[datetime]::attr(datetime)", "time[pubdate]::attr(datetime)", "main time[datetime]::attr(datetime)",
    "ld:dateCreated",
)  # fmt: skip
MODIFIED = (
    "ld:dateModified",
    "meta:article:modified_time,og:article:modified_time,og:updated_time,datemodified,lastmod,last-modified",
    "[itemprop=dateModified]::attr(content)", "[itemprop=dateModified]::attr(datetime)",
    "[property=dateModified]::attr(content)", "[property=dateModified]::attr(datetime)",
)  # fmt: skip

_MAX_LENGTH = 200  # characters
_MAX_TEXTS = 3  # of one selector
_MAX_CANDIDATES = 8
_EXACT_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*(?:Z|[+-]\d\d:?\d\d)$")
_EPOCH_TIMESTAMP = re.compile(r"1\d{9}(?:\d{3})?(?:\.0)?")
# What content systems write for a date that they do not have: the zeros of Unix, SQL, COM and .NET, and the last day.
_PLACEHOLDER = re.compile(
    r"^\W*(?:"
    r"(?:0{4}|0{3}1)[-/.T]|0{4,}|0$|62135\d{6}|"
    r"(?:1970|1900|1753)[-/.]0?1[-/.]0?1(?!\d)|(?:1899|1969)[-/.]12[-/.]3[01]|9999[-/.]|0?0[-/.]0?0[-/.]|"
    r"0?1[-/.]0?1[-/.](?:1970|1900|1753|0001)|(?:3[01][-/.]12|12[-/.]3[01])[-/.](?:1899|1969|9999)|"
    r"(?:\w{3,9},? )?(?:0?1 jan(?:uary)?,? |jan(?:uary)? 0?1,? )(?:1970|1900|1753|0?001)|"
    r"(?:\w{3,9},? )?(?:31 dec(?:ember)?,? |dec(?:ember)? 31,? )(?:1969|1899))",
    re.IGNORECASE,
)
_HAS_DIGIT = re.compile(r"\d").search
_ISO_DAY = re.compile(r"\s*\d{4}-(?P<month>\d\d)-(?P<day>\d\d)")
_YEAR = re.compile(r"(?:1[89]|20)\d\d")


def stated_dates(page: Page, selectors: Selectors) -> tuple[str, ...]:
    """Return the candidates for a date that selectors find, placeholders aside: such a one states no date."""
    texts: list[str] = []
    used: list[str] = []
    for selector in alternatives(selectors):
        if stated := _texts(page, selector):
            texts.extend(stated)
            used.append(selector)
        if any(map(_EXACT_INSTANT.match, texts)):
            break  # a full date with its time: the remaining alternatives are trusted less
    page.used = "; ".join(used)
    return tuple(dict.fromkeys(_from_epoch(text) for text in texts if len(text) <= _MAX_LENGTH))[:_MAX_CANDIDATES]


def _texts(page: Page, selector: str) -> list[str]:
    """Return the first texts of a selector that are no placeholders; a name of meta that has only such passes on."""
    if not selector.startswith("meta:"):
        return [text for text in page.texts(selector)[:_MAX_TEXTS] if not is_placeholder(text)]
    named = (page.texts(f"meta:{name}")[:_MAX_TEXTS] for name in selector.removeprefix("meta:").split(","))
    return next(filter(None, ([text for text in texts if not is_placeholder(text)] for texts in named)), [])


def published_dates(page: Page, selectors: Selectors) -> tuple[str, ...]:
    """Return the candidates for the publication by a layout's selectors, else by those of all pages.

    Of a page without an article in its JSON-LD the node of the page itself states it (Yoast writes such for WordPress).
    """
    for alternative in (selectors, PUBLISHED):
        if not any(map(_HAS_DIGIT, stated := stated_dates(page, alternative))):
            continue
        if alternative is PUBLISHED and not page.ld and not any(map(_EXACT_INSTANT.match, stated)):
            return tuple(dict.fromkeys((*stated, *_of_web_page(page))))
        return stated
    page.used = "ld:WebPage.datePublished" if (of_page := _of_web_page(page)) else ""
    return of_page


def _of_web_page(page: Page) -> tuple[str, ...]:
    node = page_node(page.nodes, [page.url, page.capture.target_uri, *page.canonical])
    return tuple(text for text in strings(node.get("datePublished")) if not is_placeholder(text) and _HAS_DIGIT(text))


def is_placeholder(text: str) -> bool:
    """Return whether a text stands for a date that a content system does not have."""
    return _PLACEHOLDER.match(text) is not None


def is_day(text: str) -> bool:
    """Return whether a text may state a day: it has a year, and no thirteenth month."""
    if iso := _ISO_DAY.match(text):
        return 1 <= int(iso["month"]) <= 12 and 1 <= int(iso["day"]) <= 31
    return _YEAR.search(text) is not None


def _from_epoch(text: str) -> str:
    """Return seconds or milliseconds since 1970 as ISO 8601, any other text unchanged."""
    if not _EPOCH_TIMESTAMP.fullmatch(text):
        return text
    return datetime.fromtimestamp(int(text[:10]), UTC).isoformat()
