"""Years and days of the calendars that newspapers print, as Gregorian ones.

Thailand counts years from 543 BC, Japan by eras (令和 from 2019, 平成 from 1989, 昭和 from 1926), Taiwan from 1911.
Iran's solar and the Islamic lunar calendar are left to dateparser's readers of them.
"""

from __future__ import annotations

import re

from newscrawl.normalize.date_lines import SEPARATOR

_THAI_YEAR = re.compile(r"(?:พ\.?\s?ศ\.?\s?)?(?<!\d)(2[45]\d\d)(?!\d)")
_SHORT_THAI_YEAR = re.compile(r"(?<=[ก-๛.])\s?(\d\d)$")
_THAI_ISO_YEAR = re.compile(r"^2[45]\d\d(?=-\d\d-\d\d)")
_THAI_LETTER = re.compile(r"[ก-๛]")
_JAPANESE = re.compile(r"(令和|平成|昭和)\s?(元|\d{1,2})\s?年")
_ERA_BEGAN = {"令和": 2019, "平成": 1989, "昭和": 1926}
_MINGUO = re.compile(r"(?:民國|民国|中華民國)\s?(\d{2,3})\s?年")
_JALALI = re.compile(r"(?<!\d)1[34]\d\d(?!\d)")
_HIJRI = re.compile(
    r"(?<!\d)1[34]\d\d\s?هـ|محرم|صفر|ربيع|جمادى|رجب|شعبان|رمضان|شوال|ذو القعدة|ذو الحجة|ذي القعدة|ذي الحجة"
)
# A whole day of it, as papers print beside the common one: "23 رمضان 1447 هـ", "1447/9/23هـ".
_HIJRI_DAY = re.compile(
    r"(?<!\d)(?:\d{1,2}\s?(?:[-/،]\s?)?(?:[^\W\d_]{2,12}[\s/،-]{1,3}){1,3}1[34]\d\d|1[34]\d\d[/-]\d{1,2}[/-]\d{1,2}|"
    r"\d{1,2}[/-]\d{1,2}[/-]1[34]\d\d)(?!\d)(?:\s?هـ?(?!\w))?|(?<!\w)الموافق(?!\w)"
)
_ARABIC_LETTER = re.compile(r"[\u0621-\u064a]")
_COMMON_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_AFTER_YEAR = re.compile(r"((?:19|20)\d\d)\s?(?:م|г\.?|р\.?|m\.)(?!\w)")  # "2026 م", "2026 г."


def without_hijri_day(text: str) -> str:
    """Return a line without its day of the Islamic calendar if it states the same day of the common one, too."""
    rest = _HIJRI_DAY.sub(" ", text) if _ARABIC_LETTER.search(text) else text
    return rest if _COMMON_YEAR.search(rest) else text


def gregorian(text: str, languages: tuple[str, ...]) -> str:
    """Return a line with its Thai, Japanese and Taiwanese years as Gregorian ones."""
    if "th" in languages or _THAI_LETTER.search(text):
        text = _THAI_YEAR.sub(lambda match: str(int(match[1]) - 543), text)
        return _SHORT_THAI_YEAR.sub(lambda match: f" {2500 + int(match[1]) - 543}", text)
    text = _JAPANESE.sub(_from_era, text)
    return _MINGUO.sub(lambda match: f"{int(match[1]) + 1911}年", text)


def iso_year(text: str, languages: tuple[str, ...]) -> str:
    """Return a date for machines with the Gregorian year that is meant: systems set to Thai write "2569-10-05"."""
    return _THAI_ISO_YEAR.sub(lambda match: str(int(match[0]) - 543), text) if "th" in languages else text


def _from_era(match: re.Match[str]) -> str:
    year = 1 if match[2] == "元" else int(match[2])
    return f"{_ERA_BEGAN[match[1]] + year - 1}年"


def is_jalali(text: str, languages: tuple[str, ...]) -> bool:
    """Return whether a line has a year of Iran's solar calendar."""
    return "fa" in languages and _JALALI.search(text) is not None


def is_hijri(text: str) -> bool:
    """Return whether a line has a year or month of the Islamic calendar."""
    return _HIJRI.search(text) is not None


def day_parts(text: str) -> list[str]:
    """Return a text, and the parts of it that may state a day by themselves, those of the common calendar first."""
    text = _AFTER_YEAR.sub(r"\1", without_hijri_day(text)).strip(" ,;|-–")
    parts = [part.strip(" ,;|") for part in SEPARATOR.split(text) if any(char.isdigit() for char in part)]
    return list(dict.fromkeys([*([] if is_hijri(text) and len(parts) > 1 else [text]), *sorted(parts, key=is_hijri)]))
