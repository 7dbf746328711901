"""What other sites show of a page that is shared: its title, its address, and the words that changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from newscrawl.humanize import change_interval, gettext, translated
from newscrawl.items import Change, Segment, SegmentOp, Version
from newscrawl.web.text import arrow_after

MAX_DESCRIPTION = 280


@dataclass(frozen=True, slots=True)
class Shared:
    """Open Graph's title, url, description and image (ogp.me)."""

    title: str
    url: str
    description: str
    image: str | None = None  # None where none can be drawn

    @classmethod
    def of_change(cls, root: str, old: Version, new: Version, change: Change | None) -> Self:
        """Describe what turns one version into another: in words of the text, where its excerpt is known."""
        excerpts = [_plain(excerpt.segments) for excerpt in change.excerpts[:1]] if change else []
        says = excerpts or ([translated(change.summary)] if change and change.summary else [])
        interval = change_interval(new.not_before, new.seen_at)
        when = gettext("Changed %(interval)s.", interval=interval) if new.number == old.number + 1 else ""
        return cls(
            title=gettext("Changed: %(headline)s", headline=new.article.headline),
            url=f"{root}/article/{new.article_id}/{old.number}/{new.number}",
            description=_cut(" ".join([*says, when]).strip()),
        )


def _plain(segments: tuple[Segment, ...]) -> str:
    """Return an excerpt without markup: [old → new] where words were exchanged."""
    parts: list[str] = []
    for index, segment in enumerate(segments):
        before = segments[index - 1].op if index else SegmentOp.KEEP
        after = segments[index + 1].op if index + 1 < len(segments) else SegmentOp.KEEP
        if segment.op is SegmentOp.KEEP:
            parts.append(segment.text)
        elif segment.op is SegmentOp.DELETE:
            pointed = f"[{segment.text} {arrow_after(segments, index)} " if after is SegmentOp.INSERT else ""
            parts.append(pointed or f"[−{segment.text}]")
        else:
            parts.append(f"{segment.text}]" if before is SegmentOp.DELETE else f"[+{segment.text}]")
    return "".join(parts)


def _cut(text: str) -> str:
    return text if len(text) <= MAX_DESCRIPTION else text[: MAX_DESCRIPTION - 1].rstrip() + "…"
