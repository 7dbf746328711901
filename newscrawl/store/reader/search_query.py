"""What a person typed into a search: words, and phrases in double quotes. Pure; nothing is an operator or a pattern."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from newscrawl.store.terms import folded, terms

MAX_QUERY_TERMS = 12
MAX_SNIPPETS = 2


class SearchQuery:
    """Terms to be found in the index, and phrases to be found in the texts."""

    def __init__(self, query_terms: Sequence[str], phrases: Sequence[str]) -> None:
        self.terms = tuple(query_terms)
        self.phrases = tuple(phrases)

    @classmethod
    def of(cls, text: str) -> SearchQuery:
        quoted = text.replace("“", '"').replace("”", '"').split('"')[1::2]
        phrases = [_comparable(phrase) for phrase in quoted if phrase.strip()]
        return cls(terms((text,))[:MAX_QUERY_TERMS], phrases)

    def has_terms(self, texts: Sequence[str]) -> bool:
        """Return whether the texts together contain all terms."""
        return set(self.terms) <= set(terms(texts, maximum=sys.maxsize))

    def has_phrases(self, texts: Sequence[str]) -> bool:
        """Return whether each phrase is in one of the texts."""
        if not self.phrases:
            return True
        comparable = [_comparable(text) for text in texts]
        return all(any(phrase in text for text in comparable) for phrase in self.phrases)

    def snippets(self, texts: Sequence[str]) -> tuple[str, ...]:
        """Return the first texts that contain all terms; if there is none, the one that contains the most terms."""
        best, best_score = "", 0
        complete: list[str] = []
        for text in texts:
            plain = folded(text)
            score = sum(term in plain for term in self.terms)
            if score == len(self.terms):
                complete.append(text)
                if len(complete) == MAX_SNIPPETS:
                    break
            elif score > best_score:
                best, best_score = text, score
        return tuple(complete) or ((best,) if best else ())


def _comparable(text: str) -> str:
    return " ".join(folded(text).split())
