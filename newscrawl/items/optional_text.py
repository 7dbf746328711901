"""Texts that a page prints among an article's paragraphs and that are no part of what the article says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class OptionalType(StrEnum):
    """What such a text is for."""

    BYLINE = "byline"  # within the text
    CAPTION = "caption"
    CONTRIBUTOR = "contributor"  # who reported with the authors
    CREDIT = "credit"  # of agencies, editors, photographers
    EMBED = "embed"  # a post of a social network
    HOUSE_LINE = "house_line"  # the publisher about itself: rights, where it appeared first, dividers
    PROMOTION = "promotion"
    PULL_QUOTE = "pull_quote"
    TIMESTAMP = "timestamp"
    OTHER = "other"  # what a source's rules drop, of no known type


@dataclass(frozen=True, slots=True)
class OptionalText:
    """One such text. It may come and go without an edit; correction notes are never among them."""

    type: OptionalType
    text: str
