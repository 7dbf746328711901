"""Parts of a unit in words: "half a percentage point", "eine Viertelstunde", "полчаса"; and "two and a half"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

import regex

from newscrawl.change.beginnings import Beginnings
from newscrawl.change.fact import Fact
from newscrawl.change.measures import durations
from newscrawl.change.number_units import with_unit

# By language what stands for a part before a unit. The first letters of each pattern are letters of its words.
_PARTS: Mapping[str, Mapping[str, str]] = {
    "en": {"0.5": r"half(?:[\s-]an?)?[\s-]", "0.25": r"quarter(?:\sof)?(?:[\s-]an?)?[\s-]",
           "0.75": r"three[\s-]quarters?\sof\san?\s"},
    "de": {"0.5": r"halbe[rsnm]?\s", "0.25": r"viertel[\s-]?"},
    "fr": {"0.5": r"demie?[\s-]", "0.25": r"quart\s(?:de\s|d['’])"},
    "es": {"0.5": r"medi[oa]\s", "0.25": r"cuarto\sde\s"},
    "pt": {"0.5": r"mei[oa]\s", "0.25": r"quarto\sde\s"},
    "it": {"0.5": r"mezz(?:[oa]\s|['’])", "0.25": r"quarto\sd(?:i\s|['’])"},
    "nl": {"0.5": r"hal(?:f|ve)\s", "0.25": r"kwart\s"},
    "ru": {"0.5": r"пол(?:овин[ауые]\s)?(?!день|ночь)", "0.25": r"четверт[ьи]\s"},
    "sv": {"0.5": r"halvt?\s"}, "da": {"0.5": r"halvt?\s"}, "no": {"0.5": r"halvt?\s"},
}  # fmt: skip
_POINT = regex.compile(
    r"(?:percentage\s|percent\s)?points?\b|prozentpunkte?n?\b|procent(?:punt|enhet)\w*|prosentpoeng\b|puntos?\b"
    r"|pontos?\b|punt[oi]\b|пункта?\b|процентн\w+\sпункта?\b",
    regex.IGNORECASE,
)
# What follows a number that is half more. In Romance languages the unit may stand between both, and no noun behind:
# "dos años y medio", but "dos cajas y media docena".
_NO_NOUN = r"\b(?!\s(?!del?\b|d['’]|d[ai]\b|desp|depois|après|dopo|fa\b|atrás)\p{L})"
_HALF_MORE: Mapping[str, str] = {
    "en": r"\sand\sa\shalf\b", "fr": rf"(?:\s\p{{L}}+)?\set\sdemie?{_NO_NOUN}",
    "es": rf"(?:\s\p{{L}}+)?\sy\smedi[oa]{_NO_NOUN}", "pt": rf"(?:\s\p{{L}}+)?\se\smei[oa]{_NO_NOUN}",
    "it": rf"(?:\s\p{{L}}+)?\se\smezz[oa]{_NO_NOUN}", "ru": r"\sс\sполовиной\b",
}  # fmt: skip
_SIGNS = {"½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75")}


@lru_cache(maxsize=32)
def _patterns(language: str) -> tuple[regex.Pattern[str], Beginnings] | None:
    parts = _PARTS.get(language)
    if parts is None:
        return None
    groups = "|".join(f"(?P<part{number}>{pattern})" for number, pattern in enumerate(parts.values()))
    beginnings = Beginnings([regex.match(r"\p{L}+", pattern)[0] for pattern in parts.values()], has_digits=False)
    return regex.compile(
        rf"(?<!\p{{L}})(?<!\b(?:and\sa|et|y|e)\s)(?:{groups})", regex.IGNORECASE | regex.V1
    ), beginnings


def unit_parts(text: str, language: str) -> Iterator[Fact]:
    """Yield the parts of units as numbers; one alone may say no more than "some", so it is `weak`."""
    known = _patterns(language)
    if known is None:
        return
    pattern, beginnings = known
    values = list(_PARTS[language])
    for match in beginnings.matches(pattern, text):
        end = match.end()
        while text[end - 1] in " \u00a0-":
            end -= 1  # a unit is read with the space before it
        start, unit_end, unit = with_unit(text, match.start(), end, language)
        if unit or durations(language)[0].match(text, end) or _POINT.match(text, match.end()):
            value = values[next(number for number in range(len(values)) if match[f"part{number}"])]
            yield Fact(text[start:unit_end], f"{value}{unit}", start, unit_end, is_weak=True)


def more(text: str, end: int, language: str) -> tuple[Decimal, int]:
    """Return what a fraction behind a number adds to it, and where that ends: "2½", "two and a half"."""
    sign = text[end : end + 1]
    if sign in _SIGNS:
        return _SIGNS[sign], end + 1
    pattern = _half_more(language)
    match = pattern.match(text, end) if pattern else None
    return (Decimal("0.5"), match.end()) if match else (Decimal(0), end)


@lru_cache(maxsize=32)
def _half_more(language: str) -> regex.Pattern[str] | None:
    return regex.compile(_HALF_MORE[language], regex.IGNORECASE) if language in _HALF_MORE else None
