"""Correction notes that a page prints outside of the article's body: they are part of what the article says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from newscrawl.correction_notes import is_correction_note
from newscrawl.extract.blocks import BLOCK_TAGS, line
from newscrawl.extract.page import Page, once_a_page
from newscrawl.extract.text_density import bare

# Stems of which one is in every note: a page without any of its language's has none, which its text shows cheaply.
_ENGLISH = ("orrected", "orrection", "larif", "mended", "version of th", "s note", "orrects ", "evised", "pdated to")
_NORDIC = (
    "ttelse",
    "etting",
    "ttning",
    "rtydlig",
    "resisering",
    "ræciser",
    "ättat",
    "orriger",
    "ttet",
    "ersion",
    "ersjon",
    "igare sto",
    "igere sto",
)
_STEMS = {
    "de": ("orrektur", "orrigiert", "erichtig", "ichtigstell", "nmerkung der", "Fassung", "Version", "ir hatten"),
    "fr": ("ectif", "récision", "rratum", "orrigé", "rédaction", "ontrairement à ce"),
    "es": ("ectif", "orrecci", "e de err", "claraci", "edacci", "orregid", "versión ante"),
    "pt": ("orreç", "rrata", "rramos", "etifica", "edação", "orrigid", "versão ante"),
    "it": ("ettif", "rrata", "orrett", "recisaz", "edazione", "versione prec"),
    "ca": ("ectific", "orrecci", "errades", "errors", "edacci", "versió ante"),
    "nl": ("ectific", "orrectie", "ecorrigeerd", "angepast", "re versie", "jke versie"),
    **dict.fromkeys(("sv", "da", "no", "nb", "nn"), _NORDIC), "fi": ("ikaisu", "orja", "versiossa"),
    "et": ("arandus", "psustus"), "lv": ("abojum", "reciz"), "lt": ("atikslin",),
    "pl": ("prostow", "wersji"), "cs": ("prava", "přesn", "verzi"), "sk": ("prava",),
    **dict.fromkeys(("hr", "sr", "bs", "sl"), ("sprav", "opravek", "справка")),
    "hu": ("elyesb", "elyreig", "ontos", "verzió", "változat"), "ro": ("rată", "ectific", "versiune"),
    "eu": ("uzenketa",), "el": ("ιόρθωσ", "ευκρίν", "έκδοση", "εκδοχή"), "is": ("eiðrétt",),
    "ru": ("справ", "оправ", "точнен", "версии", "редакции"), "uk": ("иправ", "точнен", "версії"),
    "bg": ("орекц", "оправ"), "tr": ("üzeltme", "DÜZELTME", "önceki", "ilk hal", "ilk ver", "zür"),
    "id": ("alat", "oreksi", "edaksi", "sebelumnya"), "vi": ("ính chính", "phiên bản"),
    "ja": ("訂正", "お詫び", "おわび", "修正"), "zh": ("更正", "订正", "訂正", "勘误", "勘誤", "特此说明"),
    "ko": ("바로잡", "정정"), "ar": ("تصحيح", "تنويه", "توضيح"), "fa": ("اصلاحیه", "تصحیح"), "he": ("תיקון", "הבהרה"),
    "hi": ("सुधार", "शुद्धिपत्र"), "bn": ("সংশোধনী",), "th": ("แก้ไข",),
}  # fmt: skip
_NAMED = re.compile(
    r"correction|clarification|editors?-?_?note|erratum|berichtigung|korrektur|rectifica|rettelse", re.IGNORECASE
)
_OWN_TAGS = frozenset({"article", "main"})
_FOREIGN_TAGS = frozenset({"nav", "header", "form", "li", "a"})
_MAX_NOTES = 5


def with_correction_notes(page: Page, paragraphs: tuple[str, ...]) -> tuple[str, ...]:
    """Return the paragraphs, behind them the notes beside them."""
    notes = [text for block, text in texts_like_notes(page) if _is_own_note(block, text)] if paragraphs else []
    if not notes:
        return paragraphs
    known = bare(" ".join(paragraphs))
    return (*paragraphs, *[text for text in dict.fromkeys(notes) if bare(text) not in known][:_MAX_NOTES])


@once_a_page
def texts_like_notes(page: Page) -> list[tuple[etree._Element, str]]:
    """Return all blocks of a page with words of notes, with their texts: what may be a note is among them."""
    stems = (*_STEMS.get((page.tree.get("lang") or "").lower()[:2], ()), *_ENGLISH)
    return [(block, line(block)) for block in _blocks_with(page, stems)]


def _blocks_with(page: Page, stems: tuple[str, ...]) -> Iterator[etree._Element]:
    """Yield the innermost blocks around texts with one of the stems, each once."""
    seen: set[etree._Element] = set()
    for holder in page.index.holding(stems):
        block = next((each for each in _upwards(holder) if each.tag in BLOCK_TAGS), None)
        if block is not None and block not in seen:
            seen.add(block)
            yield block


def _upwards(element: etree._Element | None) -> Iterator[etree._Element]:
    while element is not None:
        yield element
        element = element.getparent()


def _is_own_note(block: etree._Element, text: str) -> bool:
    """Return whether a block is a note that stands in the page's own article, or is named as one, and is no link."""
    if not is_correction_note(text):
        return False
    linked = sum(len("".join(link.itertext())) for link in block.iter("a"))
    around = list(_upwards(block))
    if linked >= 0.5 * len(text) or any(each.tag in _FOREIGN_TAGS for each in around):
        return False
    return any(each.tag in _OWN_TAGS or _is_named(each) for each in around)


def _is_named(element: etree._Element) -> bool:
    return bool(_NAMED.search(f"{element.get('class', '')} {element.get('id', '')}"))
