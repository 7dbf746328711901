"""Clock times in words: "half past six", "halb sieben", "las seis y media"; "eight o'clock in the evening"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import regex

from newscrawl.change.number_words import WORDS

_NOON = 12 * 60
# By language: what stands before, how the time is said ({h}: the hour), minutes after that hour. One that ends with the
# hour or a unit alone is `bare`: it has the hour in words, or the part of the day behind it.
_FORMS: Mapping[str, tuple[tuple[str, str, int], ...]] = {
    "en": (("", r"half\spast\s{h}", 30), (r"(?:at|by|from|until|till|around|about)\s", r"half\s{h}", 30),
           ("", r"quarter\spast\s{h}", 15), ("", r"quarter\sto\s{h}", -15), ("", r"{h}\so['’]clock", 0)),
    "de": (("", r"halb\s{h}", -30), ("", r"viertel\snach\s{h}", 15), ("", r"viertel\svor\s{h}", -15),
           ("", r"dreiviertel\s{h}", -15)),
    "fr": ((r"(?:à|vers|dès)\s", r"{h}\sheures?\set\sdemie?", 30),
           (r"(?:à|vers|dès)\s", r"{h}\sheures?\set\squart", 15),
           (r"(?:à|vers|dès)\s", r"{h}\sheures?\smoins\sle\squart", -15),
           (r"(?:à|vers|dès)\s", r"{h}\sheures?\s(?:trente|30)", 30)),
    "es": ((r"las?\s", r"{h}\sy\smedia", 30), (r"las?\s", r"{h}\sy\scuarto", 15),
           (r"las?\s", r"{h}\smenos\scuarto", -15), (r"las?\s", r"{h}\sen\spunto", 0)),
    "pt": ((r"(?:às|das|à|as)\s", r"{h}(?:\shoras?)?\se\smeia", 30), (r"(?:às|das|à|as)\s", r"{h}\se\squinze", 15)),
    "it": ((r"(?:alle|dalle|all['’]|le|ore)\s?", r"{h}\se\smezz[oa]", 30),
           (r"(?:alle|dalle|all['’]|le|ore)\s?", r"{h}\se\sun\squarto", 15),
           (r"(?:alle|dalle|all['’]|le|ore)\s?", r"{h}\smeno\sun\squarto", -15)),
    "nl": ((r"(?:om|tot|vanaf|rond|tegen)\s", r"half\s{h}", -30), ("", r"kwart\sover\s{h}", 15),
           ("", r"kwart\svoor\s{h}", -15)),
    "ru": (("", r"половин[еыу]\s{h}", -30), ("", r"пол{h}", -30)),
    "ar": ((r"الساعة\s", r"{h}\sوالنصف", 30), (r"الساعة\s", r"{h}\sوالربع", 15),
           (r"الساعة\s", r"{h}\sإلا\s(?:ال)?ربعا?", -15), (r"الساعة\s", r"{h}", 0)),
}  # fmt: skip
_END = r"(?=\s?(?:[.,;:!?]|$))"
_BARE: Mapping[str, tuple[tuple[str, str, str], ...]] = {  # what stands before and behind, and what must follow then
    "en": ((r"(?:at|by|from|until|till|before|after)\s", "", r"(?!)"),), "de": (("", r"\suhr", ""),),
    "fr": ((r"(?:à|vers|dès)\s", r"\sheures?", ""),), "es": ((r"a\slas?\s", "", _END),),
    "pt": ((r"(?:às|à)\s", r"(?:\shoras?)?", _END),), "it": ((r"alle\s", "", _END),),
    "nl": ((r"(?:om|tot|vanaf|rond|tegen)\s", r"\suur", ""),),
}  # fmt: skip
# Words for the morning, for the afternoon and evening, and for the night, which is both.
_PARTS_OF_DAY: Mapping[str, tuple[str, str, str]] = {
    "en": (r"in\sthe\smorning", r"in\sthe\s(?:afternoon|evening)", r"at\snight"),
    "de": ("morgens|früh|vormittags", "mittags|nachmittags|abends", "nachts"),
    "fr": (r"du\smatin", r"du\ssoir|de\sl['’]après-midi", r"de\sla\snuit"),
    "es": (r"de\sla\s(?:mañana|madrugada)", r"de\sla\starde", r"de\sla\snoche"),
    "pt": (r"da\s(?:manhã|madrugada)", r"da\starde", r"da\snoite"),
    "it": (r"d(?:i|el|ella)\smattin[ao]", r"del\spomeriggio|d(?:i|ella)\ssera", r"d(?:i|ella)\snotte"),
    "nl": (r"['’]s\s(?:ochtends|morgens)", r"['’]s\s(?:middags|avonds)", r"['’]s\snachts"),
    "ru": ("утра", "дня|вечера", "ночи"), "ar": ("صباحا|صباحًا", r"مساء|مساءً|بعد\sالظهر|ظهرا", "ليلا"),
}  # fmt: skip
_FIRST_EVENING_HOUR = 6  # "nine at night" is in the evening, "two at night" is not
# Forms of hours beside those of the table of number words: for one, in other cases, and of other meaning elsewhere.
_HOURS = {
    "de": {"ein": 1, "eins": 1}, "fr": {"une": 1, "neuf": 9}, "es": {"una": 1}, "pt": {"uma": 1},
    "it": {"una": 1, "sei": 6}, "nl": {"een": 1, "één": 1},
}  # fmt: skip
_ORDINAL_HOURS = {
    "ru": "первого, второго, третьего, четвёртого|четвертого, пятого, шестого, седьмого, восьмого, девятого, десятого, "
    "одиннадцатого, двенадцатого",
    "ar": "الواحدة, الثانية, الثالثة, الرابعة, الخامسة, السادسة, السابعة, الثامنة, التاسعة, العاشرة, "
    "الحادية عشرة, الثانية عشرة",
}


@dataclass(frozen=True, slots=True)
class SpokenTime:
    """A clock time in words: minutes after noon or midnight, and after midnight if it is known which of the two."""

    half_day_minute: int
    minute: int | None


def spoken_time(text: str, language: str) -> SpokenTime | None:
    """Return what a clock time in words says; None if the text is none."""
    for pattern, offset in _patterns(language):
        if match := pattern.fullmatch(text):
            groups = match.groupdict()
            figures, _, minutes = groups["hour"].replace(".", ":").partition(":")
            hour = int(figures) if figures.isdecimal() else _hours(language)[_plain(groups["hour"])]
            minute = (hour * 60 + int(minutes or 0) + offset) % (2 * _NOON)
            return SpokenTime(minute % _NOON, _of_day(minute, hour, groups))
    return None


def _of_day(minute: int, hour: int, groups: Mapping[str, str | None]) -> int | None:
    if hour > 12:
        return minute
    if groups["am"] or (groups["night"] and hour % 12 < _FIRST_EVENING_HOUR):
        return minute % _NOON
    return minute % _NOON + _NOON if groups["pm"] or groups["night"] else None


@lru_cache(maxsize=32)
def spoken_pattern(language: str) -> str:
    """Return the pattern of clock times in words in a language; one that matches nothing for others."""
    found = [f"{before}(?:{form})" for before, form, _ in _all_forms(language)]
    return "|".join(found) or r"(?!)"


@lru_cache(maxsize=32)
def first_words(language: str) -> tuple[str, ...]:
    """Return the words that clock times in words may begin with."""
    if language not in _FORMS:
        return ()
    forms = (regex.match(r"\p{L}+", form) for _, form, _ in _FORMS[language])
    return (*(word[0] for word in forms if word), *(hour.split(" ")[0] for hour in _hours(language)))


@lru_cache(maxsize=32)
def _patterns(language: str) -> tuple[tuple[regex.Pattern[str], int], ...]:
    return tuple((regex.compile(form, regex.IGNORECASE | regex.V1), offset) for _, form, offset in _all_forms(language))


def _all_forms(language: str) -> list[tuple[str, str, int]]:
    """Return what must stand before each way to say a time, its pattern, and the minutes that it adds to its hour."""
    if language not in _FORMS:
        return []
    words = "|".join(regex.sub(r"\\? ", r"\\s", hour) for hour in sorted(_hours(language), key=len, reverse=True))
    morning, afternoon, night = _PARTS_OF_DAY[language]
    day = rf"\s(?:(?P<am>{morning})|(?P<pm>{afternoon})|(?P<night>{night}))\b"
    hour = (
        rf"(?P<hour>\b(?:{words})\b|\b\d{{1,2}}\b)" if language not in _ORDINAL_HOURS else rf"(?P<hour>(?:{words})\b)"
    )
    found = [
        (_behind(before), form.replace("{h}", hour) + rf"\b(?:{day})?", minutes)
        for before, form, minutes in _FORMS[language]
    ]
    for before, rest, follows in _BARE.get(language, ()):
        said = rf"(?P<hour>\b(?:{words})){rest}\b"
        figures = rf"(?P<hour>\b\d{{1,2}}(?:[.:][0-5]\d)?){rest}{day}"
        found += [(_behind(before), said + day, 0), (_behind(before), figures, 0)]
        found.append((_behind(before), said + follows + "(?P<am>)(?P<pm>)(?P<night>)", 0))
    return found


def _behind(before: str) -> str:
    return rf"(?<=\b{before})" if before else r"\b"


@lru_cache(maxsize=32)
def _hours(language: str) -> Mapping[str, int]:
    """Return the words for hours: 1 to 24, or in languages whose times have ordinals 1 to 12."""
    if language in _ORDINAL_HOURS:
        words = _ORDINAL_HOURS[language].split(", ")
        return {form: hour for hour, forms in enumerate(words, 1) for form in forms.split("|")}
    cardinals = WORDS[language]["cardinals"]
    return {word: int(number) for word, number in cardinals.items() if number in range(1, 25)} | _HOURS.get(
        language, {}
    )


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
