"""The texts that searches of a change read: the words that only one version has, and the sentences they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from newscrawl.change.edits import Edit
from newscrawl.change.facts import words
from newscrawl.items import MovedText

# An abbreviation ends a sentence here, too: then less is read around the changed words, and none of these is lost.
_SENTENCE_END = re.compile(r"[.!?…؟۔।][\"'”’»)」』]*\s+|[。！？][」』]?|\n+")


def changed_texts(all_edits: Sequence[Edit], moved: Sequence[MovedText], *, is_new: bool) -> tuple[str, ...]:
    """Return the texts that only one version has, without what moved within the article."""
    moved_texts = [text.text for text in moved]
    found: list[str] = []
    for edit in all_edits:
        text, spans = (edit.new, edit.inserted) if is_new else (edit.old, edit.deleted)
        for start, end in spans:
            changed = text[start:end]
            for moved_text in moved_texts:
                changed = changed.replace(moved_text, " ")
            if words(changed):
                found.append(changed.strip())
    return tuple(found)


def changed_sentences(all_edits: Sequence[Edit], changed: Sequence[str], *, is_new: bool) -> tuple[str, ...]:
    """Return the whole sentences of one version, each once, that words of `changed` (its `changed_texts`) stand in."""
    found: dict[str, None] = {}
    wanted = frozenset(changed)
    covered: set[str] = set()
    for edit in all_edits:
        text, spans = (edit.new, edit.inserted) if is_new else (edit.old, edit.deleted)
        spread = [(start, end) for start, end in spans if text[start:end].strip() in wanted]
        covered.update(text[start:end].strip() for start, end in spread)
        at = 0
        for start, end in _sentences(text) if spread else ():
            while at < len(spread) and spread[at][1] <= start:
                at += 1
            if at < len(spread) and spread[at][0] < end:
                found[text[start:end].strip()] = None
    # Of a passage of which a part moved, the rest stands nowhere in the text: it is read by itself.
    return (*found, *(text for text in dict.fromkeys(changed) if text not in covered))


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for end in _SENTENCE_END.finditer(text):
        yield start, end.end()
        start = end.end()
    if start < len(text):
        yield start, len(text)
