"""Numbers by what they state: value and unit, however they are written ("three", "3"; "2,000,000 euros", "€2m")."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import product

import regex

from newscrawl.change import cues
from newscrawl.change.beginnings import Beginnings, matches
from newscrawl.change.fact import Fact
from newscrawl.change.han_numerals import LANGUAGES as HAN
from newscrawl.change.han_numerals import han_numbers
from newscrawl.change.moments import moment_spans
from newscrawl.change.number_units import unit_after, with_unit
from newscrawl.change.number_words import WORDS
from newscrawl.change.remembered import Remembered
from newscrawl.change.unit_parts import more, unit_parts
from newscrawl.languages import primary_language

_ABBREVIATED = {
    "bn": 10**9, "m": 10**6, "mn": 10**6, "k": 10**3, "mio": 10**6, "mrd": 10**9, "tn": 10**12, "mln": 10**6,
    "mld": 10**9, "万": 10**4, "萬": 10**4, "億": 10**8, "亿": 10**8, "兆": 10**12, "千": 10**3, "百": 100, "만": 10**4,
    "억": 10**8, "тыс": 10**3, "млн": 10**6, "млрд": 10**9, "mila": 10**3, "tsd": 10**3, "lakh": 10**5, "crore": 10**7,
}  # fmt: skip
_DIGITS = r"\p{Nd}+(?:[.,٫٬'’\u00a0\u202f ]\p{Nd}{3}(?!\p{Nd}))*(?:[.,٫]\p{Nd}+)?"
_RANGE = regex.compile(r"(?V1)(?<![\p{L}\p{N}.,-])(\p{Nd}+)\s?[-–—:]\s?(\p{Nd}+)(?![\p{L}\p{N}-])")
_ORDINAL_SIGN = regex.compile(r"(?:st|nd|rd|th|º|ª|er|re|ère|e|ème)\b|[ºª°](?!\s?[CF]\b)", regex.IGNORECASE)
_COMMA_DECIMALS = frozenset(
    [
        "de",
        "fr",
        "es",
        "it",
        "pt",
        "nl",
        "ru",
        "sv",
        "da",
        "no",
        "nb",
        "pl",
        "tr",
        "id",
        "fi",
        "hu",
        "uk",
        "ro",
        "cs",
        "sk",
        "hr",
        "sl",
        "sr",
        "bg",
        "el",
        "vi",
        "lt",
        "lv",
        "et",
        "ca",
        "gl",
        "lb",
        "is",
    ]
)
# White space as patterns know it, and the first letters of "hundred", "thousand", "million", "billion" and "dozen".
_GAPS = "-\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_SCALE_LETTERS = "htmbd"
_AND = regex.compile(r"\s(?:and|or|und|oder|et|ou|y|o|e|ed|en|of|и|или|و|أو)\s|,\s", regex.IGNORECASE)
_TO = regex.compile(r"\s?(?:to|bis|à|a|al|até|tot|до)\s|\s?[-–—]\s?", regex.IGNORECASE)
_DIGIT = re.compile(r"\d")
_FIGURES_ONLY = regex.compile(r"[\d.]+")
_JOINED = frozenset({"de", "nl", "it", "sv", "da", "no", "nb", "fi", "hu"})  # "zweitausend", "duemila"
_SPACE = regex.compile(r"\s+")
_GROUPING = regex.compile(r"[\s'’\u00a0\u202f]")
# A word for one may be a pronoun, and one for how often may give way to "double" or "again".
_SCALE = 1000  # the least that stands behind a fraction: "two and a half thousand"
_WORD_BEHIND = regex.compile(r"\s(\p{L}+)")
_WEAK = frozenset({"one", *(word for tables in WORDS.values() for word in tables["times"])})


def numbers(text: str, language: str | None) -> list[Fact]:
    """Return the numbers of a text, ranges and scores as one, without those that are dates or clock times.

    The key of a fact is its value and unit. Words that may say something else are `weak`.
    """
    return list(_numbers(text, language))


@Remembered
def _numbers(text: str, language: str | None) -> tuple[Fact, ...]:
    taken = moment_spans(text, language)  # in order, and none overlaps another one: so they stay
    found: list[Fact] = []
    primary = primary_language(language)
    single = han_numbers(text, primary) if primary in HAN else _single(text, primary)
    parts = (*unit_parts(text, primary), *_shares(text, primary))
    for fact in (*_ranges(text), *parts, *_with_ranges(text, list(single))):
        at = bisect_left(taken, (fact.start, fact.end))
        before, after = taken[max(at - 1, 0) : at], taken[at : at + 1]
        if not (before and fact.start < before[0][1]) and not (after and after[0][0] < fact.end):
            found.append(fact)
            taken.insert(at, (fact.start, fact.end))
    return tuple(sorted(found, key=lambda fact: fact.start))


def _shares(text: str, language: str) -> Iterator[Fact]:
    """Yield the shares that are words: "a quarter of" is "25%"; and "once", where it says how often."""
    for key, pattern in cues.patterns("shares", language).items():
        for match in matches(pattern, text):
            yield Fact(match[0], key, match.start(), match.end(), is_weak=not key.endswith("%"))


def _with_ranges(text: str, single: Sequence[Fact]) -> Iterator[Fact]:
    """Yield numbers, two as one if words make them a range ("five to seven"); "5 and 10 %" have one unit."""
    at = 0
    while at < len(single):
        one, other = single[at], single[at + 1] if at + 1 < len(single) else None
        between = text[one.end : other.start] if other and _FIGURES_ONLY.fullmatch(one.key) else ""
        if other and _TO.fullmatch(between):
            yield Fact(text[one.start : other.end], f"{one.key}-{other.key}", one.start, other.end)
            at += 1
        elif other and _AND.fullmatch(between) and not other.key.endswith("ordinal"):
            yield replace(one, key=one.key + _FIGURES_ONLY.sub("", other.key, count=1))
        else:
            yield one
        at += 1


def _ranges(text: str) -> Iterator[Fact]:
    for match in _RANGE.finditer(text) if _DIGIT.search(text) else ():
        end, unit = unit_after(text, match.end())
        yield Fact(text[match.start() : end], f"{_plain(match[1])}-{_plain(match[2])}{unit}", match.start(), end)


def _plain(digits: str) -> str:
    return "".join(str(unicodedata.digit(character)) for character in digits)


@lru_cache(maxsize=32)
def _patterns(language: str) -> tuple[regex.Pattern[str], Mapping[str, float], Mapping[str, float]]:
    own = WORDS.get({"nb": "no", "nn": "no"}.get(language, language), {})
    english = WORDS["en"] if language not in WORDS else {}
    kinds = ("cardinals", "times")
    cardinals = {
        word: number for table in (english, own) for kind in kinds for word, number in table.get(kind, {}).items()
    }
    ordinals = {**english.get("ordinals", {}), **own.get("ordinals", {})}
    words, ordinal_words = (
        "|".join(sorted(map(regex.escape, table), key=len, reverse=True)) for table in (cardinals, ordinals)
    )
    scales = "|".join(sorted(map(regex.escape, _ABBREVIATED), key=len, reverse=True))
    joined = rf"(?:(?:und|en|ën|og|och)?(?:{words}))*" if language in _JOINED else ""
    word = rf"(?:(?<!\p{{L}})(?:{words}){joined}s?(?!\p{{L}}))"
    ordinal = rf"(?:(?<!\p{{L}})(?:{ordinal_words})s?(?!\p{{L}}))"
    scale = rf"(?:\s?(?P<scale>{scales})(?!\p{{Latin}}|\p{{Cyrillic}})(?:\.(?=\s\p{{L}}))?)?"
    digits = rf"(?<![\p{{Latin}}\p{{Cyrillic}}\p{{N}}])(?P<digits>{_DIGITS}|(?<!\S)\.\p{{Nd}}+){scale}"
    article = r"(?:(?<![\p{L}\p{N}])(?:a|an|half\ a)[\s-](?=(?:hundred|thousand|million|billion|trillion|dozen)\b))?"
    # "Five and seven" are two numbers, "a hundred and seven" is one.
    also = r"[\s-](?:(?:(?<=(?:hundred|thousand|million|billion)[\s-])and|und|et|y|e|och|og|en|и|و)[\s-])?"
    # An ordinal ends a number: "the first two" are two numbers.
    more = rf"(?:{also}{word})*(?:{also}{ordinal})?"
    pattern = rf"(?V1){article}(?:(?:{digits}(?P<ordinal>{_ORDINAL_SIGN.pattern})?|{word}){more}|{ordinal})"
    return regex.compile(pattern, regex.IGNORECASE), cardinals, ordinals


@lru_cache(maxsize=32)
def _beginnings(language: str) -> Beginnings:
    """Return where numbers may begin: at digits, at words for them, at an article before one, at a point."""
    _, cardinals, ordinals = _patterns(language)
    articles = ["".join(parts) for parts in product(("a", "an"), _GAPS, _SCALE_LETTERS)]
    return Beginnings([*cardinals, *ordinals, *articles, "half"], before_digits=".")


def _single(text: str, language: str) -> Iterator[Fact]:
    pattern, cardinals, ordinals = _patterns(language)
    for match in _beginnings(language).matches(pattern, text):
        if match[0].casefold() == "ones":
            continue
        value, is_ordinal = _value(match, cardinals, ordinals, language)
        if value is None:
            continue
        value, end = _with_fraction(match, value, cardinals, language)
        start, end, unit = with_unit(text, match.start(), end, language)
        if is_ordinal and 0 < value < 1:  # "two thirds"
            value, unit, is_ordinal = round(100 * value, 1), "%", False
        key = f"{value.normalize():f}{unit}{' ordinal' if is_ordinal else ''}"
        yield Fact(text[start:end], key, start, end, is_weak=match[0].casefold() in _WEAK and end == match.end())


def _with_fraction(
    match: regex.Match[str], value: Decimal, cardinals: Mapping[str, float], language: str
) -> tuple[Decimal, int]:
    """Return a number with the fraction behind it, and where it ends: "two and a half million", "2½"."""
    text = match.string
    added, end = more(text, match.end(), language)
    if not added:
        return value, match.end()
    last = cardinals.get(match[0].casefold().split()[-1], 1)
    if last >= _SCALE:
        return value + added * Decimal(last), end  # "deux millions et demi"
    behind = _WORD_BEHIND.match(text, end)
    scale = cardinals.get(behind[1].casefold(), 1) if behind else 1
    return ((value + added) * Decimal(scale), behind.end()) if behind and scale >= _SCALE else (value + added, end)


def _value(
    match: regex.Match[str], cardinals: Mapping[str, float], ordinals: Mapping[str, float], language: str
) -> tuple[Decimal | None, bool]:
    total, current = Decimal(0), Decimal(0)
    rest = match[0]
    is_ordinal = bool(match["ordinal"])
    if match["digits"]:
        number = _decimal(match["digits"], language)
        if number is None:
            return None, False
        current = number * _ABBREVIATED.get((match["scale"] or "").casefold(), 1)
        rest = rest[match.end("digits") - match.start() :]
        rest = rest[len(match["ordinal"] or "") :] if not match["scale"] else rest.partition(match["scale"])[2]
    elif rest.casefold().startswith("half a"):
        current = Decimal("0.5")
    for word in _number_words(rest, cardinals, ordinals):
        if match["digits"] and word in ordinals:
            continue  # "9.9 seconds"
        is_ordinal = is_ordinal or word in ordinals
        number = Decimal(cardinals.get(word, ordinals.get(word, 0)))
        if word in ordinals and 0 < current < number and not total:
            return current / number, True
        if number >= 1000:
            total, current = total + (current or 1) * number, Decimal(0)
        elif (number == 100 or word == "dozen") and current:
            current *= number
        else:
            current += number
    return total + current, is_ordinal


def _number_words(text: str, cardinals: Mapping[str, float], ordinals: Mapping[str, float]) -> Iterator[str]:
    """Yield the known words of a number, the longest first where several begin alike."""
    words = [word for word in _SPACE.split(text.casefold().strip(" -")) if word]
    at = 0
    while at < len(words):
        for size in (4, 3, 2, 1):
            phrase = " ".join(words[at : at + size])
            for form in (phrase, phrase.removesuffix("s")):
                if form in cardinals or form in ordinals:
                    yield form
                    at += size
                    break
            else:
                continue
            break
        else:
            parts = words[at].split("-")
            if len(parts) > 1:
                yield from (part.removesuffix("s") if part not in cardinals else part for part in parts)
            else:
                yield from _joined(words[at], cardinals)
            at += 1


def _joined(word: str, cardinals: Mapping[str, float]) -> Iterator[str]:
    """Yield the parts of a number that is one word: "zweitausend"; units stand before tens, as in "vierundzwanzig"."""
    while word:
        part = next((word[:size] for size in range(len(word), 1, -1) if word[:size] in cardinals), "")
        if part:
            yield part
        word = word[len(part) or 1 :]


def _decimal(digits: str, language: str) -> Decimal | None:
    if digits.isascii() and digits.isdecimal():
        return Decimal(digits)
    plain = "".join(str(unicodedata.digit(c)) if c.isdecimal() else {"٫": ".", "٬": ","}.get(c, c) for c in digits)
    plain = _GROUPING.sub("", plain)
    if plain.startswith("."):
        return Decimal(f"0{plain}")
    comma, point = plain.rfind(","), plain.rfind(".")
    if comma >= 0 and point >= 0:
        decimal = "," if comma > point else "."
    else:
        sign = "," if comma >= 0 else "."
        groups = plain.split(sign)
        is_grouped = len(groups) > 2 or (len(groups) == 2 and len(groups[1]) == 3 and groups[0] != "0")
        is_decimal_sign = (sign == ",") == (language in _COMMA_DECIMALS)
        decimal = "" if is_grouped and (len(groups) > 2 or not is_decimal_sign) else sign
    plain = "".join("." if c == decimal else "" if c in ",." else c for c in plain)
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None
