"""Titles of changes in words: what was replaced by what, for feeds, where a title is often all that is read. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from newscrawl.harmless_text import one_line
from newscrawl.humanize import gettext, translated
from newscrawl.items import Segment, SegmentOp
from newscrawl.languages import arrow
from newscrawl.store.reader import ChangeEntry

MAX_WORDS = 80  # characters of what was removed or added
MAX_HEADLINE = 160
_ARROW = "\0"  # until the whole title is known; no text has this character


def change_title(entry: ChangeEntry) -> str:
    """Return a title that says what changed, on one line and harmless; of a first version its headline."""
    headline = one_line(entry.line.headline, MAX_HEADLINE)
    if entry.line.number == 1:
        return headline
    before = entry.previous_headline
    if before is not None and one_line(before, MAX_HEADLINE) != headline:
        before = one_line(before, MAX_HEADLINE)
        # The arrow is found with a sign in its place that is no letter.
        title = gettext("Headline: “%(old)s” %(arrow)s “%(new)s”", old=before, arrow=_ARROW, new=headline)
        return _pointed(title)
    change = entry.line.change
    says = (
        _says(change.excerpts[0].segments) if change.excerpts else one_line(translated(change.summary), 2 * MAX_WORDS)
    )
    return _pointed(f"{headline}: {says}") if says else headline


def _pointed(title: str) -> str:
    """Return a title with its arrow, as the texts beside it are read."""
    before, marked, after = title.partition(_ARROW)
    return f"{before}{arrow(before, after)}{after}" if marked else title


def _says(segments: Sequence[Segment]) -> str:
    """Return the first words that changed: “old” → “new”, added “new”, removed “old”."""
    marked = [index for index, segment in enumerate(segments) if segment.op is not SegmentOp.KEEP]
    if not marked:
        return ""
    first = segments[marked[0]]
    following = segments[marked[0] + 1] if marked[0] + 1 < len(segments) else None
    words = one_line(first.text, MAX_WORDS)
    if following is not None and {first.op, following.op} == {SegmentOp.DELETE, SegmentOp.INSERT}:
        pair = {first.op: words, following.op: one_line(following.text, MAX_WORDS)}
        return f"“{pair[SegmentOp.DELETE]}” {_ARROW} “{pair[SegmentOp.INSERT]}”"
    if first.op is SegmentOp.DELETE:
        return gettext("removed “%(words)s”", words=words)
    return gettext("added “%(words)s”", words=words)
