"""Make newscrawl/change/number_words.json: `python -m benchmarks.number_words`, with the package num2words installed.

The table holds, by language, the words of 0 to 100, of hundreds and scales, and of the ordinals 1 to 31. Words for one
that are articles too are left out where nothing else tells them apart.
"""

# ruff: noqa: E501 -- rows of a table
from __future__ import annotations

import json
import re
from pathlib import Path

from num2words import num2words

TABLE = Path(__file__).resolve().parent.parent / "newscrawl" / "change" / "number_words.json"
LANGUAGES = (
    "en",
    "es",
    "de",
    "fr",
    "pt",
    "it",
    "nl",
    "ru",
    "ar",
    "sv",
    "da",
    "no",
    "pl",
    "tr",
    "id",
    "fi",
    "hu",
    "uk",
    "ro",
)
# Plural, inflected and other usual forms, which num2words does not give.
FURTHER = {
    "en": {"dozen": 12, "hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12},
    "es": {"dos mil": 2000, "ciento": 100, "cien": 100, "mil": 1000, "millón": 10**6, "millones": 10**6,
           "doscientos": 200, "doscientas": 200, "trescientos": 300, "trescientas": 300, "cuatrocientos": 400, "cuatrocientas": 400, "quinientos": 500, "quinientas": 500, "seiscientos": 600, "seiscientas": 600, "setecientos": 700, "setecientas": 700, "ochocientos": 800, "ochocientas": 800, "novecientos": 900, "novecientas": 900},
    "de": {"hundert": 100, "tausend": 1000, "million": 10**6, "millionen": 10**6, "milliarde": 10**9, "milliarden": 10**9, "zwo": 2},
    "fr": {"cents": 100, "mille": 1000, "million": 10**6, "millions": 10**6, "milliard": 10**9, "milliards": 10**9},
    "pt": {"cento": 100, "mil": 1000, "milhão": 10**6, "milhões": 10**6, "bilhão": 10**9, "bilhões": 10**9, "duas": 2,
           "duzentos": 200, "duzentas": 200, "trezentos": 300, "trezentas": 300, "quatrocentos": 400, "quatrocentas": 400, "quinhentos": 500, "quinhentas": 500, "seiscentos": 600, "seiscentas": 600, "setecentos": 700, "setecentas": 700, "oitocentos": 800, "oitocentas": 800, "novecentos": 900, "novecentas": 900},
    "it": {"cento": 100, "mille": 1000, "mila": 1000, "milione": 10**6, "milioni": 10**6, "miliardo": 10**9, "miliardi": 10**9},
    "nl": {"honderd": 100, "duizend": 1000, "miljoen": 10**6, "miljard": 10**9},
    "ru": {"две": 2, "двух": 2, "трёх": 3, "трех": 3, "четырёх": 4, "четырех": 4, "пяти": 5, "шести": 6, "семи": 7,
           "восьми": 8, "девяти": 9, "десяти": 10, "двое": 2, "трое": 3, "четверо": 4, "пятеро": 5, "шестеро": 6, "семеро": 7,
           "восьмеро": 8, "девятеро": 9, "десятеро": 10, "троих": 3, "четверых": 4, "пятерых": 5, "сто": 100, "двести": 200,
           "триста": 300, "четыреста": 400, "пятьсот": 500, "шестьсот": 600, "семьсот": 700, "восемьсот": 800, "девятьсот": 900, "тысяча": 1000, "тысячи": 1000, "тысяч": 1000, "миллион": 10**6,
           "миллиона": 10**6, "миллионов": 10**6, "миллиард": 10**9, "миллиардов": 10**9},
    "ar": {"مئة": 100, "مائة": 100, "ألف": 1000, "آلاف": 1000, "مليون": 10**6, "مليار": 10**9, "ثلاث": 3, "أربع": 4, "خمس": 5, "ست": 6, "سبع": 7, "ثماني": 8,
           "ثمان": 8, "تسع": 9, "عشر": 10, "ألفا": 2000, "ألفان": 2000, "ألفين": 2000, "ألفي": 2000, "مئتا": 200, "مئتان": 200,
           "مئتين": 200, "مئتي": 200, "مليونا": 2 * 10**6, "مليونان": 2 * 10**6, "مليونين": 2 * 10**6, "ملايين": 10**6},
    "sv": {"hundra": 100, "tusen": 1000, "miljon": 10**6, "miljoner": 10**6, "miljard": 10**9, "miljarder": 10**9},
    "da": {"hundrede": 100, "tusind": 1000, "million": 10**6, "millioner": 10**6, "milliard": 10**9, "milliarder": 10**9},
    "no": {"hundre": 100, "tusen": 1000, "million": 10**6, "millioner": 10**6, "milliard": 10**9, "milliarder": 10**9},
    "pl": {"tysiąc": 1000, "tysiące": 1000, "tysięcy": 1000, "milion": 10**6, "miliony": 10**6, "milionów": 10**6},
    "tr": {"yüz": 100, "bin": 1000, "milyon": 10**6, "milyar": 10**9},
    "id": {"ratus": 100, "ribu": 1000, "juta": 10**6, "miliar": 10**9},
    "fi": {"sataa": 100, "tuhatta": 1000, "miljoonaa": 10**6, "miljardia": 10**9},
    "hu": {"száz": 100, "ezer": 1000, "millió": 10**6, "milliárd": 10**9},
    "uk": {"дві": 2, "тисяча": 1000, "тисячі": 1000, "тисяч": 1000, "мільйон": 10**6, "мільйони": 10**6, "мільйонів": 10**6},
    "ro": {"sute": 100, "mii": 1000, "milion": 10**6, "milioane": 10**6},
}  # fmt: skip
# Words that are something else far more often.
LEFT_OUT = {"es": {"un", "uno", "una"}, "fr": {"un", "neuf"}, "it": {"uno", "sei"}, "tr": {"bin", "on"}, "id": {"dua puluh"},
            "ro": {"un", "o"}, "hu": {"egy"}, "da": {"et", "to"}, "no": {"en"}, "sv": {"en", "ett"}, "en": {"zero", "second"}}  # fmt: skip


def words_of(language: str) -> dict[str, dict[str, int]]:
    cardinals = {num2words(number, lang=language).lower(): number for number in range(2, 101)}
    ordinals = {num2words(number, lang=language, to="ordinal").lower(): number for number in range(1, 32)}
    if language == "en":
        cardinals["one"] = 1
        ordinals["second"] = 2
    cardinals |= FURTHER.get(language, {})
    left_out = LEFT_OUT.get(language, set()) - ({"second"} if language == "en" else set())
    plain = {re.sub(r"\s+", " ", word): number for word, number in cardinals.items() if word not in left_out}
    return {"cardinals": plain, "ordinals": {word: number for word, number in ordinals.items() if word not in plain}}


def main() -> None:
    table = {language: words_of(language) for language in LANGUAGES}
    TABLE.write_text(json.dumps(table, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
