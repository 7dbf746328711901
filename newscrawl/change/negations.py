"""Negations that an edit puts in or takes out: words, endings and prefixes that deny, and signs of unspaced scripts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

import regex

from newscrawl.change import cues
from newscrawl.change.edits import Edit, Replacement, Span
from newscrawl.change.lexicon import ATTRIBUTION
from newscrawl.change.remembered import Remembered
from newscrawl.change.tokens import tokens, without_common
from newscrawl.change.wording import is_content
from newscrawl.change.wordnet import are_opposite, is_word, lemmas

Pair = tuple[str, str]
_NEGATING_PREFIXES = ("un", "in", "im", "ir", "il", "dis", "non-", "non", "mis")
_NEGATION_ENDINGS = ("n't", "n’t")
_ADJECTIVE = regex.compile(r"(?:ble|al|el|elle|ant|ent|ante|ente|ad[oa]|id[oa]|at[oa]|os[oa]|ier|i?que|il|ile)s?$|aux$")
# So many words more than stood in its place are a clause of their own: what it denies was not said before.
_NEW_CLAUSE = 11
_ROOT = 4  # letters that forms of a word share
_REACH = 80  # characters behind a passage in which that stands which it denies
_CLAUSE_END = regex.compile(r"[.,;:!?]\s")
_SENTENCE_END = regex.compile(r"[.!?;]\s")
_CONTEXT = 2  # words around a changed cue that tell what it negates


def negations(edit: Edit, language: str) -> list[Pair]:
    """Return the edit as one pair of passages if it puts negations in or takes them out: a statement is turned round.

    A negation that gives way to a word that denies, or a prefixed one to another word than its stem, is reworded;
    so is one that came or went with what it denies ("did not attend", "stayed away"): of 57 such edits 31 turned it.
    """
    turned = _turned(edit, language)
    if not turned:
        turned = _undone_prefixes(edit, language) or _moved(edit, language)
    elif (
        not _is_denied_still_said(edit, language)
        or _is_since_last(edit, language)
        or any(_denies(gap.new if turned > 0 else gap.old, language) for gap in edit.replaced)
    ):
        turned = 0
    return _negated_passages(edit, language) if turned and not is_silence(edit, language) else []


def _moved(edit: Edit, language: str) -> int:
    """Return 1 if a negation that changed denies what a clause of the other version says without any, else 0.

    "knew …, which it did not publish" has as many as "did not know …, which it published".
    """
    if cues.signs("negation", language):
        return 0
    for gap in edit.replaced:
        for text, span, other in ((edit.old, gap.old_span, edit.new), (edit.new, gap.new_span, edit.old)):
            if not _negation_cues(text[slice(*span)], language):
                continue
            word = _denied(text, span, language)
            if ATTRIBUTION.search(word):
                continue  # who "would not say" something may say other things
            said = [each for each in _CLAUSE_END.split(other) if word and _is_said(word, each, language)]
            if said and not any(_negation_cues(each, language) or _denies(each, language) for each in said):
                return 1
    return 0


def _is_denied_still_said(edit: Edit, language: str) -> bool:
    """Return whether the first word of content behind a changed negation stands in the other version too."""
    if cues.signs("negation", language):
        return True
    sides = [(edit.old, gap.old_span, edit.new) for gap in edit.replaced]
    sides += [(edit.new, gap.new_span, edit.old) for gap in edit.replaced]
    return any(
        _is_said(_denied(text, span, language), other, language)
        for text, span, other in sides
        if _negation_cues(text[slice(*span)], language)
    )


def _denied(text: str, span: Span, language: str) -> str:
    """Return the first word of content behind the first negation of a passage, within its sentence; "" if none is."""
    known = cues.words("negation", language)
    around = tokens(_SENTENCE_END.split(text[span[0] : span[1] + _REACH])[0])
    is_cue = (word.casefold() in known or word.casefold().endswith(_NEGATION_ENDINGS) for word in around)
    at = next((place for place, found in enumerate(is_cue) if found), 0)
    return next((word for word in around[at + 1 :] if is_content(word, language)), "")


def _is_said(word: str, text: str, language: str) -> bool:
    if not word:
        return True
    if language == "en":
        known = lemmas(word.casefold())
        return any(word.casefold() == other or known & lemmas(other) for other in map(str.casefold, tokens(text)))
    return any(word.casefold()[:_ROOT] == other[:_ROOT] for other in map(str.casefold, tokens(text)))


def _is_since_last(edit: Edit, language: str) -> bool:
    """Return whether both sides say when something was last done: "not been there since May", "last there in May"."""
    since = cues.words("since", language)
    sides = [
        ({*map(str.casefold, tokens(text))}, bool(_negation_cues(text, language))) for text in (edit.old, edit.new)
    ]
    changed = {*map(str.casefold, tokens(" ".join(f"{gap.old} {gap.new}" for gap in edit.replaced)))}
    (denied, _), (said, _) = sorted(sides, key=lambda side: not side[1])
    last = cues.words("last", language) & changed & said - denied
    return bool(last and since & changed & denied)


def reworded_negations(edit: Edit, language: str) -> list[Pair]:
    """Return the edit as one pair of passages if a word that denies came or went, whatever stands in its place."""
    if _turned(edit, language):
        return [] if is_silence(edit, language) else _negated_passages(edit, language)
    gaps = [gap for gap in edit.replaced if not _is_synonym(gap)]
    old = sum(_denies(gap.old, language, strictly=True) for gap in gaps)
    new = sum(_denies(gap.new, language, strictly=True) for gap in gaps)
    return _negated_passages(edit, language) if old != new else []


def are_turned_in(gap: Replacement, language: str, apart: Iterable[str]) -> bool:
    """Return whether a replaced passage has more negations on one side, those within words of `apart` left out."""
    known = " ".join(apart).casefold()
    old, new = ([cue for cue in _negation_cues(side, language) if cue not in known] for side in (gap.old, gap.new))
    return len(old) != len(new)


def is_silence(edit: Edit, language: str) -> bool:
    """Return whether "did not speak" gave way to a word for silence, or the other way round: both say the same."""
    silence, speaking = cues.phrases("silence", language), cues.phrases("speaking", language)
    turned = _turned(edit, language)
    if silence is None or speaking is None or not turned:
        return False
    denied, silent = (" … ".join(side) for side in zip(*((gap.old, gap.new) for gap in edit.replaced), strict=True))
    if turned < 0:
        denied, silent = silent, denied
    return all((silence.search(silent), speaking.search(denied), not silence.search(denied)))


def has_cue(edit: Edit, language: str) -> bool:
    """Return whether a word that negates stands in any replaced passage."""
    return any(_negation_cues(side, language) for gap in edit.replaced for side in (gap.old, gap.new))


def _is_synonym(gap: Replacement) -> bool:
    """Return whether one word gave way to another, one of them prefixed: "unhappy", "sad". Opposites come first."""
    old, new = tokens(gap.old), tokens(gap.new)
    return len(old) == len(new) == 1 and bool(_stem(old[0].casefold()) or _stem(new[0].casefold()))


def _turned(edit: Edit, language: str) -> int:
    """Return how many negations the edit takes out; below 0, how many it puts in."""
    if signs := cues.signs("negation", language):
        # A part of a sign may have stayed: しなかった, した.
        old, new = _changed_signs(edit.old, edit.deleted, signs), _changed_signs(edit.new, edit.inserted, signs)
    else:
        gaps = [gap for gap in edit.replaced if not _is_new_clause(gap)]
        old = [each for gap in gaps for each in _negation_cues(gap.old, language)]
        new = [each for gap in gaps for each in _negation_cues(gap.new, language)]
    old, new = without_common(old, new)
    return len(old) - len(new)


def _is_new_clause(gap: Replacement) -> bool:
    return abs(len(tokens(gap.old)) - len(tokens(gap.new))) >= _NEW_CLAUSE


def _changed_signs(text: str, spans: Sequence[Span], signs: Sequence[str]) -> list[str]:
    """Return the signs that overlap changed text, of two in one place the longer one."""
    pattern = regex.compile("|".join(sorted(map(regex.escape, signs), key=len, reverse=True)))
    return [m[0] for m in pattern.finditer(text) if any(m.start() < end and start < m.end() for start, end in spans)]


def _negated_passages(edit: Edit, language: str) -> list[Pair]:
    gap = next((gap for gap in edit.replaced if _negation_cues(gap.old + " " + gap.new, language)), edit.replaced[0])
    return [(_with_context(edit.old, gap.old_span), _with_context(edit.new, gap.new_span))]


@Remembered
def _negation_cues(text: str, language: str) -> tuple[str, ...]:
    if signs := cues.signs("negation", language):
        return tuple(sign for sign in signs for _ in range(text.count(sign)))
    known = cues.words("negation", language)
    phrases = cues.phrases("negation_phrases", language)
    if restrictions := cues.phrases("restrictions", language):
        text = restrictions.sub(" ", text)  # "no more than", "nothing but": as much as "only"
    read = [*map(str.casefold, tokens(text)), ""]
    found = [
        word
        for word, behind in pairwise(read)
        if (word in known or word.endswith(_NEGATION_ENDINGS)) and not (word == "no" and behind[:1].isdigit())
    ]
    return (*found, *(match[0].casefold() for match in phrases.finditer(text))) if phrases else tuple(found)


def _denies(text: str, language: str, *, strictly: bool = False) -> bool:
    known = cues.words("denials", language) | (frozenset() if strictly else cues.words("understated", language))
    phrases = cues.phrases("denying_phrases", language)
    has_prefix = _stem if language == "en" else lambda _: ""
    return any(word in known or has_prefix(word) for word in map(str.casefold, tokens(text))) or bool(
        phrases and phrases.search(text)
    )


def is_negated(word: str, text: str, language: str) -> bool:
    """Return whether a word stands right behind a negation, or behind one word more: "not to stay"."""
    around = tokens(text)
    return any(
        each == word and bool(_negation_cues(" ".join(around[max(0, at - _CONTEXT) : at]), language))
        for at, each in enumerate(around)
    )


def _undone_prefixes(edit: Edit, language: str) -> int:
    """Return how many words lost a negating prefix or ending ("unsafe", "safe") less those that got one."""
    count = 0
    for gap in edit.replaced:
        old, new = ([word.casefold() for word in tokens(side)] for side in (gap.old, gap.new))
        if language == "en":
            count += sum(_is_undone(word, old, new) for word in old) - sum(_is_undone(word, new, old) for word in new)
        else:
            count += sum(is_prefixed(one, other, language) for one in old for other in new)
            count -= sum(is_prefixed(other, one, language) for one in old for other in new)
    return count


def is_prefixed(word: str, stem: str, language: str) -> bool:
    """Return whether a word denies another one by its prefix: "unschuldig", "schuldig".

    "Information" does not deny "formation": in Romance languages an adjective's ending is asked for.
    """
    is_germanic = language not in ("fr", "es", "pt", "it")
    return (
        len(stem) > 3
        and (is_germanic or _ADJECTIVE.search(stem) is not None)
        and any(word == prefix + stem for prefix in cues.words("negating_prefixes", language))
    )


def _is_undone(word: str, own: Sequence[str], others: Sequence[str]) -> bool:
    """Return whether a prefixed negation has its stem on the other side, or was taken out without a substitute."""
    stem = _stem(word)
    if not stem:
        return False
    return any(lemmas(stem) & lemmas(other) for other in others) or (not others and len(own) == 1)


@lru_cache(maxsize=10_000)
def _stem(word: str) -> str:
    """Return what an English word denies by its prefix or ending: "unsafe", "helpless"; "" if it does not."""
    if word.endswith("less") and len(word) > 6 and is_word(word[:-4]):
        return word[:-4]
    for prefix in _NEGATING_PREFIXES:
        stem = word.removeprefix(prefix)
        is_stem = stem != word and len(stem) > 3 and is_word(stem)
        if is_stem and (prefix in ("un", "non-") or are_opposite(stem, word)):
            return stem
    return ""


def _with_context(text: str, span: tuple[int, int]) -> str:
    """Return a passage with the words around it."""
    before = text[: span[0]].split()[-_CONTEXT:]
    after = text[span[1] :].split()[:_CONTEXT]
    return " ".join([*before, *text[span[0] : span[1]].split(), *after])
