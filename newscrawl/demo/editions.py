"""The editions of the demo newspaper: the time of each, and what has changed since the one before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Edition:
    number: int
    clock: datetime  # when this edition is crawled
    title: str
    events: tuple[str, ...]  # what a crawl should find, one sentence each
    exit_code: int = 0  # of a crawl with --fail-on 0


EDITIONS: tuple[Edition, ...] = (
    Edition(
        1,
        datetime(2026, 3, 2, 7, 0, tzinfo=UTC),
        "Monday, seven in the morning",
        ("Eighteen articles are seen for the first time, one of them in Arabic.",),
    ),
    Edition(
        2,
        datetime(2026, 3, 2, 10, 0, tzinfo=UTC),
        "Monday, mid-morning",
        (
            "The bridge article gets a new headline, the ferry article a paragraph, the storm article a new forecast.",
            "The museum article gets proper quotation marks and dashes: a change of typography, not an edit.",
            "The allotment article is behind a consent wall, which is answered with 200.",
            "The lido article is sent as an incomplete gzip stream.",
            "An article in Japanese is new; the feed lists a URL that never existed.",
        ),
    ),
    Edition(
        3,
        datetime(2026, 3, 2, 14, 0, tzinfo=UTC),
        "Monday afternoon",
        (
            "The bridge article has other numbers.",
            "A paragraph moves in the lighthouse article, and one is split in the library article.",
            "The storm article returns to its first wording.",
            "The statue article is answered with 410 for the first time: a single such answer proves nothing.",
            "The lido article is complete again, and edited. The tram article has a new date, but the same wording.",
            "An article about a choir is new; the feed has an ampersand that breaks its XML.",
        ),
    ),
    Edition(
        4,
        datetime(2026, 3, 2, 20, 0, tzinfo=UTC),
        "Monday evening",
        (
            "The bridge article grows, and the market article loses a paragraph.",
            "A sum changes silently in the budget article.",
            "The statue article is answered with 410 for the second time: now it is gone.",
            "The orchard article has a new URL, and the old one redirects to it.",
            "The observatory article is behind a bot wall, which is answered with 200.",
            "The fish auction article and the Arabic one are edited.",
        ),
    ),
    Edition(
        5,
        datetime(2026, 3, 3, 7, 0, tzinfo=UTC),
        "Tuesday morning: the new design",
        ("All pages have a new design; the wording of every article is unchanged.",),
    ),
    Edition(
        6,
        datetime(2026, 3, 3, 9, 45, tzinfo=UTC),
        "Tuesday, mid-morning",
        ("The server is overloaded: it answers every request with 429 and asks for a pause of 30 minutes.",),
        exit_code=1,
    ),
    Edition(
        7,
        datetime(2026, 3, 3, 14, 0, tzinfo=UTC),
        "Tuesday afternoon",
        (
            "The bridge article is corrected; two paragraphs merge in the library article; the Japanese one is edited.",
            "In the ferry article a paragraph is split without any other change: not an edit.",
            "The statue article is back, word for word.",
            "The rowing article has a new URL and a new wording at once.",
        ),
    ),
    Edition(
        8,
        datetime(2026, 3, 3, 19, 0, tzinfo=UTC),
        "Tuesday evening",
        (
            "An article about a lifeboat is new.",
            "All others are unchanged; those with validators are answered with 304.",
        ),
    ),
)

REDESIGNED = 5  # from this edition on, pages have the new design
OVERLOADED = 6  # in this edition the server answers 429


def edition(number: int) -> Edition:
    """Return an edition by its number; raises ValueError if there is none."""
    if not 1 <= number <= len(EDITIONS):
        raise ValueError(f"edition {number}: the demo newspaper has editions 1 to {len(EDITIONS)}")
    return EDITIONS[number - 1]
