"""Make newscrawl/change/number_words.json: `python -m benchmarks.number_words`, with the package num2words installed.

The table holds, by language, the words of 0 to 100, of hundreds and scales, of what is half of one or half more, of the
ordinals 1 to 31, and of how often something happens. Words for one that are articles too are left out where nothing
else tells them apart.
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
    "es": {"medio millón": 5 * 10**5, "dos mil": 2000, "ciento": 100, "cien": 100, "mil": 1000, "millón": 10**6, "millones": 10**6,
           "doscientos": 200, "doscientas": 200, "trescientos": 300, "trescientas": 300, "cuatrocientos": 400, "cuatrocientas": 400, "quinientos": 500, "quinientas": 500, "seiscientos": 600, "seiscientas": 600, "setecientos": 700, "setecientas": 700, "ochocientos": 800, "ochocientas": 800, "novecientos": 900, "novecientas": 900},
    "de": {"halbe million": 5 * 10**5, "halben million": 5 * 10**5, "halbe milliarde": 5 * 10**8, "halben milliarde": 5 * 10**8, "anderthalb": 1.5, "eineinhalb": 1.5, "zweieinhalb": 2.5, "dreieinhalb": 3.5, "viereinhalb": 4.5, "fünfeinhalb": 5.5, "sechseinhalb": 6.5, "siebeneinhalb": 7.5, "achteinhalb": 8.5, "neuneinhalb": 9.5, "hundert": 100, "tausend": 1000, "million": 10**6, "millionen": 10**6, "milliarde": 10**9, "milliarden": 10**9, "zwo": 2},
    "fr": {"demi-million": 5 * 10**5, "demi million": 5 * 10**5, "demi-milliard": 5 * 10**8, "demi milliard": 5 * 10**8, "cents": 100, "mille": 1000, "million": 10**6, "millions": 10**6, "milliard": 10**9, "milliards": 10**9},
    "pt": {"meio milhão": 5 * 10**5, "meio bilhão": 5 * 10**8, "cento": 100, "mil": 1000, "milhão": 10**6, "milhões": 10**6, "bilhão": 10**9, "bilhões": 10**9, "duas": 2,
           "duzentos": 200, "duzentas": 200, "trezentos": 300, "trezentas": 300, "quatrocentos": 400, "quatrocentas": 400, "quinhentos": 500, "quinhentas": 500, "seiscentos": 600, "seiscentas": 600, "setecentos": 700, "setecentas": 700, "oitocentos": 800, "oitocentas": 800, "novecentos": 900, "novecentas": 900},
    "it": {"mezzo milione": 5 * 10**5, "mezzo miliardo": 5 * 10**8, "cento": 100, "mille": 1000, "mila": 1000, "milione": 10**6, "milioni": 10**6, "miliardo": 10**9, "miliardi": 10**9},
    "nl": {"half miljoen": 5 * 10**5, "half miljard": 5 * 10**8, "anderhalf": 1.5, "anderhalve": 1.5, "tweeënhalf": 2.5, "tweeënhalve": 2.5, "drieënhalf": 3.5, "drieënhalve": 3.5, "vierenhalf": 4.5, "vierenhalve": 4.5, "vijfenhalf": 5.5, "vijfenhalve": 5.5, "honderd": 100, "duizend": 1000, "miljoen": 10**6, "miljard": 10**9},
    "ru": {"полмиллиона": 5 * 10**5, "полмиллиарда": 5 * 10**8, "полтора": 1.5, "полторы": 1.5, "полутора": 1.5, "две": 2, "двух": 2, "трёх": 3, "трех": 3, "четырёх": 4, "четырех": 4, "пяти": 5, "шести": 6, "семи": 7,
           "восьми": 8, "девяти": 9, "десяти": 10, "двое": 2, "трое": 3, "четверо": 4, "пятеро": 5, "шестеро": 6, "семеро": 7,
           "восьмеро": 8, "девятеро": 9, "десятеро": 10, "троих": 3, "четверых": 4, "пятерых": 5, "сто": 100, "двести": 200,
           "триста": 300, "четыреста": 400, "пятьсот": 500, "шестьсот": 600, "семьсот": 700, "восемьсот": 800, "девятьсот": 900, "тысяча": 1000, "тысячи": 1000, "тысяч": 1000, "миллион": 10**6,
           "миллиона": 10**6, "миллионов": 10**6, "миллиард": 10**9, "миллиардов": 10**9},
    "ar": {"مئة": 100, "مائة": 100, "ألف": 1000, "آلاف": 1000, "مليون": 10**6, "مليار": 10**9, "ثلاث": 3, "أربع": 4, "خمس": 5, "ست": 6, "سبع": 7, "ثماني": 8,
           "ثمان": 8, "تسع": 9, "عشر": 10, "ألفا": 2000, "ألفان": 2000, "ألفين": 2000, "ألفي": 2000, "مئتا": 200, "مئتان": 200,
           "مئتين": 200, "مئتي": 200, "مليونا": 2 * 10**6, "مليونان": 2 * 10**6, "مليونين": 2 * 10**6, "ملايين": 10**6},
    "sv": {"halv miljon": 5 * 10**5, "halv miljard": 5 * 10**8, "hundra": 100, "tusen": 1000, "miljon": 10**6, "miljoner": 10**6, "miljard": 10**9, "miljarder": 10**9},
    "da": {"halv million": 5 * 10**5, "halv milliard": 5 * 10**8, "halvanden": 1.5, "hundrede": 100, "tusind": 1000, "million": 10**6, "millioner": 10**6, "milliard": 10**9, "milliarder": 10**9},
    "no": {"halv million": 5 * 10**5, "halv milliard": 5 * 10**8, "hundre": 100, "tusen": 1000, "million": 10**6, "millioner": 10**6, "milliard": 10**9, "milliarder": 10**9},
    "pl": {"tysiąc": 1000, "tysiące": 1000, "tysięcy": 1000, "milion": 10**6, "miliony": 10**6, "milionów": 10**6},
    "tr": {"yüz": 100, "bin": 1000, "milyon": 10**6, "milyar": 10**9},
    "id": {"ratus": 100, "ribu": 1000, "juta": 10**6, "miliar": 10**9},
    "fi": {"sataa": 100, "tuhatta": 1000, "miljoonaa": 10**6, "miljardia": 10**9},
    "hu": {"száz": 100, "ezer": 1000, "millió": 10**6, "milliárd": 10**9},
    "uk": {"дві": 2, "тисяча": 1000, "тисячі": 1000, "тисяч": 1000, "мільйон": 10**6, "мільйони": 10**6, "мільйонів": 10**6},
    "ro": {"sute": 100, "mii": 1000, "milion": 10**6, "milioane": 10**6},
}  # fmt: skip
# How often something happens, in one word.
TIMES = {"en": {"twice": 2, "thrice": 3},
         "de": {"zweimal": 2, "dreimal": 3, "viermal": 4, "fünfmal": 5, "sechsmal": 6, "siebenmal": 7, "achtmal": 8, "neunmal": 9, "zehnmal": 10, "hundertmal": 100},
         "nl": {"tweemaal": 2, "driemaal": 3, "viermaal": 4, "vijfmaal": 5},
         "ru": {"дважды": 2, "трижды": 3, "четырежды": 4},
         "ar": {"مرتين": 2, "مرتان": 2},
         "pl": {"dwukrotnie": 2, "trzykrotnie": 3},
         "uk": {"двічі": 2, "тричі": 3}}  # fmt: skip
# Ordinals with the article, which num2words does not give, and of feminine nouns.
FURTHER_ORDINALS = {"ar": {
    "الأول": 1, "الأولى": 1, "الثاني": 2, "الثانية": 2, "الثالث": 3, "الثالثة": 3,
    "الرابع": 4, "الرابعة": 4, "الخامس": 5, "الخامسة": 5, "السادس": 6, "السادسة": 6,
    "السابع": 7, "السابعة": 7, "الثامن": 8, "الثامنة": 8, "التاسع": 9, "التاسعة": 9,
    "العاشر": 10, "العاشرة": 10, "الحادي عشر": 11, "الحادية عشرة": 11, "الحادي والعشرون": 21, "الحادي والعشرين": 21,
    "الحادية والعشرون": 21, "الحادية والعشرين": 21, "الثاني عشر": 12, "الثانية عشرة": 12, "الثاني والعشرون": 22, "الثاني والعشرين": 22,
    "الثانية والعشرون": 22, "الثانية والعشرين": 22, "الثالث عشر": 13, "الثالثة عشرة": 13, "الثالث والعشرون": 23, "الثالث والعشرين": 23,
    "الثالثة والعشرون": 23, "الثالثة والعشرين": 23, "الرابع عشر": 14, "الرابعة عشرة": 14, "الرابع والعشرون": 24, "الرابع والعشرين": 24,
    "الرابعة والعشرون": 24, "الرابعة والعشرين": 24, "الخامس عشر": 15, "الخامسة عشرة": 15, "الخامس والعشرون": 25, "الخامس والعشرين": 25,
    "الخامسة والعشرون": 25, "الخامسة والعشرين": 25, "السادس عشر": 16, "السادسة عشرة": 16, "السادس والعشرون": 26, "السادس والعشرين": 26,
    "السادسة والعشرون": 26, "السادسة والعشرين": 26, "السابع عشر": 17, "السابعة عشرة": 17, "السابع والعشرون": 27, "السابع والعشرين": 27,
    "السابعة والعشرون": 27, "السابعة والعشرين": 27, "الثامن عشر": 18, "الثامنة عشرة": 18, "الثامن والعشرون": 28, "الثامن والعشرين": 28,
    "الثامنة والعشرون": 28, "الثامنة والعشرين": 28, "التاسع عشر": 19, "التاسعة عشرة": 19, "التاسع والعشرون": 29, "التاسع والعشرين": 29,
    "التاسعة والعشرون": 29, "التاسعة والعشرين": 29, "العشرون": 20, "العشرين": 20, "الثلاثون": 30, "الثلاثين": 30,
    "ثالثة": 3, "رابعة": 4, "خامسة": 5, "سادسة": 6, "سابعة": 7, "ثامنة": 8,
    "تاسعة": 9, "عاشرة": 10,
}}  # fmt: skip
# Words that are something else far more often.
LEFT_OUT = {"es": {"un", "uno", "una"}, "fr": {"un", "neuf"}, "it": {"uno", "sei"}, "tr": {"bin", "on"}, "id": {"dua puluh"},
            "ro": {"un", "o"}, "hu": {"egy"}, "da": {"et", "to"}, "no": {"en"}, "sv": {"en", "ett"}, "en": {"zero", "second"}}  # fmt: skip


def words_of(language: str) -> dict[str, dict[str, float]]:
    cardinals: dict[str, float] = {num2words(number, lang=language).lower(): number for number in range(2, 101)}
    ordinals = {num2words(number, lang=language, to="ordinal").lower(): number for number in range(1, 32)}
    if language == "en":
        cardinals["one"] = 1
        ordinals["second"] = 2
    cardinals |= FURTHER.get(language, {})
    ordinals |= FURTHER_ORDINALS.get(language, {})
    left_out = LEFT_OUT.get(language, set()) - ({"second"} if language == "en" else set())
    plain = {re.sub(r"\s+", " ", word): number for word, number in cardinals.items() if word not in left_out}
    apart = {word: number for word, number in ordinals.items() if word not in plain}
    return {"cardinals": plain, "ordinals": apart, "times": TIMES.get(language, {})}


def main() -> None:
    table = {language: words_of(language) for language in LANGUAGES}
    TABLE.write_text(json.dumps(table, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
