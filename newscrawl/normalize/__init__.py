"""From strings as found to typed, comparable values. Pure: no I/O, no clock.

`article` normalises a whole extraction. `display` returns a text as it is shown and stored, `fold` returns it as it is
compared. The wording digest covers the folded headline and paragraphs; dates and bylines are not part of it, because
both change without an edit.
"""

from newscrawl.normalize.article import NORMALIZER, article, with_paragraphs
from newscrawl.normalize.authors import authors
from newscrawl.normalize.dates import first_instant, instant
from newscrawl.normalize.identity import (
    are_one,
    at_present,
    believed_url,
    first_believed,
    guid_of,
    head_with_url,
    is_article_url,
    is_former,
    is_front_page,
    is_of_source,
    own_url,
    site_id,
    spellings,
)
from newscrawl.normalize.text import display, display_digest, fold, wording_digest
from newscrawl.normalize.urls import (
    authority_of,
    canonical_url,
    domain_as_compared,
    request_url,
    same_site,
    without_port,
)

__all__ = [
    "NORMALIZER",
    "are_one",
    "article",
    "at_present",
    "authority_of",
    "authors",
    "believed_url",
    "canonical_url",
    "display",
    "display_digest",
    "domain_as_compared",
    "first_believed",
    "first_instant",
    "fold",
    "guid_of",
    "head_with_url",
    "instant",
    "is_article_url",
    "is_former",
    "is_front_page",
    "is_of_source",
    "own_url",
    "request_url",
    "same_site",
    "site_id",
    "spellings",
    "with_paragraphs",
    "without_port",
    "wording_digest",
]
