"""From strings as found to typed, comparable values. Pure: no I/O, no clock.

`article` takes whole extractions. `display` and `fold` are the two spellings of a text: the one that is shown and
stored, and the one that is compared. The wording digest is made of the folded headline and paragraphs; neither dates
nor bylines are part of it, for both move without an edit.
"""

from newscrawl.normalize.article import NORMALIZER, article
from newscrawl.normalize.authors import authors
from newscrawl.normalize.dates import first_instant, instant
from newscrawl.normalize.text import display, display_digest, fold, wording_digest
from newscrawl.normalize.urls import canonical_url, request_url, same_site

__all__ = [
    "NORMALIZER",
    "article",
    "authors",
    "canonical_url",
    "display",
    "display_digest",
    "first_instant",
    "fold",
    "instant",
    "request_url",
    "same_site",
    "wording_digest",
]
