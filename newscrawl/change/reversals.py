"""What an edit turns round beside negations: opposites, speakers, roles, time, place, cause, things."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, product

import regex

from newscrawl.change import cues
from newscrawl.change.edits import Edit, Replacement
from newscrawl.change.lexicon import ATTRIBUTION, SAYING_BEFORE
from newscrawl.change.tokens import tokens
from newscrawl.change.wording import has_content, is_thing, say_otherwise
from newscrawl.change.wordnet import are_opposite, has_kind, may_be_one, shared_kind

Pair = tuple[str, str]
_MAX_WORDS = 8  # of a replaced passage whose words are compared one with another; a longer one is another sentence
_CAUSE_REACH = 30  # characters behind "because of" that name the cause
_SENTENCE_END = regex.compile(r"[.!?;]\s")
_CLAUSE_END = regex.compile(r"[.!?,;:。！？、，；：؟،؛]")
_DIGIT = re.compile(r"\d")
_MAX_PASSAGES = 3  # replaced ones of a sentence that is still the same
_SHORT = 3  # words of a passage that is a word replaced, and not a sentence rewritten
_OPPOSED_PREFIXES = (
    ("pro-", "anti-"), ("pre-", "post-"), ("over", "under"), ("up", "down"), ("in", "out"), ("im", "ex"),
)  # fmt: skip
_FEW = 2  # replaced passages that may belong together
_PAUSES = tuple(",;:–—-")


def opposites(edit: Edit, language: str) -> list[Pair]:
    """Return the words that an edit replaces by their opposites."""
    found = [pair for gap in edit.replaced for pair in _opposites(gap, edit, language)]
    if not found and language == "en" and (moved := _moved(edit)) is not None:
        found = list(_opposites(moved, edit, language))  # "soldiers took from", "gave to soldiers"
    if not found and language == "en" and len(edit.replaced) == _FEW:
        # "to keep the libraries open", "to shut the libraries": a passage went, and its opposite stands beside it.
        found = [
            (words[0], words[1]) for one, other, words in opposites_between(edit, language) if _is_taken(one, other)
        ]
    found = list(dict.fromkeys(found))
    # "never ill", "always well": of two opposites, one a negation, each undoes the other.
    is_double = len(found) == _FEW and any(cues.words("negation", language).intersection(pair) for pair in found)
    return [] if is_double else found


def _is_taken(one: Replacement, other: Replacement) -> bool:
    """Return whether of two short passages one only came or went."""
    sides = [len(tokens(side)) for side in (one.old, one.new, other.old, other.new)]
    return 0 in sides and max(sides) <= _SHORT


def _moved(edit: Edit) -> Replacement | None:
    """Return a passage that was taken out and one that was put in elsewhere in the sentence as one replacement."""
    taken = [gap for gap in edit.replaced if not gap.new.strip()]
    put = [gap for gap in edit.replaced if not gap.old.strip()]
    if len(taken) != 1 or len(put) != 1:
        return None
    first, last = sorted((taken[0], put[0]), key=lambda gap: gap.old_span)
    if _SENTENCE_END.search(edit.old[first.old_span[1] : last.old_span[0]]):
        return None
    return Replacement(taken[0].old, put[0].new, taken[0].old_span, put[0].new_span)


def _opposites(gap: Replacement, edit: Edit, language: str) -> Iterator[Pair]:
    if signs := cues.opposed_signs(language):
        yield from _opposed_signs(gap, edit, signs)
        return
    old, new = _candidates(gap, edit)
    for one, other in product(old, new):
        a, b = one.casefold(), other.casefold()
        if (language == "en" and are_opposite(a, b)) or cues.are_opposed(a, b, language) or _has_opposed_prefix(a, b):
            yield one, other


def _has_opposed_prefix(one: str, other: str) -> bool:
    """Return whether two words differ in a prefix for its opposite: "pro-war", "anti-war"."""
    for first, second in _OPPOSED_PREFIXES:
        for a, b in ((one, other), (other, one)):
            stem = a.removeprefix(first)
            if stem != a and len(stem) > 2 and b == second + stem:
                return True
    return False


def opposites_in(gap: Replacement, edit: Edit, language: str) -> list[str]:
    """Return the words of a replaced passage that are opposites."""
    return [word for pair in _opposites(gap, edit, language) for word in pair]


def opposites_between(edit: Edit, language: str) -> Iterator[tuple[Replacement, Replacement, list[str]]]:
    """Return words whose opposite stands in another replaced passage of the sentence: "stay open", "not close"."""
    if len(edit.replaced) > _MAX_PASSAGES:
        return
    for one, other in pairwise(edit.replaced):
        if _SENTENCE_END.search(edit.old[one.old_span[1] : other.old_span[0]]):
            continue
        for taken, put in ((one, other), (other, one)):
            both = Replacement(taken.old, put.new, taken.old_span, put.new_span)
            if words := opposites_in(both, edit, language):
                yield one, other, words


def _opposed_signs(
    gap: Replacement, edit: Edit, signs: Iterable[tuple[tuple[str, ...], tuple[str, ...]]]
) -> Iterator[Pair]:
    if not gap.old or not gap.new:
        return
    # One sign of a word may have stayed: 有罪, 無罪.
    before, after = _widened(edit.old, gap.old_span), _widened(edit.new, gap.new_span)
    for first, second in signs:
        for old, new in ((first, second), (second, first)):
            one = next((sign for sign in old if sign in before), None)
            other = next((sign for sign in new if sign in after), None)
            if one and other and one not in after and other not in before:
                yield one, other


def _widened(text: str, span: tuple[int, int]) -> str:
    return text[max(0, span[0] - 1) : span[1] + 1]


def _candidates(gap: Replacement, edit: Edit) -> tuple[list[str], list[str]]:
    """Return the words of a replaced passage that stand on one side only; of a longer one, in one version only."""
    old, new = tokens(gap.old), tokens(gap.new)
    if not old or not new or len(old) > _MAX_WORDS or len(new) > _MAX_WORDS:
        return [], []
    is_short = max(len(old), len(new)) <= _SHORT
    kept_old = set(map(str.casefold, new if is_short else tokens(edit.new)))
    kept_new = set(map(str.casefold, old if is_short else tokens(edit.old)))
    return [w for w in old if w.casefold() not in kept_old], [w for w in new if w.casefold() not in kept_new]


def things(edit: Edit, language: str) -> list[Pair]:
    """Return the things that an edit replaces by others of their kind: colours, rooms, trades, countries' people."""
    if language != "en":
        return []
    return list(dict.fromkeys(pair for gap in edit.replaced for pair in _things(gap, edit)))


