"""Which quotations an edit added, removed or altered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from rapidfuzz import fuzz

from newscrawl.change import facts
from newscrawl.change.edits import Edit

MIN_QUOTE_SIMILARITY = 60.0  # percent; above it two quotations are one, altered
MAX_QUOTE_PAIRS = 40_000  # compared; if there are more, altered quotations count as removed and added,
MAX_QUOTE_CELLS = 10**10  # as they do if the lengths of all removed ones, times those of all added ones, exceed this


class Versions(Protocol):
    """Both versions of a text."""

    def quoted_words(self, *, is_new: bool) -> str:
        """Return all words of a version, as quotations are compared."""
        ...


@dataclass(slots=True)
class QuoteChanges:
    """The quotations that differ, as they are printed; of altered ones both wordings."""

    removed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    altered: list[tuple[str, str]] = field(default_factory=list)


def quote_changes(changed: Sequence[Edit], versions: Versions) -> QuoteChanges:
    """Compare the quotations of changed paragraphs by their words, wherever marks and attributions divide them."""
    changes = QuoteChanges()
    kept = {id(edit) for edit in changed if edit.is_paired and _quoted(edit.old) == _quoted(edit.new)}
    before = {quote.key: quote.text for edit in changed if id(edit) not in kept for quote in facts.quotes(edit.old)}
    after = {quote.key: quote.text for edit in changed if id(edit) not in kept for quote in facts.quotes(edit.new)}
    # A quotation that is part of another one is neither; no key has a line's end.
    all_before, all_after = "\n".join(before), "\n".join(after)
    removed = {key: text for key, text in before.items() if key not in all_after}
    added = {key: text for key, text in after.items() if key not in all_before}
    if removed:
        whole = versions.quoted_words(is_new=True)
        removed = {key: text for key, text in removed.items() if key not in whole}
    if added:
        whole = versions.quoted_words(is_new=False)
        added = {key: text for key, text in added.items() if key not in whole}
    is_many = len(removed) * len(added) > MAX_QUOTE_PAIRS or _size(removed) * _size(added) > MAX_QUOTE_CELLS
    for key, text in removed.items():
        altered = None if is_many else _most_similar(key, added)
        if altered is not None:
            changes.altered.append((text, added.pop(altered)))
        else:
            changes.removed.append(text)
    changes.added = list(added.values())
    return changes


def _quoted(text: str) -> list[str]:
    """Return all quoted words of a paragraph in order, wherever its quotations are divided."""
    return [word for quote in facts.quotes(text, min_words=1) for word in quote.key.split()]


def _most_similar(key: str, others: Iterable[str]) -> str | None:
    similarity, best = max(((fuzz.ratio(key, other), other) for other in others), default=(0.0, ""))
    return best if similarity >= MIN_QUOTE_SIMILARITY else None


def _size(keys: Iterable[str]) -> int:
    return sum(map(len, keys))
