"""What a page does not show is not removed: paragraphs of the last version that a partial page leaves out stay. Pure.

A page may be cut for readers who do not pay, be the first of several, or show a window of a live blog. The paragraphs
behind what it shows are carried over from the last version, and counted in `carried`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import regex

from newscrawl.items import Article, PageKind, Shown
from newscrawl.normalize import fold, with_paragraphs

_ELLIPSIS = regex.compile(r"\s?(?:\.{3,}|\[\.\.\.\])")  # as `fold` writes it
_LAST_LETTER = regex.compile(r"(?r)\w")
_MIN_START = 20  # characters of a paragraph that breaks off
_MAX_CUT = 0.5  # of the characters
_MIN_KEPT = 0.7  # of the characters
_MIN_SHARED = 0.5  # of the shown paragraphs; with fewer it is another text


def with_carried(article: Article, stored: Article) -> Article:
    """Return what a stored page shows with the paragraphs that its version carried over."""
    if not stored.carried:
        return article
    carried = stored.paragraphs[-stored.carried :]
    return with_paragraphs(article, (*article.paragraphs, *carried), carried=stored.carried)


def completed(current: Article, previous: Article) -> Article:
    """Return what a partial page shows with the unseen rest of the last version."""
    if _seems_cut(current, previous):
        current = replace(current, shown=Shown.CUT)
    is_live = current.kind is PageKind.LIVE
    if not current.is_partial or (previous.kind is PageKind.LIVE) != is_live:
        return current
    end = _end(current.paragraphs, previous.paragraphs)
    if end is None or (is_live and (end.breaks_off or end.follows)):
        return current
    rest = previous.paragraphs[end.position + (0 if end.breaks_off else 1) :]
    if is_live:
        if not {fold(text) for text in rest}.isdisjoint(map(fold, current.paragraphs)):
            return current  # entries are missing in its midst
    elif current.shown is previous.shown is Shown.CUT and not previous.carried and not end.breaks_off:
        return current  # both pages are cut alike: what is missing between them is missing
    if not rest:
        return current
    last = len(current.paragraphs) - end.follows - end.breaks_off
    return with_paragraphs(current, (*current.paragraphs[:last], *rest), carried=len(rest))


def _seems_cut(current: Article, previous: Article) -> bool:
    """Return whether a page that is not free shows the beginning of the last version, and less than half of it."""
    if current.is_partial or current.is_accessible_for_free is not False:
        return False
    is_beginning = tuple(map(fold, current.paragraphs)) == tuple(
        map(fold, previous.paragraphs[: len(current.paragraphs)])
    )
    return is_beginning and _size(current) < _MAX_CUT * _size(previous)


def _size(article: Article) -> int:
    return sum(map(len, article.paragraphs))


def revealed(previous: Article, current: Article) -> Article:
    """Return the last version with the rest that its partial page did not show and the page now shows."""
    is_whole_now = previous.is_partial and not previous.carried and not current.is_partial
    if not is_whole_now or PageKind.LIVE in (previous.kind, current.kind):
        return previous
    end = _end(previous.paragraphs, current.paragraphs)
    rest = () if end is None else current.paragraphs[end.position + (0 if end.breaks_off else 1) :]
    if end is None or not rest:
        return previous
    last = len(previous.paragraphs) - end.follows - end.breaks_off
    whole = with_paragraphs(previous, (*previous.paragraphs[:last], *rest), carried=0)
    return replace(whole, shown=current.shown)


def is_unlike(current: Article, previous: Article) -> bool:
    """Return whether a partial page shows much less than the last version, and what it shows does not fit in there."""
    if not current.is_partial or previous.is_partial or current.carried or current.kind is PageKind.LIVE:
        return False
    return _size(current) < _MIN_KEPT * _size(previous)


@dataclass(frozen=True, slots=True)
class _End:
    """Where in a whole text a shown one ends."""

    position: int  # of the paragraph
    breaks_off: bool = False  # within that paragraph
    follows: int = 0  # paragraphs of the shown text behind it that are no part of the whole one: a wall's


def _end(shown: Sequence[str], whole: Sequence[str]) -> _End | None:
    """Return where the shown text ends; None if it is another one."""
    folded, own = [fold(text) for text in whole], [fold(text) for text in shown]
    places = {text: index for index, text in enumerate(folded)}
    if sum(text in places for text in own) + 1 < max(1.0, _MIN_SHARED * len(own)):
        return None
    last = own[-1]
    if last in places:
        return _End(places[last])
    start = _without_ellipsis(last)
    if len(start) >= _MIN_START:
        for index, text in enumerate(folded):
            if text.startswith(start):
                return _End(index, breaks_off=True)
    if len(own) < 2 or own[-2] not in places:
        return None
    following = places[own[-2]] + 1
    if following < len(folded) and _is_edited(last, folded[following]):
        return _End(following)
    return _End(following - 1, follows=1)


def _without_ellipsis(text: str) -> str:
    """Return a text without the ellipsis at its end, and without the signs around that."""
    letter = _LAST_LETTER.search(text)
    found = _ELLIPSIS.search(text, letter.end() if letter else 0)
    return text[: found.start()] if found else text


def _is_edited(one: str, other: str) -> bool:
    first, second = set(one.split()), set(other.split())
    return 2 * len(first & second) >= max(len(first), len(second))
