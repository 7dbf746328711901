"""The most telling edit of a diff as a sentence before and after: what lists and evaluation show of a change."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newscrawl.change.edits import Edit, Span, edits
from newscrawl.items import Diff

MAX_CHARACTERS = 240
_SENTENCE_END = re.compile(r"[.!?…。！？؟۔।][\"'”’»)」』]*(?=\s|$)|(?<=[。！？])")


def excerpt(diff: Diff) -> dict[str, str] | None:
    """Return {"old", "new"} of the edit that changed most, one sentence each; None if only typography changed.

    A headline comes before the text. A side is empty if the passage stands in one version only.
    """
    telling = [edit for edit in edits(diff) if not (edit.is_typography() or edit.is_boilerplate())]
    if not telling:
        return None
    edit = max(telling, key=lambda edit: (edit.is_headline, edit.is_paired, _size(edit)))
    return {"old": _sentence(edit.old, edit.deleted), "new": _sentence(edit.new, edit.inserted)}


def _size(edit: Edit) -> int:
    return sum(end - start for start, end in (*edit.deleted, *edit.inserted))


def _sentence(text: str, changed: Sequence[Span]) -> str:
    """Return the sentence around the first changed words, cut at word boundaries beyond the maximum."""
    at = changed[0][0] if changed else 0
    start = max((match.end() for match in _SENTENCE_END.finditer(text, 0, at)), default=0)
    match = _SENTENCE_END.search(text, max(at, start))
    sentence = text[start : match.end() if match else len(text)].strip()
    if len(sentence) <= MAX_CHARACTERS:
        return sentence
    first = max(0, at - start - MAX_CHARACTERS // 2)
    cut = sentence[first : first + MAX_CHARACTERS]
    head = "" if first == 0 else "… "
    tail = "" if first + MAX_CHARACTERS >= len(sentence) else " …"
    words = cut.partition(" ")[2] if head and " " in cut else cut
    words = words.rpartition(" ")[0] if tail and " " in words else words
    return f"{head}{words}{tail}"
