"""Properties of languages and scripts: the direction of text, and which scripts are written without spaces."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?(?:[-_.].*)?")
# Languages whose main script runs from right to left (CLDR likelySubtags); a script in the tag outweighs the language.
_RIGHT_TO_LEFT_LANGUAGES = frozenset(
    {
        "ar", "arc", "arz", "bal", "ckb", "dv", "fa", "glk", "he", "iw", "ji", "khw", "ks", "lrc", "mzn", "nqo", "pnb",
        "prs", "ps", "sam", "sd", "syr", "ug", "ur", "yi",
    }
)  # fmt: skip
_RIGHT_TO_LEFT_SCRIPTS = frozenset(
    {"Adlm", "Arab", "Aran", "Armi", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"}
)
# Scripts written without spaces, as character classes of the module `regex`. The prolonged sound mark ー belongs to
# both kana, so that no script class holds it.
UNSPACED_SCRIPTS = r"\p{Han}\p{Hiragana}\p{Katakana}ー\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"


@lru_cache(maxsize=1024)
def language_tag(text: str | None) -> str | None:
    """Return a BCP 47 tag in its usual spelling (`pt_br` becomes `pt-BR`), or None if `text` is not a tag."""
    match = _TAG.fullmatch(text.strip()) if text else None
    if match is None:
        return None
    parts = (match[1].lower(), match[2] and match[2].title(), match[3] and match[3].upper())
    return "-".join(part for part in parts if part)


@lru_cache(maxsize=1024)
def primary_language(tag: str | None) -> str:
    """Return the language of a tag without script and region, in lower case; English if there is none."""
    return (tag or "en").replace("_", "-").split("-")[0].lower()


def text_direction(tag: str | None) -> str:
    """Return `rtl` or `ltr` for a language tag: by the script in the tag, else by the language's main script."""
    parts = (language_tag(tag) or "").split("-")
    script = next((part for part in parts[1:] if len(part) == 4), None)
    is_rtl = parts[0] in _RIGHT_TO_LEFT_LANGUAGES if script is None else script in _RIGHT_TO_LEFT_SCRIPTS
    return "rtl" if is_rtl else "ltr"


def starts_right_to_left(text: str) -> bool:
    """Return the direction of a text by its first letter, as pages do (dir="auto")."""
    kinds = (unicodedata.bidirectional(character) for character in text)
    return next((kind for kind in kinds if kind in {"L", "R", "AL"}), "L") != "L"


def arrow(before: str, after: str) -> str:
    """Return the arrow that points from a text to the one after it, in a paragraph of both and no other marks.

    The bidirectional algorithm (UAX #9) lays out what is between two letters or numbers as these are read; between
    letters of both directions as the paragraph is read, whose direction is that of its first letter.
    """
    base = "R" if starts_right_to_left(f"{before} {after}") else "L"
    last = next(filter(None, map(_side, reversed(before))), base)
    letters = (side for side in map(_side, reversed(before)) if side in {"L", "R"})
    read = next(letters, base)  # a number goes with the letters in front of it: W7
    sides = [read if side == "EN" else side for side in (last, next(filter(None, map(_side, after)), base))]
    return "←" if (sides[0] if sides[0] == sides[1] else base) == "R" else "→"


def _side(character: str) -> str:
    """Return how a letter is read, "EN" for a European digit; empty for what is neither."""
    kind = unicodedata.bidirectional(character)
    return {"L": "L", "R": "R", "AL": "R", "AN": "R", "EN": "EN"}.get(kind, "")
