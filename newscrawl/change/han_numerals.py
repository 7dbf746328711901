"""Numbers in Chinese and Japanese text: figures and numerals mixed, 12万5千, 三人, 百分之五."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

import regex

from newscrawl.change import cues
from newscrawl.change.fact import Fact

LANGUAGES = frozenset({"ja", "zh"})
_DIGITS = {sign: number for number, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "兩": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "億": 10**8, "亿": 10**8, "兆": 10**12}
_PER = {
    "%": "%", "％": "%", "パーセント": "%", "割": "tenths", "成": "tenths", "円": "¥", "元": "¥", "美元": "$",
    "ドル": "$", "ユーロ": "€", "欧元": "€",
}  # fmt: skip
_NUMBER = r"(?:\p{Nd}[\p{Nd},，]*(?:[.．]\p{Nd}+)?|[〇零一二三四五六七八九两兩十百千]+)"
_FURTHER = rf"(?:[十百千万萬億亿兆]+{_NUMBER}?)*"
_SIGNS = regex.compile(r"\p{Nd}+(?:\.\p{Nd}+)?|.")


def han_numbers(text: str, language: str) -> Iterator[Fact]:
    """Yield the numbers of a text; a numeral is one only before a counter or with a scale: 一 is in many words."""
    for match in _pattern(language).finditer(text):
        number = match["share"] or match["number"]
        unit = "%" if match["share"] else _PER.get(match["unit"] or "", match["unit"] or "")
        has_figures = any(character.isdecimal() for character in number)
        is_scaled = len(number) > 1 and any(sign in _LARGE or sign in _SMALL for sign in number)
        if has_figures or unit or is_scaled or match["counter"] is not None:
            key = f"{_value(number).normalize():f}{unit}{' ordinal' if match['ordinal'] else ''}"
            yield Fact(match[0], key, match.start(), match.end(), is_weak=number == "一")


@lru_cache(maxsize=8)
def _pattern(language: str) -> regex.Pattern[str]:
    counters = _alternatives("counter", language)
    units = "|".join(_PER)
    apart = _alternatives("no_number", language)
    return regex.compile(
        rf"(?V1)(?:百分之(?P<share>{_NUMBER}{_FURTHER})|(?P<ordinal>第)?(?!{apart})(?P<number>{_NUMBER}{_FURTHER})"
        rf"(?P<unit>{units})?(?P<counter>(?={counters}))?)"
    )


def _alternatives(table: str, language: str) -> str:
    return "|".join(sorted(cues.words(table, language), key=len, reverse=True))


def _value(number: str) -> Decimal:
    total, section, current = Decimal(0), Decimal(0), None
    for sign in _SIGNS.findall(unicodedata.normalize("NFKC", number).replace(",", "")):
        if sign in _LARGE:
            total, section, current = total + (section + (current or 0) or 1) * _LARGE[sign], Decimal(0), None
        elif sign in _SMALL:
            section, current = section + (1 if current is None else current) * _SMALL[sign], None
        else:
            digit = Decimal(_DIGITS[sign]) if sign in _DIGITS else Decimal(sign)
            current = digit if current is None else current * 10 + digit
    return total + section + (current or 0)
