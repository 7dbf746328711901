"""What of an edit says nothing: datelines and credits of agencies, words spelt or abbreviated otherwise."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import regex

from newscrawl.change.edits import Edit, Replacement, Span
from newscrawl.change.remembered import Remembered
from newscrawl.change.spelling import is_spelt_otherwise
from newscrawl.change.tokens import tokens

# Where an agency reports from, when, and which: "LONDON, Nov 26 (Reuters) -", "МОСКВА, 26 ноя — РИА Новости.".
_DATELINE = regex.compile(
    r"""(?xV1) ^\s*(?:
      (?: \p{Lu}[^.!?"“”«»()]{1,50} )? \(\s?(?:\p{Lu}|\p{Ll}{2,4}\b)[\p{L}\p{M}&. /-]{1,30}\)
        (?: (?:\s*+[-–—,])?\s*+ \p{Lu}{3,}[\p{Lu}\s,]{0,30}(?:\d{1,2}\s\p{L}{3,10}\.?)? )? \s?[.:]?\s?[-–—:]
    | \p{Lu}[^.!?"“”«»()]{1,50} [.,]?\s* /\s?\p{Lu}[\p{L} -]{1,25}/ \.?
    | \p{Lu}{2}[^.!?"“”«»()]{1,50} \s[-–—]\s \p{Lu}[\p{L}]{1,12}(?:\s\p{Lu}\p{L}{1,12})? \.
    | [【（(][\p{Han}\p{Katakana}\p{Hiragana}ー・=＝ 、,\d]{2,25}[】）)]
    | \p{Han}{2,4}社\p{Han}{2,8}(?:\d{1,2}月)?\d{1,2}日电
    )"""
)
_LETTERS = regex.compile(r"(?V1)[\p{L}\p{M}\p{N}]+")
_ARTICLES = frozenset(["the", "a", "an", "la", "le", "les", "el", "der", "die", "das", "de", "het", "il", "os", "as"])
_MAX_SHORT = 5  # letters of an abbreviated title


def said(edit: Edit, language: str) -> Edit:
    """Return the edit without the passages that say nothing otherwise; itself if none are left."""
    if not edit.is_paired:
        return edit
    datelines = _dateline(edit.old), _dateline(edit.new)
    kept = [gap for gap in edit.replaced if not _is_unsaid(gap, datelines, language)]
    if not kept or len(kept) == len(edit.replaced):
        return edit
    return dataclasses.replace(
        edit,
        replaced=tuple(kept),
        deleted=_within(edit.deleted, [gap.old_span for gap in kept]),
        inserted=_within(edit.inserted, [gap.new_span for gap in kept]),
    )


def is_dateline(edit: Edit) -> bool:
    """Return whether nothing but the dateline differs."""
    if not edit.is_paired or not edit.replaced:
        return False
    old, new = _dateline(edit.old), _dateline(edit.new)
    return all(_is_in_dateline(gap, (old, new)) for gap in edit.replaced)


def is_abbreviated(edit: Edit, language: str) -> bool:
    """Return whether all words that differ are the same ones, spelt or abbreviated otherwise."""
    return edit.is_paired and bool(edit.replaced) and all(_is_same(gap, language) for gap in edit.replaced)


def _dateline(text: str) -> int:
    """Return where the dateline ends; 0 if there is none."""
    match = _DATELINE.match(text)
    return match.end() if match else 0


def _is_unsaid(gap: Replacement, datelines: tuple[int, int], language: str) -> bool:
    return _is_in_dateline(gap, datelines) or _is_same(gap, language)


def _is_in_dateline(gap: Replacement, datelines: tuple[int, int]) -> bool:
    return any(datelines) and gap.old_span[1] <= datelines[0] + 1 and gap.new_span[1] <= datelines[1] + 1


def _is_same(gap: Replacement, language: str) -> bool:
    return _are_same(gap.old, gap.new, language)


@Remembered
def _are_same(before: str, now: str, language: str) -> bool:
    old, new = tokens(before), tokens(now)
    if not old or not new:
        return False
    if len(old) == len(new) and all(is_spelt_otherwise(a, b, language) for a, b in zip(old, new, strict=True)):
        return True
    return any(are_abbreviated(*sides) or _are_initials(*sides) for sides in ((before, now), (now, before)))


def are_abbreviated(long: str, short: str) -> bool:
    """Return whether `short` has the words of `long` in their order, some with a full stop: "Det. Insp."."""
    words, shorter = long.split(), short.split()
    if len(words) != len(shorter) or words == shorter:
        return False
    return all(
        a.strip(",") == b.strip(",") or _is_cut(a.strip(","), b.strip(",")) for a, b in zip(words, shorter, strict=True)
    )


def _is_cut(word: str, short: str) -> bool:
    """Return whether `short` is some letters of a word with a full stop: "Prof.", "Sgt."; "a." may be any word."""
    stem = short.removesuffix(".")
    if stem == short or not 1 < len(stem) <= _MAX_SHORT or not stem.isalpha() or len(stem) >= len(word):
        return False
    rest = iter(word.casefold())
    return word[:1] == stem[:1] and all(letter in rest for letter in stem.casefold())


def _are_initials(long: str, short: str) -> bool:
    """Return whether `short` is made of the initials of `long`."""
    words = [word for word in tokens(long) if word.casefold() not in _ARTICLES]
    letters = "".join(_LETTERS.findall(short.removeprefix("the ").removeprefix("The ")))
    initials = "".join(word[0] for word in words if word[0].isupper())
    return len(words) > 1 and len(initials) > 1 and letters.isupper() and letters == initials


def _within(spans: Sequence[Span], kept: Sequence[Span]) -> tuple[Span, ...]:
    return tuple(span for span in spans if any(start <= span[0] and span[1] <= end for start, end in kept))
