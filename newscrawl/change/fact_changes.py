"""What an edit did to the facts: numbers, names, quotations, who said it and how sure it is."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import inf

import regex
from rapidfuzz import fuzz

from newscrawl.change import facts
from newscrawl.change.edits import Edit
from newscrawl.change.facts import Found
from newscrawl.change.lexicon import ATTRIBUTION, CORRECTION, HEDGES, UPDATE
from newscrawl.items import Article

SAME_QUOTE = 60.0  # likeness in percent above which two quotations are one, altered
MAX_QUOTES = 40_000  # pairs of quotations compared; beyond, altered ones count as removed and added


@dataclass(slots=True)
class FactChanges:
    """Facts that differ: as (old, new) where one took the other's place, else as what came and what went."""

    numbers: list[tuple[str, str]] = field(default_factory=list)
    names: list[tuple[str, str]] = field(default_factory=list)
    quotes_added: list[str] = field(default_factory=list)
    quotes_removed: list[str] = field(default_factory=list)
    quotes_altered: list[tuple[str, str]] = field(default_factory=list)
    attribution: list[tuple[str, str]] = field(default_factory=list)
    hedging: list[tuple[str, str]] = field(default_factory=list)
    corrections: list[str] = field(default_factory=list)
    updates: list[str] = field(default_factory=list)

    def restates(self) -> bool:
        """Tell whether something that was said before is now said differently, or no longer."""
        pairs = (*self.numbers, *self.names, *self.hedging, *self.attribution)
        return bool(self.quotes_removed or self.quotes_altered or any(old for old, _ in pairs) or self.hedging)


def fact_changes(previous: Article, current: Article, changed: Sequence[Edit], reworded: Sequence[Edit]) -> FactChanges:
    """Return the facts that `changed` touches; what merely moved within the article is no difference.

    `reworded` are those of them that are more than slips of the keys: a name spelt right is no other name.
    """
    language = current.in_language or previous.in_language
    old, new = _whole(previous), _whole(current)
    found = FactChanges()
    paired = [edit for edit in changed if edit.is_paired]
    found.numbers = _replaced(paired, old, new, facts.numbers)
    named = [edit for edit in reworded if edit.is_paired]
    found.names = _replaced(named, old, new, lambda text: facts.names(text, language))
    _compare_quotes(found, old, new)
    for edit in paired:
        found.attribution += _terms(edit, ATTRIBUTION)
        found.hedging += _terms(edit, HEDGES)
    found.corrections = _new_notes(previous, current, CORRECTION)
    found.updates = [note for note in _new_notes(previous, current, UPDATE) if note not in found.corrections]
    return found


def _whole(article: Article) -> list[str]:
    return [article.headline, *article.paragraphs]


def _replaced(
    paired: Iterable[Edit], old: Sequence[str], new: Sequence[str], read: Callable[[str], list[Found]]
) -> list[tuple[str, str]]:
    """Return what stands in changed words of paired rows and nowhere in the other version: (old, new), either empty."""
    pairs: list[tuple[str, str]] = []
    before: set[str] | None = None
    after: set[str] = set()
    for edit in paired:
        gone, come = edit.removed_of(read(edit.old)), edit.added_of(read(edit.new))
        if not gone and not come:
            continue
        if before is None:
            before = {thing.key for text in old for thing in read(text)}
            after = {thing.key for text in new for thing in read(text)}
        same = Counter(thing.key for thing in gone) & Counter(thing.key for thing in come)
        gone, come = [t for t in gone if t.key not in same], [t for t in come if t.key not in same]
        if len(gone) == len(come):
            pairs += [
                (a.text, b.text) for a, b in zip(gone, come, strict=True) if a.key not in after or b.key not in before
            ]
            continue
        pairs += [(thing.text, "") for thing in gone if thing.key not in after]
        pairs += [("", thing.text) for thing in come if thing.key not in before]
    return list(dict.fromkeys(pairs))


def _compare_quotes(found: FactChanges, old: Sequence[str], new: Sequence[str]) -> None:
    before = {quote.key: quote.text for text in old for quote in facts.quotes(text)}
    after = {quote.key: quote.text for text in new for quote in facts.quotes(text)}
    gone = {key: text for key, text in before.items() if key not in after and not _stands_in(key, after)}
    come = {key: text for key, text in after.items() if key not in before and not _stands_in(key, before)}
    is_many = len(gone) * len(come) > MAX_QUOTES
    for key, text in gone.items():
        best = None if is_many else _most_alike(key, come)
        if best is not None:
            found.quotes_altered.append((text, come.pop(best)))
        else:
            found.quotes_removed.append(text)
    found.quotes_added = list(come.values())


def _most_alike(key: str, others: Iterable[str]) -> str | None:
    likeness, best = max(((fuzz.ratio(key, other), other) for other in others), default=(0.0, ""))
    return best if likeness >= SAME_QUOTE else None


def _stands_in(key: str, others: Iterable[str]) -> bool:
    """Tell whether a quotation lives on within a longer one, or as the longer one."""
    return any(key in other for other in others)


def _terms(edit: Edit, pattern: regex.Pattern[str]) -> list[tuple[str, str]]:
    """Return the terms of a pattern that an edit swapped, as (old, new); one side may be empty."""
    old = [m.group() for m in pattern.finditer(edit.old) if _within(m.span(), edit.deleted)]
    new = [m.group() for m in pattern.finditer(edit.new) if _within(m.span(), edit.inserted)]
    before, after = Counter(map(str.casefold, old)), Counter(map(str.casefold, new))
    gone, come = list((before - after).elements()), list((after - before).elements())
    return [(", ".join(gone), ", ".join(come))] if gone or come else []


def _within(span: tuple[int, int], spans: Sequence[tuple[int, int]]) -> bool:
    last = bisect_right(spans, (span[0], inf)) - 1
    return last >= 0 and span[1] <= spans[last][1]


def _new_notes(previous: Article, current: Article, pattern: regex.Pattern[str]) -> list[str]:
    """Return notes that came; a note that was only reworded ("Updated 14:05") is none."""
    before, after = set(previous.paragraphs), set(current.paragraphs)
    old = [text for text in previous.paragraphs if text not in after and pattern.search(text)]
    new = [text for text in current.paragraphs if text not in before and pattern.search(text)]
    return new if len(new) > len(old) else []
