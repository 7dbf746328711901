"""What an edit says of its statements: words of saying and of doubt that came, went or gave way to others."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from math import inf

import regex

from newscrawl.change import cues
from newscrawl.change.beginnings import matches
from newscrawl.change.edits import Edit, Span
from newscrawl.change.lexicon import ATTRIBUTION, HEDGES
from newscrawl.change.moments import moment_spans
from newscrawl.change.pairs import are_said

Pair = tuple[str, str]  # old and new; one of them may be empty
_ROOT = 4  # letters that forms of one hedge share: "soll", "solle"


def attributions(edit: Edit, language: str) -> list[Pair]:
    """Return the words of saying that came or went; one for another that says no more ("said", "announced") is none."""
    plain = cues.words("plain_reports", language)

    def loaded(terms: str) -> list[str]:
        return [term for term in terms.split(", ") if term.replace(" ", "-") not in plain]

    pairs = [pair for pair in _replaced_terms(edit, ATTRIBUTION, ()) if pair[0].rstrip("s") != pair[1].rstrip("s")]
    return [
        pair for pair in pairs if not all(pair) or (language == "en" and any(loaded(side.casefold()) for side in pair))
    ]


def hedges(edit: Edit, language: str | None, modality: Sequence[Pair]) -> list[Pair]:
    """Return the hedges that an edit replaced; months are none, and a replaced modal verb is named by itself."""
    dates = (moment_spans(edit.old, language), moment_spans(edit.new, language))
    pairs = _replaced_terms(edit, HEDGES, dates)
    return [pair for pair in pairs if not are_said(pair, modality) and pair[0][:_ROOT] != pair[1][:_ROOT]]


def _replaced_terms(
    edit: Edit, pattern: regex.Pattern[str], apart: tuple[Sequence[Span], Sequence[Span]] | tuple[()]
) -> list[Pair]:
    """Return the terms of a pattern that an edit replaced, as at most one pair; one side may be empty."""
    dates = apart or ((), ())
    old = _changed_terms(pattern, edit.old, edit.deleted, dates[0]) if edit.deleted else []
    new = _changed_terms(pattern, edit.new, edit.inserted, dates[1]) if edit.inserted else []
    if not old and not new:
        return []
    before, after = Counter(map(str.casefold, old)), Counter(map(str.casefold, new))
    removed, added = list((before - after).elements()), list((after - before).elements())
    return [(", ".join(removed), ", ".join(added))] if removed or added else []


def _changed_terms(pattern: regex.Pattern[str], text: str, spans: Sequence[Span], dates: Sequence[Span]) -> list[str]:
    return [match[0] for match in matches(pattern, text) if _is_changed(match.span(), spans, dates)]


def _is_changed(span: Span, spans: Sequence[Span], dates: Sequence[Span]) -> bool:
    return _is_within(span, spans) and not any(start <= span[0] < end for start, end in dates)


def _is_within(span: Span, spans: Sequence[Span]) -> bool:
    last = bisect_right(spans, (span[0], inf)) - 1
    return last >= 0 and span[1] <= spans[last][1]
