"""From strings as found to typed, comparable values. Pure: no I/O, no clock.

`article` is the way in for whole readings. `display` and `fold` are the two spellings of a text: the one that is shown
and stored, and the one that is compared. The wording fingerprint is made of the folded headline and paragraphs; neither
dates nor bylines are part of it, for both move without an edit.
"""

from newscrawl.normalize.article import NORMALIZER, article
from newscrawl.normalize.authors import authors
from newscrawl.normalize.dates import first_instant, instant
from newscrawl.normalize.text import display, fold, shown, wording
from newscrawl.normalize.urls import address, canonical_url, same_site

__all__ = [
    "NORMALIZER",
    "address",
    "article",
    "authors",
    "canonical_url",
    "display",
    "first_instant",
    "fold",
    "instant",
    "same_site",
    "shown",
    "wording",
]
