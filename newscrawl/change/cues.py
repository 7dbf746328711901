"""Words that turn or shade what a sentence states, by language, read from cues.json beside this file."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import resources
from itertools import permutations, product
from typing import Any

import regex

_DATA: Mapping[str, Any] = json.loads(resources.files("newscrawl.change").joinpath("cues.json").read_text("utf-8"))
_UNSPACED = frozenset({"ja", "zh", "ko", "th"})


@lru_cache(maxsize=256)
def words(table: str, language: str) -> frozenset[str]:
    """Return the words of a table in a language; none for a language that it does not have."""
    return frozenset(_DATA[table].get(_base(language), "").split())


@lru_cache(maxsize=64)
def classes(table: str, language: str) -> Mapping[str, str]:
    """Return by word its class in a table."""
    return {word: name for name, alike in _DATA[table].get(_base(language), {}).items() for word in alike.split()}


@lru_cache(maxsize=64)
def phrases(table: str, language: str) -> regex.Pattern[str] | None:
    """Return the pattern of a table's phrases; None for a language without any."""
    known = _DATA[table].get(_base(language))
    edge = "" if language in _UNSPACED else r"\b"
    return regex.compile(rf"{edge}(?:{'|'.join(known)})", regex.IGNORECASE) if known else None


@lru_cache(maxsize=64)
def patterns(table: str, language: str) -> Mapping[str, regex.Pattern[str]]:
    """Return by what they say the verbose patterns of a table."""
    known = _DATA[table].get(_base(language), {})
    verbose = {key: pattern.replace(" ", r"\ ") for key, pattern in known.items()}
    return {key: regex.compile(rf"(?xiV1)\b(?:{pattern})") for key, pattern in verbose.items()}


def table(name: str) -> Iterable[tuple[str, str]]:
    """Return the rows of a table that is the same for all languages."""
    rows: Mapping[str, str] = _DATA[name]
    return rows.items()


def signs(table: str, language: str) -> tuple[str, ...]:
    """Return the signs of a table in a language written without spaces, counted wherever they stand."""
    return tuple(_DATA[f"{table}_signs"].get(language, ()))


def are_opposed(one: str, other: str, language: str) -> bool:
    """Return whether two words name opposed outcomes, in whichever inflection."""
    return stem(other, language) in _outcomes(language).get(stem(one, language), frozenset())


@lru_cache(maxsize=64)
def _outcomes(language: str) -> Mapping[str, frozenset[str]]:
    """Return by stem the stems of opposed outcomes."""
    table: dict[str, set[str]] = {}
    for sides in _DATA["outcomes"].get(_base(language), ()):
        first, second = ({stem(word, language) for word in side.split()} for side in sides)
        for one, other in product(first - second, second - first):
            table.setdefault(one, set()).add(other)
            table.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in table.items()}


@lru_cache(maxsize=10_000)
def stem(word: str, language: str) -> str:
    """Return a word without the endings of verbs and adjectives; in English, whose lists hold all forms, the word."""
    plain = "".join(c for c in unicodedata.normalize("NFD", word.casefold()) if c not in "\u0300\u0301\u0302")
    endings = _endings(_base(language))
    return next((plain[: -len(end)] for end in endings if plain.endswith(end) and len(plain) - len(end) >= 3), plain)


@lru_cache(maxsize=64)
def _endings(language: str) -> tuple[str, ...]:
    """Return the endings of finite verbs, participles and adjectives, the longest first."""
    return tuple(sorted(_DATA["endings"].get(language, "").split(), key=lambda ending: (-len(ending), ending)))


@lru_cache(maxsize=64)
def distinct(language: str) -> Mapping[str, frozenset[str]]:
    """Return by word the words that name another thing of its kind."""
    table: dict[str, set[str]] = {}
    for groups in _DATA["distinct"].get(_base(language), ()):
        for one, other in permutations(groups, 2):
            for word in one.split():
                table.setdefault(word, set()).update(other.split())
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
