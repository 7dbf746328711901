"""Find which facts an edit changed: numbers, names, quotations, attributions and hedges."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import inf

import regex
from rapidfuzz import fuzz

from newscrawl.change import facts
from newscrawl.change.edits import Edit, Span
from newscrawl.change.facts import Fact
from newscrawl.change.lexicon import ATTRIBUTION, HEDGES, UPDATE
from newscrawl.correction_notes import CORRECTION
from newscrawl.items import Article

MIN_QUOTE_SIMILARITY = 60.0  # percent; above it two quotations are one, altered
MAX_QUOTE_PAIRS = 40_000  # compared; if there are more, altered quotations count as removed and added

Pair = tuple[str, str]  # old and new; one of them may be empty


@dataclass(slots=True)
class FactChanges:
    """Facts that differ: pairs of (old, new), one of them empty if the fact was only added or removed."""

    numbers: list[Pair] = field(default_factory=list)
    names: list[Pair] = field(default_factory=list)
    quotes_added: list[str] = field(default_factory=list)
    quotes_removed: list[str] = field(default_factory=list)
    quotes_altered: list[Pair] = field(default_factory=list)
    attribution: list[Pair] = field(default_factory=list)
    hedging: list[Pair] = field(default_factory=list)
    corrections: list[str] = field(default_factory=list)
    updates: list[str] = field(default_factory=list)

    def changes_stated_facts(self) -> bool:
        """Return whether something stated before is now stated differently, or no longer."""
        pairs = (*self.numbers, *self.names, *self.hedging, *self.attribution)
        return bool(self.quotes_removed or self.quotes_altered or any(old for old, _ in pairs) or self.hedging)


def fact_changes(
    previous: Article, current: Article, changed: Sequence[Edit], rewordings: Sequence[Edit]
) -> FactChanges:
    """Return the facts that `changed` affects; what only moved within the article is not a difference.

    `rewordings` are those edits that are more than typos: a corrected spelling of a name is not another name.
    """
    language = current.in_language or previous.in_language
    old, new = _texts(previous), _texts(current)
    paired = [edit for edit in changed if edit.is_paired]
    reworded = [edit for edit in rewordings if edit.is_paired]
    changes = FactChanges(
        numbers=_replaced(paired, old, new, facts.numbers),
        names=_replaced(reworded, old, new, lambda text: facts.names(text, language)),
    )
    _compare_quotes(changes, old, new)
    for edit in paired:
        changes.attribution += _replaced_terms(edit, ATTRIBUTION)
        changes.hedging += _replaced_terms(edit, HEDGES)
    changes.corrections = _new_notes(previous, current, CORRECTION)
    changes.updates = [note for note in _new_notes(previous, current, UPDATE) if note not in changes.corrections]
    return changes


def _texts(article: Article) -> list[str]:
    return [article.headline, *article.paragraphs]


def _replaced(
    paired: Iterable[Edit], old: Sequence[str], new: Sequence[str], read: Callable[[str], list[Fact]]
) -> list[Pair]:
    """Return the facts in changed words of paired rows that are nowhere in the other version, as pairs."""
    pairs: list[Pair] = []
    keys: tuple[set[str], set[str]] | None = None  # of all facts in both versions; read only if needed
    for edit in paired:
        removed, added = edit.removed_of(read(edit.old)), edit.added_of(read(edit.new))
        if not removed and not added:
            continue
        if keys is None:
            keys = _keys(old, read), _keys(new, read)
        pairs += _pairs(removed, added, *keys)
    return list(dict.fromkeys(pairs))


def _keys(texts: Sequence[str], read: Callable[[str], list[Fact]]) -> set[str]:
    return {fact.key for text in texts for fact in read(text)}


def _pairs(removed: Sequence[Fact], added: Sequence[Fact], old_keys: set[str], new_keys: set[str]) -> list[Pair]:
    """Pair the removed facts of one edit with the added ones if there are as many of both, else return each alone."""
    same = Counter(fact.key for fact in removed) & Counter(fact.key for fact in added)
    removed = [fact for fact in removed if fact.key not in same]
    added = [fact for fact in added if fact.key not in same]
    if len(removed) == len(added):
        return [
            (old.text, new.text)
            for old, new in zip(removed, added, strict=True)
            if old.key not in new_keys or new.key not in old_keys
        ]
    removed_pairs = [(fact.text, "") for fact in removed if fact.key not in new_keys]
    return removed_pairs + [("", fact.text) for fact in added if fact.key not in old_keys]


def _compare_quotes(changes: FactChanges, old: Sequence[str], new: Sequence[str]) -> None:
    before = {quote.key: quote.text for text in old for quote in facts.quotes(text)}
    after = {quote.key: quote.text for text in new for quote in facts.quotes(text)}
    removed = {key: text for key, text in before.items() if key not in after and not _is_contained(key, after)}
    added = {key: text for key, text in after.items() if key not in before and not _is_contained(key, before)}
    is_many = len(removed) * len(added) > MAX_QUOTE_PAIRS
    for key, text in removed.items():
        altered = None if is_many else _most_similar(key, added)
        if altered is not None:
            changes.quotes_altered.append((text, added.pop(altered)))
        else:
            changes.quotes_removed.append(text)
    changes.quotes_added = list(added.values())


def _most_similar(key: str, others: Iterable[str]) -> str | None:
    similarity, best = max(((fuzz.ratio(key, other), other) for other in others), default=(0.0, ""))
    return best if similarity >= MIN_QUOTE_SIMILARITY else None


def _is_contained(key: str, others: Iterable[str]) -> bool:
    """Return whether a quotation is part of another one."""
    return any(key in other for other in others)


def _replaced_terms(edit: Edit, pattern: regex.Pattern[str]) -> list[Pair]:
    """Return the terms of a pattern that an edit replaced, as at most one pair; one side may be empty."""
    old = [match.group() for match in pattern.finditer(edit.old) if _is_within(match.span(), edit.deleted)]
    new = [match.group() for match in pattern.finditer(edit.new) if _is_within(match.span(), edit.inserted)]
    before, after = Counter(map(str.casefold, old)), Counter(map(str.casefold, new))
    removed, added = list((before - after).elements()), list((after - before).elements())
    return [(", ".join(removed), ", ".join(added))] if removed or added else []


def _is_within(span: Span, spans: Sequence[Span]) -> bool:
    last = bisect_right(spans, (span[0], inf)) - 1
    return last >= 0 and span[1] <= spans[last][1]


def _new_notes(previous: Article, current: Article, pattern: regex.Pattern[str]) -> list[str]:
    """Return notes that were added; a note that was only reworded ("Updated 14:05") is not one."""
    before, after = set(previous.paragraphs), set(current.paragraphs)
    old = [text for text in previous.paragraphs if text not in after and pattern.search(text)]
    new = [text for text in current.paragraphs if text not in before and pattern.search(text)]
    return new if len(new) > len(old) else []
