"""Dates and clock times in a text: they are no numbers, and a change of one is a change of time."""

from __future__ import annotations

import re
from functools import lru_cache

import regex

from newscrawl.change.beginnings import Beginnings
from newscrawl.change.fact import Fact
from newscrawl.change.moment_values import in_ascii_digits, moment, names
from newscrawl.change.remembered import Remembered
from newscrawl.change.spoken_times import first_words, spoken_pattern
from newscrawl.languages import primary_language

_YEAR = r"(?:1[5-9]|20)\d{2}"
_ZONE = r"(?:\s?(?:[ap]\.?\s?m\b\.?|uhr|uur|h|hrs?|horas?|gmt|utc|bst|cet|cest|est|edt|pst|pdt)\b\.?)"
_HOUR = r"(?<![\d.:,])(?:[01]?\d|2[0-4])"
_AT = r"(?<=\b(?:at|um|à|las|às|alle|ore|kl|klo|klokken|om|в|la)\.?\s)"
_DAYTIME = "午前|午後|上午|下午|晚上|早上|凌晨|오전|오후"
_CLOCK = (
    rf"{_HOUR}(?:[:h]|\sh\s?)[0-5]\d(?!\d)(?::[0-5]\d)?{_ZONE}*|{_HOUR}\.[0-5]\d{_ZONE}+"
    rf"|{_AT}{_HOUR}\.[0-5]\d(?![\d%]|[.,]\d|\s?(?:%|per|pro|por|pour|mil|mrd|bn|m\b))"
    r"|(?<=\b(?:à|vers|dès|las|às|в)\s)(?:[01]?\d|2[0-4])\s(?:heures?|horas?|час\p{L}*)\b"
    r"|(?<=\b(?:a\slas|às|alle|alle\sore)\s)(?:[01]?\d|2[0-4])(?!\d|[.,:h]\d|\s?%|\s\p{Ll})"
    r"|(?<![\d.,])(?:1[0-2]|0?[1-9])\s?[ap]\.?\s?m\b\.?|(?<![\d.,])(?:[01]?\d|2[0-4])\s?(?:uhr|uur|h)\b"
    r"|\b(?:noon|midday|midnight|mittag|mitternacht|midi|minuit|mediodía|medianoche)\b|正午"
    rf"|(?:{_DAYTIME})?\s?(?:\d{{1,2}}|[一二三四五六七八九十两]{{1,3}})(?:[時时]|[点點](?![\d一二三四五六七八九])|[点點](?=\d+分)|시)(?![間间])"
    r"(?:\s?\d{1,2}[分분]|半)?"
)
_DECADES = r"\b(?:1[5-9]|20)\d0(?:s\b|er\b)|(?<!\w)['’]\d0s\b|\b(?:twen|thir|for|fif|six|seven|eigh|nine)ties\b"
_FIGURES = (
    r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)|(?<![\d/])\d{4}/\d{1,2}/\d{1,2}(?![\d/])"
    r"|(?<![\d.])\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d\d)(?!\d|\.\d)|(?<![\d-])\d{1,2}-\d{1,2}-(?:19|20)\d\d(?![\d-])"
    r"|[〇零一二三四五六七八九]{4}年(?:[一二三四五六七八九十]{1,2}月)?(?:[一二三四五六七八九十]{1,3}[日號号])?"
    r"|\d{4}[年년](?:\s?\d{1,2}[月월])?(?:\s?\d{1,2}[日號号일])?|\d{1,2}[月월](?:\s?\d{1,2}[日號号일])?"
    r"|(?<![个個])(?:十[一二]|[一二三四五六七八九十])月(?:[一二三]?十?[一二三四五六七八九十][日號号])?"
)
_BEFORE_MONTH = (
    "in|since|until|till|by|from|of|last|next|early|late|mid|this|im|seit|bis|ab|en|depuis|fin|début|em|desde|a|nel|da|tot"
    "|sinds|в|с|до|في|منذ|حتى"
)
_BEFORE_YEAR = (
    f"{_BEFORE_MONTH}|after|before|to|and|year|the|jahr|bis|von|vor|année|avant|après|año|de"
    "|hasta|ano|até|anno|dal|nel|van"
)
# Words that name a day, a part of it or a season by themselves, and what is next or was last.
_PERIOD = "week|weekend|month|year|night|spring|summer|autumn|fall|winter|decade|century|season|quarter"
_RELATIVE = {
    "en": "yesterday|today|tomorrow|tonight|morning|afternoon|evening|overnight"
    f"|(?:last|next|this|past)\\s(?:{_PERIOD})|(?<=\\b(?:in|the|by|until|since|of|early|late)\\s)(?:spring|summer|autumn|winter)",
    "de": "gestern|heute|morgen|übermorgen|vorgestern|vormittag|nachmittag|abend|frühjahr|frühling|sommer|herbst|winter"
    "|(?:letzt|vorig|vergangen|nächst|kommend|dies)\\w{1,2}\\s(?:woche|monats?|jahr(?:es)?|wochenende)",
    "fr": "hier|aujourd['’]hui|demain|matin|matinée|après-midi|soir|soirée|nuit|printemps|automne|hiver"
    "|(?:semaine|mois|an|année)\\s(?:dernière?|prochaine?|passée?)",
    "es": "ayer|hoy|mañana|anoche|tarde|noche|madrugada|primavera|verano|otoño|invierno"
    "|(?:semana|mes|año)\\s(?:pasad[oa]|próxim[oa]|que\\sviene)|próxim[oa]\\s(?:semana|mes|año)",
    "pt": "ontem|hoje|amanhã|manhã|tarde|noite|madrugada|primavera|verão|outono|inverno"
    "|(?:semana|mês|ano)\\s(?:passad[oa]|que\\svem)|próxim[oa]\\s(?:semana|mês|ano)",
    "it": "ieri|oggi|domani|mattina|pomeriggio|sera|notte|primavera|estate|autunno|inverno"
    "|(?:settimana|mese|anno)\\s(?:scors[oa]|prossim[oa])|(?:scors[oa]|prossim[oa])\\s(?:settimana|mese|anno)",
    "nl": "gisteren|vandaag|morgen|ochtend|middag|avond|nacht|voorjaar|lente|zomer|herfst|najaar|winter"
    "|(?:vorige?|volgende?|komende?|deze|dit|afgelopen)\\s(?:week|maand|jaar|weekend)",
    "ru": "вчера|сегодня|завтра|утром|днём|вечером|ночью|весной|летом|осенью|зимой"
    "|(?:прошл|следующ|будущ)\\p{L}{2,3}\\s(?:недел|месяц|год)\\p{L}{0,2}",
    "ar": "أمس|اليوم|غدا|صباح|مساء|(?:الأسبوع|الشهر|العام)\\s(?:الماضي|المقبل|القادم)",
    "ja": "昨日|今日|明日|午前|午後|夜|朝|先週|今週|来週|先月|今月|来月|昨年|去年|今年|来年|春|夏|秋|冬",
    "zh": "昨天|今天|明天|昨日|今日|明日|上午|下午|晚上|早上|上周|本周|下周|上个?月|本月|下个?月|去年|今年|明年"
    "|春季|夏季|秋季|冬季",
}  # fmt: skip
_UNSPACED = frozenset({"ja", "zh"})
_SPACED = r"[\p{Latin}\p{Greek}\p{Cyrillic}\p{Arabic}]"


