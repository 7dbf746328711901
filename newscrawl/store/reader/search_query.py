"""What a person typed into a search: words, beginnings of words (immig*), "phrases", and OR between them. Pure."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from newscrawl.errors import NewscrawlError
from newscrawl.store.terms import folded, is_unspaced, query_terms, terms, word_spans

MAX_QUERY_TERMS = 12
MAX_SNIPPETS = 2
MIN_BEGINNING = 2  # letters before *
OR = "OR"
_TOKENS = re.compile(r'"([^"]*)(?:"|$)|[^\s"]+')


class BadQuery(NewscrawlError):
    """Raised by the reader for a search that cannot be meant as it is written; web answers 400."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of the things of which a text must have any: all of these terms, the beginning, and the phrase."""

    terms: tuple[str, ...]
    beginning: str | None = None  # of any word
    phrase: str | None = None

    def is_among(self, words: Collection[str]) -> bool:
        """Return whether the terms are among a text's."""
        beginning = self.beginning
        return all(term in words for term in self.terms) and (
            beginning is None or any(word.startswith(beginning) for word in words)
        )


class SearchQuery:
    """Groups of alternatives: a text must have one alternative of each group."""

    def __init__(self, groups: Sequence[Sequence[Alternative]]) -> None:
        self.groups = tuple(tuple(group) for group in groups)
        each = [alternative for group in self.groups for alternative in group]
        self.terms = tuple(dict.fromkeys(term for alternative in each for term in alternative.terms))
        self.beginnings = tuple(dict.fromkeys(each.beginning for each in each if each.beginning))
        self.is_found_by_terms = all(len(group) == 1 and group[0].phrase is None for group in self.groups)

    @classmethod
    def of(cls, text: str) -> SearchQuery:
        """Return a query; what cannot be meant as it is written is left out, see `problem`."""
        groups: list[list[Alternative]] = []
        is_joined = False
        count = 0
        for token in _tokens(text):
            if token == OR:
                is_joined = bool(groups)
                continue
            alternative = _alternative(token)
            count += len(alternative.terms) + (alternative.beginning is not None)
            if count > MAX_QUERY_TERMS:
                break
            if alternative.terms or alternative.beginning:
                if is_joined:
                    groups[-1].append(alternative)
                else:
                    groups.append([alternative])
            is_joined = False
        return cls(groups)

    @property
    def is_empty(self) -> bool:
        return not self.groups

    def has_terms(self, texts: Sequence[str]) -> bool:
        """Return whether the texts together have an alternative of each group, whatever the order of its terms."""
        found = frozenset(terms(texts, maximum=sys.maxsize))
        return all(any(alternative.is_among(found) for alternative in group) for group in self.groups)

    def has_any(self, texts: Sequence[str]) -> bool:
        """Return whether the texts have any of the words."""
        found = terms(texts, maximum=sys.maxsize)
        return any(word in self.terms or word.startswith(self.beginnings) for word in found)

    def has_phrases(self, texts: Sequence[str]) -> bool:
        """Return whether the texts have an alternative of each group: its terms, and its phrase in one of them."""
        if self.is_found_by_terms:
            return True
        comparable = [_comparable(text) for text in texts]
        found = frozenset(terms(texts, maximum=sys.maxsize))
        return all(
            any(
                any(each.phrase in text for text in comparable) if each.phrase else each.is_among(found)
                for each in group
            )
            for group in self.groups
        )

    def snippets(self, texts: Sequence[str]) -> tuple[str, ...]:
        """Return the first texts that contain all terms; if there is none, the one that contains the most terms."""
        best, best_score = "", 0
        complete: list[str] = []
        wanted = (*self.terms, *self.beginnings)
        for text in texts:
            plain = folded(text)
            score = sum(term in plain for term in wanted)
            if score == len(wanted):
                complete.append(text)
                if len(complete) == MAX_SNIPPETS:
                    break
            elif score > best_score:
                best, best_score = text, score
        return tuple(complete) or ((best,) if best else ())

    def marked(self, text: str) -> tuple[tuple[str, bool], ...]:
        """Return a text in pieces, and of each whether it is made of words that are sought."""
        is_sought = bytearray(len(text))
        for start, end in self._sought(text):
            is_sought[start:end] = b"\1" * (end - start)
        groups = groupby(zip(text, is_sought, strict=True), key=lambda pair: pair[1])
        return tuple(("".join(character for character, _ in pairs), bool(sought)) for sought, pairs in groups)

    def _sought(self, text: str) -> Iterator[tuple[int, int]]:
        for start, end in word_spans(text):
            if is_unspaced(text[start:end]):
                for at in range(start, end):
                    size = next((n for n in (2, 1) if at + n <= end and folded(text[at : at + n]) in self.terms), 0)
                    if size:
                        yield at, at + size
                continue
            word = folded(text[start:end])
            if word in self.terms or word.startswith(self.beginnings):
                yield start, end


def problem(text: str) -> str | None:
    """Return what is wrong with a search as it is written; None if nothing is."""
    tokens = _tokens(text)
    for index, token in enumerate(tokens):
        sides = tokens[index - 1 : index] + tokens[index + 1 : index + 2]
        if token == OR and (len(sides) < 2 or OR in sides):
            return "OR stands between two words or phrases; the word itself is found as “or”"
        word = next(reversed(query_terms(token)), "")  # none in what has no letters: that is left out
        if token.endswith("*") and 0 < len(word) < MIN_BEGINNING and not is_unspaced(word):
            return f"a beginning of words needs {MIN_BEGINNING} letters before its *: {token}"
    alternatives = [_alternative(token) for token in tokens if token != OR]
    if sum(len(each.terms) + (each.beginning is not None) for each in alternatives) > MAX_QUERY_TERMS:
        return f"more than {MAX_QUERY_TERMS} words are sought: leave some out"
    return None


def _tokens(text: str) -> list[str]:
    """Return words as they are typed, and phrases with the quotation mark that they begin with."""
    plain = text.replace("“", '"').replace("”", '"')
    return [match[0] for match in _TOKENS.finditer(plain) if match[0].strip('" ')]


def _alternative(token: str) -> Alternative:
    if token.startswith('"'):
        phrase = token.strip('"')
        return Alternative(tuple(query_terms(phrase)), phrase=_comparable(phrase))
    found = query_terms(token)
    if token.endswith("*") and found and not is_unspaced(found[-1]) and len(found[-1]) >= MIN_BEGINNING:
        return Alternative(tuple(found[:-1]), found[-1])
    return Alternative(tuple(found))


def _comparable(text: str) -> str:
    return " ".join(folded(text).split())