def _things(gap: Replacement, edit: Edit) -> Iterator[Pair]:
    old, new = _candidates(gap, edit)
    old, new = ([word for word in words if is_thing(word)] for words in (old, new))
    if not old or not new:
        return
    for one, other in product(_with_pairs(old, edit.old), _with_pairs(new, edit.new)):
        if other.casefold() in cues.distinct("en").get(one.casefold(), ()):
            yield one, other
            return
        if may_be_one(one.split()[-1], other.split()[-1]):
            continue  # "street", "main road"
        kind = shared_kind(one, other)
        if kind == "unit of time" and max(len(tokens(gap.old)), len(tokens(gap.new))) > 1:
            continue  # "90 minutes" is compared as a number
        if kind is not None and not are_opposite(one, other):
            yield one, other
            return


def _with_pairs(words: Sequence[str], text: str) -> list[str]:
    """Return the words that are of some kind, before them each with a neighbour: "dining room"."""
    around = tokens(text)
    pairs = [f"{one} {two}" for one, two in pairwise(around) if one in words or two in words]
    return [each for each in (*pairs, *words) if has_kind(each)]


def quantities(edit: Edit, language: str) -> list[Pair]:
    """Return the quantifiers that an edit replaces: most, few, all."""
    known = cues.words("quantity", language)
    pairs = []
    for gap in edit.replaced:
        old, new = ([w for w in tokens(side) if w.casefold() in known] for side in (gap.old, gap.new))
        classes = {cues.quantity_class(word.casefold(), language) for word in (*old, *new)}
        if len(old) == len(new) == 1 and len(classes) == 2:
            pairs.append((old[0], new[0]))
    return pairs


