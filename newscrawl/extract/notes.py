"""Correction notes that a page prints outside of the article's body: they are part of what the article says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from newscrawl.correction_notes import is_correction_note
from newscrawl.extract.page import Page
from newscrawl.extract.text_density import BlockContext, bare

# Whether it is worth looking for one: a stem of the page's language in its bytes, with a phrase or a label around it.
# Blocks of pages with rules are not needed otherwise, and cost as much as all the rest.
_ENGLISH = ("correct", "clarif", "amended", "version of th", "s note")
_STEMS = {
    "de": ("korrektur", "berichtig", "richtigstell", "anmerkung der"), "fr": ("rectif", "précision"),
    "es": ("rectif", "correcci", "fe de err"), "pt": ("correç", "errata"), "it": ("rettif", "errata"),
    "nl": ("rectific",), "sv": ("ttelse",), "da": ("rettelse",), "no": ("rettelse",), "nb": ("rettelse",),
    "nn": ("retting",), "fi": ("oikaisu",), "pl": ("sprostow",), "id": ("ralat", "koreksi"), "ja": ("訂正", "お詫び"),
    "zh": ("更正", "订正"), "ko": ("바로잡",), "ar": ("تصحيح",), "ru": ("исправ", "поправ"), "tr": ("düzeltme",),
    "hu": ("helyesb",), "vi": ("đính chính",),
}  # fmt: skip
_AROUND = 80  # bytes
_MAX_PLACES = 200
_PHRASE = re.compile(
    r"(?:has been|was) (?:corrected|amended|clarified)|to (?:correct|clarify) |(?:earlier|previous) version of th"
    r"|>[\s*(\[]*(?:corrections?|clarification|editor.{0,8}s? note)\b",
)
_NAMED = re.compile(r"correction|clarification|editors?-?_?note|erratum|berichtigung|korrektur", re.IGNORECASE)
_OWN_TAGS = frozenset({"article", "main"})
_FOREIGN_TAGS = frozenset({"nav", "header", "form", "li", "a"})
_MAX_NOTES = 5


def with_correction_notes(page: Page, paragraphs: tuple[str, ...]) -> tuple[str, ...]:
    """Return the paragraphs with the notes beside them: those above the text before it, all others behind it."""
    if not paragraphs or not _is_hinted_at(page):
        return paragraphs
    known = bare(" ".join(paragraphs))
    first = bare(paragraphs[0])
    above: list[str] = []
    behind: list[str] = []
    is_above = any(bare(context.block.text) == first for context in page.contexts)
    for context in page.contexts:
        text = context.block.text
        is_above = is_above and bare(text) != first
        if _is_own_note(context) and bare(text) not in known:
            known += bare(text)
            (above if is_above else behind).append(text)
    return (*above[:_MAX_NOTES], *paragraphs, *behind[:_MAX_NOTES])


def _is_hinted_at(page: Page) -> bool:
    body = page.capture.body.lower()
    own = _STEMS.get((page.tree.get("lang") or "").lower()[:2], ())
    if any(stem.encode() in body for stem in own):
        return True
    return any(_PHRASE.search(around) for stem in _ENGLISH for around in _places(body, stem.encode()))


def _places(body: bytes, stem: bytes) -> Iterator[str]:
    """Yield what stands around the places of a stem."""
    at = body.find(stem)
    for _ in range(_MAX_PLACES):
        if at < 0:
            return
        yield body[max(0, at - _AROUND) : at + _AROUND].decode("utf-8", "replace")
        at = body.find(stem, at + _AROUND)


def _is_own_note(context: BlockContext) -> bool:
    block = context.block
    if not is_correction_note(block.text) or block.linked >= 0.5 * len(block.text):
        return False
    if any(element.tag in _FOREIGN_TAGS for element in context.ancestors):
        return False
    return any(element.tag in _OWN_TAGS or _is_named(element) for element in context.ancestors)


def _is_named(element: etree._Element) -> bool:
    return bool(_NAMED.search(f"{element.get('class', '')} {element.get('id', '')}"))
