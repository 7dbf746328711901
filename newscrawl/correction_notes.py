"""Notes in which a newsroom states that it corrected an article."""

from __future__ import annotations

import regex

CORRECTION = regex.compile(
    r"""(?xiV1)
      ^\W*(?:corrections?|clarification|editor[’']?s?\ note|korrektur|berichtigung|richtigstellung
        |anmerkung\ der\ redaktion
        |correction|rectificatif|précision|correcci[oó]n|fe\ de\ errores|rectificaci[oó]n|correç[aã]o|errata|rettifica
        |correctie|rättelse|rettelse
        |oikaisu|sprostowanie|helyesbítés|düzeltme|ralat|koreksi|đính\ chính|исправление|поправка)\b(?!\ to:)
    | \b(?:updated|amended|edited|revised|changed)\b.{0,60}\bto\ (?:correct|clarify|fix|reflect\ that)\b
    | \b(?:an|a)\ (?:earlier|previous)\ version\ of\ (?:this|the)\b
    | \bthis\ (?:article|story|report|post|headline|piece|page)\ (?:has\ been|was)
      \ (?:corrected|amended|clarified|changed|edited)\b
    | \bwe\ (?:have\ corrected|regret\ the\ error)\b
    | \bin\ einer\ (?:früheren|ersten|vorherigen)\ (?:version|fassung)\b
    | \bune\ (?:première\ )?version\ (?:précédente|antérieure)\b
    | \buna\ versión\ anterior\b | \buma\ versão\ anterior\b | \buna\ versione\ precedente\b | \been\ eerdere\ versie\b
    | 訂正|更正|订正|お詫び|바로잡습니다 | ^\W*تصحيح
    """
)

# One of these is in whatever the pattern finds, once that is folded. To search with the pattern takes a microsecond for
# each character of a text (27 November 2026), and these rule out most texts in two.
_PARTS = (
    "correc", "correç", "clarif", "editor", "korrektur", "richtig", "anmerkung", "rectifica", "précision", "fe de err",
    "errata", "rettific", "rättelse", "rettelse", "oikaisu", "sprostowanie", "helyesb", "düzeltme", "ralat", "koreksi",
    "chính", "исправление", "поправка", "to fix", "to reflect", "amended", "changed", "edited", "regret", "versi",
    "versão", "fassung", "訂正", "更正", "订正", "お詫び", "바로잡", "تصحيح",
)  # fmt: skip
_MAX_OPENING = 80  # characters before the words that make a paragraph a note; further on it is news about one
_MAX_SIZE_OF_WORDS = 300  # characters of an opening and of the longest words behind it
_SIZES = range(30, 1500)  # characters: a shorter one is a label or a link, a longer one an article


def is_correction_note(text: str) -> bool:
    """Return whether a paragraph as a whole is such a note."""
    if len(text) not in _SIZES:
        return False
    if not _may_be_found_in(text):
        return False
    # The words are short; only marks before the first of them may be many.
    match = CORRECTION.search(text, endpos=_MAX_SIZE_OF_WORDS if text[0].isalpha() else len(text))
    return match is not None and match.start() <= _MAX_OPENING


def _may_be_found_in(text: str) -> bool:
    # The pattern takes the dotted and the dotless i of Turkish for i, which folding does not.
    folded = text.casefold() if text.isascii() else text.replace("İ", "i").replace("ı", "i").casefold()
    return any(part in folded for part in _PARTS)
