"""Words that turn or shade what a sentence states, by language, read from cues.json beside this file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from itertools import product
from typing import Any

import regex

_DATA: Mapping[str, Any] = json.loads(resources.files("newscrawl.change").joinpath("cues.json").read_text("utf-8"))
_UNSPACED = frozenset({"ja", "zh", "ko", "th"})


@lru_cache(maxsize=256)
def words(table: str, language: str) -> frozenset[str]:
    """Return the words of a table in a language; none for a language that it does not have."""
    return frozenset(_DATA[table].get(_base(language), "").split())


def signs(table: str, language: str) -> tuple[str, ...]:
    """Return the signs of a table in a language written without spaces, counted wherever they stand."""
    return tuple(_DATA[f"{table}_signs"].get(language, ()))


@lru_cache(maxsize=64)
def outcomes(language: str) -> Mapping[str, frozenset[str]]:
    """Return by word the words of opposed outcomes."""
    table: dict[str, set[str]] = {}
    for first, second in _DATA["outcomes"].get(_base(language), ()):
        for one, other in product(first.split(), second.split()):
            table.setdefault(one, set()).add(other)
            table.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in table.items()}


@lru_cache(maxsize=64)
def quantity_class(word: str, language: str) -> int | str:
    """Return the class of quantifiers that say about the same; a word of none is its own."""
    classes = _DATA["quantity_alike"].get(_base(language), ())
    return next((number for number, alike in enumerate(classes) if word in alike.split()), word)


def opposed_signs(language: str) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Return the signs of opposed outcomes in a language written without spaces, those of one side and of the other."""
    return tuple((tuple(one), tuple(other)) for one, other in _DATA["outcome_signs"].get(language, ()))


@lru_cache(maxsize=64)
def causes(language: str) -> regex.Pattern[str] | None:
    """Return the pattern of words before a cause; None for a language without any."""
    connectives = _DATA["cause"].get(_base(language))
    if connectives is None:
        return None
    pattern = "|".join(connectives)
    return regex.compile(pattern if language in _UNSPACED else rf"\b(?:{pattern})", regex.IGNORECASE)


def _base(language: str) -> str:
    return {"nb": "no", "nn": "no"}.get(language, language)
