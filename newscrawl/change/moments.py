"""Dates and clock times in a text: they are no numbers, and a change of one is a change of time."""

from __future__ import annotations

from functools import lru_cache

import regex
from babel import Locale, UnknownLocaleError

from newscrawl.change.fact import Fact
from newscrawl.languages import primary_language

_YEAR = r"(?:1[5-9]|20)\d{2}"
_ZONE = r"(?:\s?(?:[ap]\.?m\.?|uhr|h|gmt|utc|bst|cet|est|edt)\b\.?)"
_CLOCK = (
    rf"(?<![\d.:,])(?:[01]?\d|2[0-4])[:h][0-5]\d(?!\d)(?::[0-5]\d)?{_ZONE}?"
    rf"|(?<![\d.:,])(?:[01]?\d|2[0-4])\.[0-5]\d{_ZONE}"
    r"|(?<![\d.,])(?:1[0-2]|0?[1-9])\s?[ap]\.?m\b\.?|(?<![\d.,])(?:[01]?\d|2[0-4])\s?(?:uhr|h)\b|\b(?:noon|midnight)\b"
)
_FIGURES = (
    r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)|(?<![\d.])\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d\d)(?![\d.])"
    r"|\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?|\d{1,2}月\d{1,2}日"
)
_BEFORE_MONTH = (
    "in|since|until|till|by|from|of|last|next|early|late|mid|this|im|seit|bis|ab|en|depuis|fin|début|em|desde|a|nel|da|tot"
    "|sinds|в|с|до"
)
_BEFORE_YEAR = (
    f"{_BEFORE_MONTH}|after|before|to|and|year|the|jahr|bis|von|vor|année|avant|après|año|de"
    "|hasta|ano|até|anno|dal|nel|van"
)
# Words that name a day or a part of it by themselves.
_RELATIVE = {
    "en": "yesterday|today|tomorrow|tonight|morning|afternoon|evening|overnight|noon|midnight",
    "de": "gestern|heute|morgen|übermorgen|vorgestern|vormittag|nachmittag|abend|mittag|mitternacht",
    "fr": "hier|aujourd['’]hui|demain|matin|matinée|après-midi|soir|soirée|nuit|midi|minuit",
    "es": "ayer|hoy|anoche|tarde|noche|mediodía|medianoche|madrugada",
    "pt": "ontem|hoje|amanhã|manhã|tarde|noite|madrugada", "it": "ieri|oggi|domani|mattina|pomeriggio|sera|notte",
    "nl": "gisteren|vandaag|morgen|ochtend|middag|avond|nacht", "ru": "вчера|сегодня|завтра|утром|днём|вечером|ночью",
    "ar": "أمس|اليوم|غدا|صباح|مساء", "ja": "昨日|今日|明日|午前|午後|夜|朝", "zh": "昨天|今天|明天|上午|下午|晚上|早上",
}  # fmt: skip
_UNSPACED = frozenset({"ja", "zh"})


def moments(text: str, language: str | None) -> list[Fact]:
    """Return the dates, days, months and clock times that a text names; the key is the folded text."""
    return [
        Fact(match[0], " ".join(match[0].casefold().replace(".", "").split()), match.start(), match.end())
        for match in _pattern(primary_language(language)).finditer(text)
    ]


def moment_spans(text: str, language: str | None) -> list[tuple[int, int]]:
    return [(fact.start, fact.end) for fact in moments(text, language)]


@lru_cache(maxsize=64)
def _pattern(language: str) -> regex.Pattern[str]:
    months, weekdays = _names(language, "months"), _names(language, "days")
    month = "|".join(sorted(map(regex.escape, months), key=len, reverse=True))
    weekday = "|".join(sorted(map(regex.escape, weekdays), key=len, reverse=True))
    day = r"\d{1,2}(?:st|nd|rd|th|er|º|\.)?"
    # "May" is a verb and "March" a walk: a month stands beside a figure, behind a preposition, or is no such word.
    named = (
        rf"{day}(?:\ (?:of|de|di|do))?\ (?:{month})\b\.?(?:,?\ (?:de\ |del\ )?{_YEAR})?"
        rf"|\b(?:{month})\.?\ {day}(?:,?\ {_YEAR})?(?!\w)"
    )
    behind = rf"(?<=\b(?:{_BEFORE_MONTH})[\ -])(?:{month})\b\.?(?:\ {_YEAR})?"
    alone = "|".join(
        sorted(
            (regex.escape(name) for name in months if len(name) > 4 and name not in ("march", "august")),
            key=len,
            reverse=True,
        )
    )
    counted = r"\s(?:percent|per\ cent|prozent|euros?|dollars?|people|personen|menschen|personas|personnes)\b"
    # "1505 boats" are so many: a year stands behind a preposition, or before a mark.
    bare = rf"(?<![\p{{L}}\p{{N}}.,$€£-])(?:{_YEAR})(?![\p{{L}}\p{{N}}%]|[.,]\d|{counted})"
    year = rf"(?:(?<=\b(?:{_BEFORE_YEAR})\s){bare}|{bare}(?=\s?[.,;:)\]!?–—-]|$))"
    relative = _RELATIVE.get(language, _RELATIVE["en"])
    relative = relative if language in _UNSPACED else rf"\b(?:{relative})\b"
    days = f"(?:{weekday})" if language in _UNSPACED else rf"\b(?:{weekday})\b\.?" if weekday else r"(?!)"
    parts = (_FIGURES, named, behind, rf"\b(?:{alone})\b" if alone else r"(?!)", days, _CLOCK, relative, year)
    return regex.compile("|".join(f"(?:{part})" for part in parts), regex.IGNORECASE | regex.V1)


@lru_cache(maxsize=64)
def _names(language: str, kind: str) -> frozenset[str]:
    """Return CLDR's names of months or days of the week: wide ones, and abbreviations from three letters up."""
    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        locale = Locale.parse("en")
    names = set()
    for locale_of in {locale, Locale.parse("en")}:
        tables = locale_of.months if kind == "months" else locale_of.days
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated") if kind == "months" else ("wide",):
                names |= {name.lower().rstrip(".") for name in tables[context][width].values()}
    if kind == "months":
        names |= {"sept"}
    return frozenset(name for name in names if len(name) > 2 and not name.isdigit())
