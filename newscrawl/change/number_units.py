"""What a number counts, by the words and signs beside it: percent, percentage points, currencies, measures."""

from __future__ import annotations

import regex

from newscrawl.change.measures import measures

BASIS_POINTS = "bp"  # hundredths of a percentage point
_UNITS = {
    "%": r"%|٪|％|per\ ?cent|pct|percent|prozent|per\ cento|pour\ cent|por\ ciento|por\ cento|procent|prosent"
    r"|процент\w*|بالمئة|パーセント",
    "points": r"(?:percentage|percent)[ -]points?|prozentpunkte?n?",
    BASIS_POINTS: r"basis\ points?|basispunkte?n?|points?\ de\ base|puntos\ básicos|pontos[ -]base|punti\ base"
    r"|базисн\w+\ пункт\w*",
    "€": r"€|euros?|eur", "$": r"\$|us\$|dollars?|usd|dólares|dollari", "£": r"£|pounds?|gbp", "¥": r"¥|yen|円|yuan|元",
    "₽": r"₽|rubles?|roubles?|рубл\w*", "₹": r"₹|rupees?", "R$": r"R\$|reais|real",
    "CHF": r"chf|franken|sfr\.?", "kr": r"kronor|kroner|kr\b\.?|sek|nok|dkk",
    "zł": r"zł|złotych|złote", "₺": r"₺|lira(?:s|sı)?", "₩": r"₩|won|원", "₴": r"₴|гривень|гривні",
}  # fmt: skip
_UNIT = regex.compile("|".join(f"(?P<u{n}>{pattern})" for n, pattern in enumerate(_UNITS.values())), regex.IGNORECASE)
_AFTER = regex.compile(rf"[\s\u00a0\u202f-]?(?:of\ a\ |d['’]|de\ )?(?:{_UNIT.pattern})(?!\w)", regex.IGNORECASE)
_BEFORE = regex.compile(
    r"(US\$|R\$|[$€£¥₽₹₺₩₴]|(?<!\w)(?:USD|EUR|GBP|CHF|BRL|RUB|CNY|JPY|SEK|NOK|DKK|PLN))\s?$", regex.IGNORECASE
)
_LONGEST_BEFORE = 5  # characters
_OF = regex.compile(r"^(?:of a |d['’]|de )")
_SPACES = " \u00a0\u202f-"


def with_unit(text: str, start: int, end: int, language: str) -> tuple[int, int, str]:
    """Return the span of a number with the unit beside it, and that unit; "" if there is none."""
    unit = ""
    if before := _BEFORE.search(text, max(0, start - _LONGEST_BEFORE), start):
        start, unit = before.start(), _name(before[1])
    behind, named = unit_after(text, end)
    if behind > end:
        end, unit = behind, named
    pattern, forms = measures(language)
    if not unit and (measure := pattern.match(text, end)):
        end, unit = measure.end(), forms.get(measure["measure"].casefold().replace("\u00a0", " "), "")
    return start, end, unit


def unit_after(text: str, end: int) -> tuple[int, str]:
    """Return where the percent or currency behind a number ends, and what it is; the same place if there is none."""
    after = _AFTER.match(text, end)
    return (after.end(), _name(after[0].strip(_SPACES))) if after else (end, "")


def _name(text: str) -> str:
    match = _UNIT.fullmatch(_OF.sub("", text).strip())
    return next((name for n, name in enumerate(_UNITS) if match and match[f"u{n}"]), "")