_LAST_OF_YEARS = r"(?<=(?<!\d)(?:1[5-9]|20)\d\d[-–/])\d\d(?![\d/-])"  # "1962-63"
# What a moment begins with beside digits and the names of days, months and times.
_CLOCK_WORDS = ("noon", "midday", "midnight", "mittag", "mitternacht", "midi", "minuit", "mediodía", "medianoche")
_DECADE_WORDS = ("twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties")
_OPENING_SIGNS = "〇零一二三四五六七八九十正"
_UNSPACED_CLOCK = re.compile("[時时点點시]")  # times with these signs may begin with a space, or with a part of the day
_NO_LETTERS = re.compile(r"\(\?<=.*?\\s\)|\\[a-zA-Z](?:\{[^}]*\})?")  # of a pattern: what stands before, classes
_LETTERS = re.compile(r"[^\W\d_]+")


@Remembered
def _moments(text: str, language: str) -> tuple[Fact, ...]:
    plain, pattern = in_ascii_digits(text), _pattern(language)
    is_unspaced = _UNSPACED_CLOCK.search(plain) is not None
    found = pattern.finditer(plain) if is_unspaced else _beginnings(language).matches(pattern, plain)
    return tuple(Fact(m[0], _key(m[0], language), m.start(), m.end()) for m in found)


def _key(text: str, language: str) -> str:
    return f"year {text}" if len(text) == len("70") and text.isdecimal() else moment(text, language).key


@lru_cache(maxsize=64)
def _beginnings(language: str) -> Beginnings:
    relative = _LETTERS.findall(_NO_LETTERS.sub(" ", _RELATIVE.get(language, _RELATIVE["en"])))
    named = (*names(language, "months"), *names(language, "days"))
    return Beginnings(
        [*named, *relative, *first_words(language), *_CLOCK_WORDS, *_DECADE_WORDS], _OPENING_SIGNS, before_digits="'’"
    )


def moments(text: str, language: str | None) -> list[Fact]:
    """Return the dates, days, months and clock times that a text names; the key is what they say."""
    return list(_moments(text, primary_language(language)))


def moment_spans(text: str, language: str | None) -> list[tuple[int, int]]:
    return [(fact.start, fact.end) for fact in _moments(text, primary_language(language))]


def may_be_one(old: str, new: str, language: str) -> bool:
    """Return whether two texts may name one moment, one of them more precisely: "3 March", "3 March 2024"."""
    return moment(old, language).may_be(moment(new, language))


@lru_cache(maxsize=64)
def _pattern(language: str) -> regex.Pattern[str]:
    months = names(language, "months")
    weekdays = {name: day for name, day in names(language, "days").items() if len(name) > 4 or language in _UNSPACED}
    shorter = {name for name in names(language, "days") if name not in weekdays}
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
    # Where no spaces are, a day in Latin letters still stands alone: no "mon" is in "salmon".
    edge = rf"(?!(?<={_SPACED}){_SPACED})" if language in _UNSPACED else r"\b"
    days = f"{edge}(?:{weekday}){edge}" if weekday else r"(?!)"
    # "Sun" and "sat" are other words: a short name of a day stands behind a preposition or before a date or time.
    short = "|".join(sorted(map(regex.escape, shorter), key=len, reverse=True))
    short_days = rf"(?<=\b(?:on|by|until|since|from|till|am|and|le|el|il|op)\s)(?-i:(?=\p{{Lu}}))(?:{short})\b\.?(?!\w)"
    parts = (
        spoken_pattern(language), _FIGURES, named, behind, rf"\b(?:{alone})\b" if alone else r"(?!)", days,
        short_days if short else r"(?!)", _CLOCK, _DECADES, relative, year, _LAST_OF_YEARS,
    )  # fmt: skip
    return regex.compile("|".join(f"(?:{part})" for part in parts), regex.IGNORECASE | regex.V1)
