"""Find which facts an edit changed: numbers, names, quotations, times and places, and what it turns round."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from itertools import accumulate

import regex

from newscrawl.change import facts, negations, replaced_names, reversals
from newscrawl.change.beginnings import has_match
from newscrawl.change.edits import Edit
from newscrawl.change.equal_numbers import without_equal
from newscrawl.change.equal_times import without_equal_times
from newscrawl.change.fact import Fact
from newscrawl.change.lexicon import UPDATE
from newscrawl.change.modality import modality as modality_of
from newscrawl.change.moments import moment_spans, moments
from newscrawl.change.notes_policy import is_policy
from newscrawl.change.numerals import numbers
from newscrawl.change.pairs import are_said, exchanged, has_negated_opposite, is_derived, is_longer, is_respelt
from newscrawl.change.quote_changes import quote_changes
from newscrawl.change.roles import roles as roles_of
from newscrawl.change.terms import attributions, hedges
from newscrawl.change.wording import say_otherwise
from newscrawl.correction_notes import CORRECTION
from newscrawl.items import Article
from newscrawl.languages import primary_language

_MODAL_HEDGES = frozenset({"may", "might", "could"})
MAX_READ_CHARACTERS = 1_000_000  # of edited paragraphs, old and new
MAX_READ_EDITS = 1000  # more rows than any article has, but a live blog that is renamed throughout
MIN_FURTHER_NOTE = 40  # characters; a note that grew by them has corrected something else as well

Pair = tuple[str, str]  # old and new; one of them may be empty


@dataclass(slots=True)
class FactChanges:
    """Facts that differ: pairs of (old, new), one of them empty if the fact was only added or removed."""

    negation: list[Pair] = field(default_factory=list)
    negation_reworded: list[Pair] = field(default_factory=list)  # a word that denies came or went
    opposite: list[Pair] = field(default_factory=list)
    roles: list[Pair] = field(default_factory=list)
    numbers: list[Pair] = field(default_factory=list)
    names: list[Pair] = field(default_factory=list)
    place: list[Pair] = field(default_factory=list)
    speaker: list[Pair] = field(default_factory=list)
    thing: list[Pair] = field(default_factory=list)
    cause: list[Pair] = field(default_factory=list)
    time: list[Pair] = field(default_factory=list)
    modality: list[Pair] = field(default_factory=list)
    quotes_added: list[str] = field(default_factory=list)
    quotes_removed: list[str] = field(default_factory=list)
    quotes_altered: list[Pair] = field(default_factory=list)
    quotes_reworded: list[Pair] = field(default_factory=list)  # altered, and no word of content is another
    attribution: list[Pair] = field(default_factory=list)
    hedging: list[Pair] = field(default_factory=list)
    # "may" came or went, as with rewordings, or another hedge came
    modal_hedging: list[Pair] = field(default_factory=list)
    corrections: list[str] = field(default_factory=list)
    updates: list[str] = field(default_factory=list)
    in_headline: set[str] = field(default_factory=set)  # which of the lists above have a fact of the headline
    in_lede: set[str] = field(default_factory=set)

    def counts(self) -> dict[str, int]:
        return {name: len(getattr(self, name)) for name in _fields()}

    def locate(self, edit: Edit, before: Mapping[str, int]) -> None:
        """Note where the facts stand that `edit` added to those counted `before`, if it is at the centre."""
        if edit.is_headline or edit.is_lede:
            added = {name for name, count in self.counts().items() if count > before[name]}
            (self.in_headline if edit.is_headline else self.in_lede).update(added)

    @classmethod
    def pairs(cls) -> tuple[str, ...]:
        """Return the names of the fields that hold pairs."""
        return tuple(each.name for each in fields(cls) if each.type == "list[Pair]")

    def changes_stated_facts(self) -> bool:
        """Return whether something stated before is now stated differently, or no longer."""
        turned = (*self.negation, *self.opposite, *self.roles, *self.speaker, *self.thing, *self.cause)
        pairs = (*self.numbers, *self.names, *self.place, *self.time)
        hedged = any(not old or not new for old, new in self.hedging)
        quotes = self.quotes_removed or self.quotes_altered or self.quotes_reworded
        return bool(turned or hedged or quotes or any(old for old, _ in pairs))


@cache
def _fields() -> tuple[str, ...]:
    return tuple(each.name for each in fields(FactChanges))


def fact_changes(
    previous: Article, current: Article, changed: Sequence[Edit], rewordings: Sequence[Edit]
) -> FactChanges:
    """Return the facts that `changed` affects; what only moved within the article is not a difference.

    `rewordings` are those edits that are more than typos: a corrected spelling of a name is not another name. Of more
    than `MAX_READ_EDITS`, or of longer ones together, the first are read: the headline, then the paragraphs in order.
    """
    tag = current.in_language or previous.in_language
    changed = _first(changed)
    others, reworded = _Others(previous, current), set(map(id, rewordings))
    changes = FactChanges()
    for edit in changed:
        if edit.is_paired:
            before = changes.counts()
            _add(changes, edit, others, tag, is_reworded=id(edit) in reworded)
            changes.locate(edit, before)
    for pairs in (changes.numbers, changes.names, changes.time):
        pairs[:] = dict.fromkeys(pairs)
    quotes, language = quote_changes(changed, others), primary_language(tag)
    changes.quotes_removed, changes.quotes_added = quotes.removed, quotes.added
    for pair in quotes.altered:
        (changes.quotes_altered if say_otherwise(*pair, language) else changes.quotes_reworded).append(pair)
    changes.corrections = _new_notes(previous, current, CORRECTION)
    changes.updates = [note for note in _new_notes(previous, current, UPDATE) if note not in changes.corrections]
    return changes


def _first(changed: Sequence[Edit]) -> list[Edit]:
    """Return the edits that are read: of an ordinary article all."""
    sizes = accumulate(len(edit.old) + len(edit.new) for edit in changed[:MAX_READ_EDITS])
    first = [edit for edit, size in zip(changed, sizes, strict=False) if size <= MAX_READ_CHARACTERS]
    return first or list(changed[:1])


def _add(changes: FactChanges, edit: Edit, others: _Others, tag: str | None, *, is_reworded: bool) -> None:
    """Add the facts that one edit changes; of several readings of the same words the most telling one."""
    language = primary_language(tag)
    figures = _replaced(edit, others, lambda text: numbers(text, tag), _without_equal(edit, language))
    changes.numbers += figures
    if not is_reworded:
        return
    speakers, modality = _add_reversals(changes, edit, others, language, figures)
    said = [] if speakers else attributions(edit, language)
    changes.attribution += [] if said and negations.is_silence(edit, language) else said
    for pair in hedges(edit, language, modality):
        is_modal = all(pair) or (pair[0] or pair[1]).casefold() in _MODAL_HEDGES
        (changes.modal_hedging if is_modal else changes.hedging).append(pair)


def _add_reversals(
    changes: FactChanges, edit: Edit, others: _Others, language: str, figures: Sequence[Pair]
) -> tuple[list[Pair], list[Pair]]:
    """Add what an edit turns round; return its speakers and modal verbs."""
    negated = negations.negations(edit, language)
    opposed = [pair for pair in reversals.opposites(edit, language) if not are_said(pair, negated)]
    is_same = has_negated_opposite(edit, language)
    negated, opposed = ([], []) if is_same else (negated, opposed)
    roles = [] if negated or opposed else roles_of(edit, language)
    places = replaced_names.places(edit, language)
    speakers = [pair for pair in reversals.speakers(edit, language) if not are_said(pair, [*places, *figures])]
    modality, quantities = modality_of(edit, language), reversals.quantities(edit, language)
    times = _replaced(
        edit, others, lambda text: moments(text, language), lambda old, new: without_equal_times(old, new, language)
    )
    said = [*places, *speakers]
    names = [] if roles else _replaced(edit, others, lambda text: _names(text, language))
    names += [pair for pair in replaced_names.parts_of_names(edit, language) if not are_said(pair, names)]
    names = [
        pair for pair in names if not (are_said(pair, said) or is_longer(pair) or is_respelt(pair) or is_derived(pair))
    ]
    places, speakers = ([pair for pair in pairs if not is_respelt(pair)] for pairs in (places, speakers))
    if swapped := exchanged([*places, *names]):
        roles, places, names = roles or [swapped], [], []
    changes.negation += negated
    changes.negation_reworded += [] if negated or opposed else negations.reworded_negations(edit, language)
    changes.opposite += opposed
    changes.roles += roles
    changes.place += places
    changes.speaker += speakers
    changes.modality += modality
    changes.numbers += quantities
    changes.time += times
    changes.names += names
    if not (negated or opposed or roles):
        known = [*said, *names, *figures, *quantities, *times]
        changes.thing += [pair for pair in reversals.things(edit, language) if not are_said(pair, known)]
        changes.cause += [pair for pair in reversals.causes(edit, language) if not are_said(pair, known)]
    return speakers, modality


def _names(text: str, language: str) -> list[Fact]:
    """Return the names of a text; those of days, months and currencies are none."""
    apart = [*moment_spans(text, language), *((fact.start, fact.end) for fact in numbers(text, language))]
    return [
        name for name in facts.names(text, language) if not any(s <= name.start and name.end <= e for s, e in apart)
    ]


class _Others:
    """The texts of both versions, folded once, for facts that only moved."""

    def __init__(self, previous: Article, current: Article) -> None:
        self._articles = previous, current
        self._folded: dict[bool, str] = {}

    def has(self, fact: Fact, *, is_new: bool) -> bool:
        """Return whether a version states a fact anywhere in the same words."""
        return fact.text.strip().casefold() in self.folded(is_new=is_new)

    def folded(self, *, is_new: bool) -> str:
        if is_new not in self._folded:
            article = self._articles[is_new]
            self._folded[is_new] = "\n".join((article.headline, *article.paragraphs)).casefold()
        return self._folded[is_new]

    def quoted_words(self, *, is_new: bool) -> str:
        return " ".join(facts.words(facts.plain(self.folded(is_new=is_new))))


def _without_equal(edit: Edit, language: str) -> Callable[[list[Fact], list[Fact]], tuple[list[Fact], list[Fact]]]:
    return lambda removed, added: without_equal(removed, added, edit, language)


def _replaced(
    edit: Edit,
    others: _Others,
    read: Callable[[str], list[Fact]],
    without_same: Callable[[list[Fact], list[Fact]], tuple[list[Fact], list[Fact]]] = lambda old, new: (old, new),
) -> list[Pair]:
    """Return the facts in changed words of a row that are nowhere in the other version, as pairs."""
    old, new = read(edit.old), read(edit.new)
    removed, added = without_same(edit.removed_of(old), edit.added_of(new))
    if not removed and not added:
        return []
    return _pairs(removed, added, ({fact.key for fact in old}, {fact.key for fact in new}), others)


def _pairs(
    removed: Sequence[Fact], added: Sequence[Fact], keys: tuple[set[str], set[str]], others: _Others
) -> list[Pair]:
    """Pair the removed facts of one edit with the added ones if there are as many of both, else return each alone."""
    same = Counter(fact.key for fact in removed) & Counter(fact.key for fact in added)
    removed = [fact for fact in removed if fact.key not in same]
    added = [fact for fact in added if fact.key not in same]
    if len(removed) == len(added):
        return [
            (old.text, new.text)
            for old, new in zip(removed, added, strict=True)
            if not (old.key in keys[1] and new.key in keys[0]) and not _are_apart(old, new)
        ]
    removed = [fact for fact in removed if not fact.is_weak and fact.key not in keys[1]]
    added = [fact for fact in added if not fact.is_weak and fact.key not in keys[0]]
    gone = [(fact.text, "") for fact in removed if not others.has(fact, is_new=True)]
    return gone + [("", fact.text) for fact in added if not others.has(fact, is_new=False)]


def _are_apart(old: Fact, new: Fact) -> bool:
    """Return whether two numbers count different things, and one may say something else: "half a point", "3 %"."""
    units = [unit for unit in (fact.key.lstrip("0123456789.") for fact in (old, new)) if unit]
    return (old.is_weak or new.is_weak) and len(set(units)) > 1


def _new_notes(previous: Article, current: Article, pattern: regex.Pattern[str]) -> list[str]:
    """Return notes that were added; a note that was only reworded ("Updated 14:05") is not one."""
    before, after = set(previous.paragraphs), set(current.paragraphs)
    old = [text for text in previous.paragraphs if text not in after and has_match(pattern, text)]
    new = [text for text in current.paragraphs if text not in before and has_match(pattern, text)]
    new = [text for text in new if not is_policy(text)]
    is_longer = sum(map(len, new)) > sum(map(len, old)) + MIN_FURTHER_NOTE and pattern is CORRECTION
    return new if len(new) > len(old) or (new and is_longer) else []
