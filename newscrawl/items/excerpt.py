"""The most telling passage of a change: its marked words in their sentence."""

from __future__ import annotations

from dataclasses import dataclass

from newscrawl.items.diff import Segment, SegmentOp


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One edit as a sentence with its marks; `paragraph` counts from 0 in the newer version, None is the headline.

    Of a paragraph that is only in the older version it counts there. Cut ends carry an ellipsis.
    """

    segments: tuple[Segment, ...]
    paragraph: int | None = None

    @property
    def old(self) -> str:
        return "".join(each.text for each in self.segments if each.op is not SegmentOp.INSERT).strip()

    @property
    def new(self) -> str:
        return "".join(each.text for each in self.segments if each.op is not SegmentOp.DELETE).strip()
