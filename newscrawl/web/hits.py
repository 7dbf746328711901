"""What a search found, as pages show it: the change in its sentence, with the words that were sought marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newscrawl.items import Excerpt, Segment, SegmentOp
from newscrawl.store.reader import ChangeEntry, SearchQuery
from newscrawl.web.entries import change_url
from newscrawl.web.text import cut

MAX_PIECE = 400  # characters of a kept stretch of text; longer ones are cut around what is sought
Pieces = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class FoundSegment:
    """A segment of an edit, in pieces: which of them are sought."""

    op: SegmentOp
    pieces: Pieces


@dataclass(frozen=True, slots=True)
class Hit:
    """A version that was found: its edits, and its passages where no edit has the words."""

    entry: ChangeEntry
    url: str
    edits: tuple[tuple[FoundSegment, ...], ...]
    passages: tuple[Pieces, ...]


def hit(entry: ChangeEntry, query: SearchQuery) -> Hit:
    """Return a match of a search as it is shown."""
    excerpts = entry.line.change.excerpts
    if entry.edits:
        return Hit(entry, change_url(entry.line), tuple(_found(edit, query) for edit in entry.edits), ())
    telling = [excerpt.segments for excerpt in excerpts if _has_words(excerpt, query)]
    passages = () if telling else tuple(_cut(query.marked(text)) for text in entry.snippets)
    shown = telling or [excerpt.segments for excerpt in excerpts[:1]]
    # A first version has no change, and its diff no page.
    url = change_url(entry.line) if shown else f"/article/{entry.line.article_id}/{entry.line.number}"
    return Hit(entry, url, tuple(_found(segments, query) for segments in shown), passages)


def _has_words(excerpt: Excerpt, query: SearchQuery) -> bool:
    return any(query.has_terms([text]) and query.has_phrases([text]) for text in (excerpt.old, excerpt.new))


def _found(segments: Sequence[Segment], query: SearchQuery) -> tuple[FoundSegment, ...]:
    return tuple(FoundSegment(each.op, _cut(query.marked(each.text))) for each in segments)


def _cut(pieces: Pieces) -> Pieces:
    """Return pieces of which none is so long that what is sought would be lost in it."""
    return tuple((text if sought else cut(text, MAX_PIECE), sought) for text, sought in pieces)