def speakers(edit: Edit, language: str) -> list[Pair]:
    """Return whom an edit replaces as the one who says something: the words beside a verb of saying."""
    return [(gap.old.strip(), gap.new.strip()) for gap in edit.replaced if _is_speaker(gap, edit, language)]


def _is_speaker(gap: Replacement, edit: Edit, language: str) -> bool:
    if _DIGIT.search(gap.old) or _DIGIT.search(gap.new):
        return False
    if gap.old.strip()[-1:] in _PAUSES or gap.new.strip()[-1:] in _PAUSES:
        return False  # it ends a clause: "…, where houses will be demolished, said …"
    first = {
        side.replace("’", "'").split("'")[0].split(" ")[0].casefold() for side in (gap.old.strip(), gap.new.strip())
    }
    if first & cues.words("pronouns", language):
        return False  # "they'd", "they had"
    if gap.old.strip().casefold().rstrip("s") == gap.new.strip().casefold().rstrip("s"):
        return False  # "other", "others"
    if not 0 < len(tokens(gap.old)) <= _MAX_WORDS or not 0 < len(tokens(gap.new)) <= _MAX_WORDS:
        return False
    if ATTRIBUTION.search(gap.old) or ATTRIBUTION.search(gap.new):
        return False
    if language == "en" and not (has_content(gap.old, language) and has_content(gap.new, language)):
        return False
    if SAYING_BEFORE.search(edit.old[max(0, gap.old_span[0] - 24) : gap.old_span[0]]):
        return True
    behind = _near_after(edit.old, gap.old_span), _near_after(edit.new, gap.new_span)
    return all(map(ATTRIBUTION.search, behind))


def _near_after(text: str, span: tuple[int, int]) -> str:
    """Return the next two words behind a passage, within its sentence."""
    rest = text[span[1] : span[1] + 40]
    return " ".join(_CLAUSE_END.split(rest)[0].split()[:2])


def _are_inflected(gap: Replacement) -> bool:
    """Return whether the longer words on both sides begin alike: another case or number of the same."""
    old, new = ([word.casefold() for word in tokens(side) if len(word) > 3] for side in (gap.old, gap.new))
    return (
        bool(old)
        and len(old) == len(new)
        and all(a[:4] == b[:4] and abs(len(a) - len(b)) <= 2 for a, b in zip(old, new, strict=True))
    )


def causes(edit: Edit, language: str) -> list[Pair]:
    """Return the causes that an edit replaces: another connective, or other words right behind one."""
    pattern = cues.causes(language)
    if pattern is None:
        return []
    pairs = []
    for gap in edit.replaced:
        if not gap.old.strip() or not gap.new.strip() or len(tokens(gap.old)) > _MAX_WORDS:
            continue
        one, other = pattern.search(gap.old), pattern.search(gap.new)
        before = edit.old[max(0, gap.old_span[0] - _CAUSE_REACH) : gap.old_span[0]]
        is_behind = pattern.search(before) is not None and not _SENTENCE_END.search(before)
        if _are_inflected(gap):
            continue
        if one and other:
            is_other = _are_other_causes(gap, (one, other), language)
        else:
            is_other = is_behind and not (one or other) and say_otherwise(gap.old, gap.new, language)
        if is_other:
            pairs.append((gap.old.strip(), gap.new.strip()))
    return pairs


def _are_other_causes(gap: Replacement, links: tuple[regex.Match[str], regex.Match[str]], language: str) -> bool:
    """Return whether two connectives differ in sense ("because of", "despite", not "due to"), or what they name."""
    one, other = links
    if one[0].casefold() == other[0].casefold():
        return False
    concession = cues.phrases("concession", language)
    if concession and bool(concession.search(one[0])) != bool(concession.search(other[0])):
        return True
    return say_otherwise(gap.old[: one.start()], gap.new[: other.start()], language) or say_otherwise(
        gap.old[one.end() :], gap.new[other.end() :], language
    )
