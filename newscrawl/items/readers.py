"""What read a text: a layout or generic reading, and from which part of the page. It is part of the stamp."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

GENERIC = "generic"  # the name of generic reading, beside those of layouts


class Origin(StrEnum):
    """The part of a page that gave a field."""

    TREE = "tree"
    STRUCTURED = "structured"  # JSON-LD, `<meta>`, script state
    TRAFILATURA = "trafilatura"


@dataclass(frozen=True, slots=True)
class Readers:
    """What read the fields that decide whether two texts differ. Texts with unequal readers are not compared."""

    rules: str  # name of the layout, or GENERIC
    body: Origin = Origin.TREE
    headline: Origin = Origin.TREE

    @property
    def is_generic(self) -> bool:
        return self.rules == GENERIC

    def __str__(self) -> str:
        return f"{self.rules}/{self.body}/{self.headline}"


IMPORTED = "imported"  # in a stamp, in the place of our rules: others read the text
RENDERED = "+rendered"  # in a stamp: the text was read from a page that scripts drew


def stamp_of(rules: str, normaliser: int, readers: Readers) -> str:
    """Return the stamp of a text: fingerprint of rules and toolchain, version of the normaliser, readers."""
    return f"{rules}-n{normaliser}-{readers}"


def without_readers(stamp: str) -> str:
    """Return the part of a stamp that changes only with newscrawl, its rules and its libraries."""
    return "-".join(stamp.split("-", 2)[:2])


def readers_in(stamp: str) -> str:
    """Return what read a text, by its stamp: `Redesign2026/tree/structured`; empty in stamps of other forms."""
    return "".join(stamp.split("-", 2)[2:])


def is_of_others(stamp: str) -> bool:
    """Return whether others read a text, and we have not read its page: it is compared with no text of ours."""
    return stamp.startswith(f"{IMPORTED}-")
