"""The editions of the demo newspaper: its clock, and in words what has happened since the last one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Edition:
    number: int
    clock: datetime  # the moment at which a crawl looks at this edition
    title: str
    events: tuple[str, ...]  # what is there to be found, a sentence each


EDITIONS: tuple[Edition, ...] = (
    Edition(
        1,
        datetime(2026, 3, 2, 7, 0, tzinfo=UTC),
        "Monday, seven in the morning",
        ("Eighteen stories are seen for the first time, one of them in Arabic.",),
    ),
    Edition(
        2,
        datetime(2026, 3, 2, 10, 0, tzinfo=UTC),
        "Monday, mid-morning",
        (
            "The bridge story gets another headline, the ferry story a paragraph, the storm story another forecast.",
            "The museum story has its quotes and dashes set properly: typography, no edit.",
            "The allotment story hides behind a consent wall answered with 200.",
            "The lido story arrives as a gzip stream that is cut off.",
            "A story in Japanese is new; the feed names an address that never existed.",
        ),
    ),
    Edition(
        3,
        datetime(2026, 3, 2, 14, 0, tzinfo=UTC),
        "Monday afternoon",
        (
            "The bridge story has other numbers; a paragraph moves in the lighthouse story, one splits in the library.",
            "The storm story says again what it said at first.",
            "The statue story answers 410 for the first time: one such answer proves nothing yet.",
            "The lido story is whole again, and edited. The tram story claims a change that its words do not show.",
            "A story about a choir is new, and the feed has an ampersand that breaks its XML.",
        ),
    ),
    Edition(
        4,
        datetime(2026, 3, 2, 20, 0, tzinfo=UTC),
        "Monday evening",
        (
            "The bridge story grows; the market story loses a paragraph; a sum changes silently in the budget story.",
            "The statue story answers 410 a second time: now it is gone.",
            "The orchard story has a new address, and the old one redirects there.",
            "The observatory story hides behind a bot wall answered with 200.",
            "The fish auction and the Arabic story are edited.",
        ),
    ),
    Edition(
        5,
        datetime(2026, 3, 3, 7, 0, tzinfo=UTC),
        "Tuesday morning: the new look",
        ("The whole paper appears in a new design, and not one word of any story is different.",),
    ),
    Edition(
        6,
        datetime(2026, 3, 3, 9, 45, tzinfo=UTC),
        "Tuesday, mid-morning",
        ("The paper's server is overloaded: whatever is asked, it answers 429 and begs for half an hour of peace.",),
    ),
    Edition(
        7,
        datetime(2026, 3, 3, 14, 0, tzinfo=UTC),
        "Tuesday afternoon",
        (
            "The bridge story is corrected; two paragraphs merge in the library story; the Japanese story is edited.",
            "In the ferry story a paragraph is split, and not one word is different: no edit.",
            "The statue story is back, word for word.",
            "The rowing story has a new address and new words at once.",
        ),
    ),
    Edition(
        8,
        datetime(2026, 3, 3, 19, 0, tzinfo=UTC),
        "Tuesday evening",
        ("A story about a lifeboat is new; all others are as they were, and say so with 304 where they can.",),
    ),
)

REDESIGNED = 5  # from this edition on, pages come in the new look
OVERLOADED = 6  # in this edition the server answers 429


def edition(number: int) -> Edition:
    """Return an edition by its number; raises ValueError naming those that exist."""
    if not 1 <= number <= len(EDITIONS):
        raise ValueError(f"edition {number}: the demo newspaper has editions 1 to {len(EDITIONS)}")
    return EDITIONS[number - 1]
