"""Who and whom an edit exchanges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations, pairwise, takewhile

from newscrawl.change import cues
from newscrawl.change.edits import Edit
from newscrawl.change.facts import quotes
from newscrawl.change.lexicon import ATTRIBUTION
from newscrawl.change.tokens import tokens
from newscrawl.change.wordnet import is_word, lemmas

Pair = tuple[str, str]
_ARTICLES = frozenset(["a", "an", "the"])
_LINKS = frozenset(["and", "but", "or", "while", "whereas", "und", "oder", "während", "mais", "tandis", "mientras",
                    "pero", "enquanto", "mas", "mentre", "terwijl", "maar"])  # fmt: skip
_BEFORE_AGENTS = frozenset(["by", "with", "von", "durch", "par", "por", "pelo", "pela", "pelos", "pelas", "da", "dal",
                            "dalla", "dai", "dagli", "door"])  # fmt: skip
_BE = frozenset(["is", "are", "was", "were", "be", "been", "being"])
_VOICE = _BE | {"by"}
_OBJECTS = frozenset(["him", "her", "them", "it", "us", "me"])
_MIN_STATEMENT = 2  # words of content: who, what, whom
_MAX_EXCHANGED = 40  # words of a sentence


def roles(edit: Edit, language: str) -> list[Pair]:
    """Return who and whom an edit exchanges: "A beat B", "B beat A". A place or time that only moved is none."""
    old, new = (tokens(text) for text in _outside_quotes(edit.old, edit.new))
    if len(old) > _MAX_EXCHANGED or len(new) > _MAX_EXCHANGED:
        return []
    if _agents(old) != _agents(new):
        # "Rain caused floods", "floods caused by rain": the verb is turned, and they with it.
        return _turned_voice(old, new) if language == "en" else []
    found = _swapped(*(_content(words, language) for words in (old, new)))
    if found or language != "en":
        return found
    return _turned_to_pronoun(old, new) or _turned_to_pronoun(new, old)


def _swapped(before: list[str], after: list[str]) -> list[Pair]:
    """Return who and whom stand in each other's place, all words of content being the same."""
    if before == after or Counter(before) != Counter(after):
        return []
    before, after = _without_common_ends(before, after)
    for start, end in combinations(range(1, len(before)), 2):
        one, between, other = before[:start], before[start:end], before[end:]
        if _LINKS.issuperset(between):
            continue  # two clauses or things of one rank, the second named first
        sides = " ".join(one), " ".join(other)
        if [*other, *between, *one] == after and not any(map(ATTRIBUTION.search, (*sides, " ".join(between)))):
            return [sides]
    return []


def _turned_voice(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """Return who and whom an edit exchanges by the verb alone: "A defeated B", "A was defeated by B"."""
    before, after = (_content(words, "en") for words in (old, new))
    before, after = ([word for word in words if word not in _VOICE] for words in (before, after))
    is_kept = len(before) == len(after) and all(map(_is_one, before, after))
    is_passive = [bool(_BE.intersection(words)) and "by" in words for words in (old, new)]
    return [(before[0], before[-1])] if is_kept and len(before) > _MIN_STATEMENT and sum(is_passive) == 1 else []


def _turned_to_pronoun(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """Return who and whom an edit exchanges, one a pronoun now: "and blamed the union", "the union blamed him"."""
    for place, (verb, pronoun) in enumerate(pairwise(new)):
        if pronoun not in _OBJECTS or pronoun in old or not is_word(verb):
            continue
        who = list(takewhile(lambda word: word not in _LINKS, reversed(new[:place])))[::-1]
        for at, word in enumerate(old):
            # What stood behind the verb stands before it.
            if who and _is_one(word, verb) and list(old[at + 1 : at + 1 + len(who)]) == who:
                return [(" ".join(who), pronoun)]
    return []


def _is_one(one: str, other: str) -> bool:
    return one == other or bool(lemmas(one) & lemmas(other))


def _agents(words: Sequence[str]) -> int:
    """Return how many words are those before who did something, in the passive voice."""
    return sum(word.casefold() in _BEFORE_AGENTS for word in words)


def _outside_quotes(old: str, new: str) -> tuple[str, str]:
    """Return two texts without their quotations if those are the same: an attribution moved around one."""
    before, after = quotes(old, min_words=1), quotes(new, min_words=1)
    if [quote.key for quote in before] != [quote.key for quote in after]:
        return old, new
    for quote in before:
        old = old.replace(quote.text, " ")
    for quote in after:
        new = new.replace(quote.text, " ")
    return old, new


def _without_common_ends(one: list[str], other: list[str]) -> tuple[list[str], list[str]]:
    while one and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return one, other


def _content(words: Sequence[str], language: str) -> list[str]:
    """Return the words that name something or act, without those behind a word for a place or time, in lower case."""
    places = cues.words("place", language) | cues.words("place_ambiguous", language) | {"on"}
    content = []
    for before, word in pairwise(("", *words)):
        if before.casefold() in places:
            continue
        if word.casefold() in _ARTICLES:
            continue
        if word[:1].isupper() or (len(word) > 2 and (language != "en" or is_word(word))):
            content.append(word.casefold())
    return content
