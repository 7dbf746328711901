"""The parts of the significance that no kind of fact names: headline, first paragraph, other words, paragraphs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

import regex

from newscrawl.change.edits import Edit
from newscrawl.change.fact_changes import MAX_READ_EDITS
from newscrawl.change.facts import words
from newscrawl.change.lexicon import UPDATED
from newscrawl.change.significance import Part, arrows
from newscrawl.change.wording import OtherWords, content, other_words, unanswered
from newscrawl.correction_notes import CORRECTION
from newscrawl.humanize import counted
from newscrawl.items import DiffOp

# Words gave way to others that are no synonyms: nobody knows whether a fact changed, so it stands at the border itself.
REPLACED = 0.2
SAID = 0.08  # words only came or went
CLAUSE = 4  # words of content that are as much as a clause of its own
HEADLINE = {"echoed": 0.55, "replaced": 0.2, "reworded": 0.1}
LEDE = 0.03
PARAGRAPH, MORE, MOST = 0.2, 0.07, 0.41  # one paragraph, each further one, and what many weigh at most
TOP = 0.1  # more if the first paragraph is new
LINE = 0.05  # a line that is no sentence
_SENTENCE = regex.compile(r"[.!?…؟۔।。！？][\"'”’»)」』\]]*\s*$")
_MAX_STAMP = 120  # characters; a longer one says what is new
_LONG = 15  # words of a paragraph of whatever marks


def wording_parts(rewordings: Sequence[Edit], language: str) -> list[Part]:
    """Return the parts for edits of the wording, facts apart."""
    read = rewordings[:MAX_READ_EDITS]
    paired = [edit for edit in read if edit.is_paired]
    said = [(edit, other_words(edit, language)) for edit in paired]
    body = [each for edit, each in said if not edit.is_headline]
    parts = [_headline(each, body, read, language) for edit, each in said if edit.is_headline]
    if any(edit.is_lede for edit in read):
        parts.append(Part("lede", LEDE, "the first paragraph changed", is_wording=True))
    return [*parts, *_other_words(body), *_paragraphs(read)]


def _headline(said: OtherWords, body: Sequence[OtherWords], edits: Iterable[Edit], language: str) -> Part:
    """Return the part of a reworded headline: the more if it says something else, and most if the text agrees."""
    alone = [edit for edit in edits if not edit.is_paired]
    old = [*chain.from_iterable(each.old for each in body), *_texts((edit.old for edit in alone), language)]
    new = [*chain.from_iterable(each.new for each in body), *_texts((edit.new for edit in alone), language)]
    is_echoed = any(
        len(unanswered(own, others, language)) < len(own) for own, others in ((said.old, old), (said.new, new))
    )
    way = "echoed" if is_echoed else "replaced" if said.are_replaced else "reworded"
    detail = {"echoed": "says something else, as the text does", "replaced": "says something else"}.get(way, "reworded")
    text = f"{detail}: {arrows([said.pair])}" if said.old or said.new else detail
    return Part("headline", HEADLINE[way], text, is_wording=way != "echoed")


def _texts(texts: Iterable[str], language: str) -> list[str]:
    return [word for text in texts for word in content([(0, len(text))], text, language)]


def _other_words(body: Sequence[OtherWords]) -> list[Part]:
    replaced = [each.pair for each in body if each.are_replaced]
    alone = [each.pair for each in body if (each.old or each.new) and not each.are_replaced]
    if replaced:
        return [Part("wording", REPLACED, arrows(replaced), is_wording=True)]
    is_clause = any(len(each.old) + len(each.new) >= CLAUSE for each in body)
    return [Part("wording", REPLACED if is_clause else SAID, arrows(alone), is_wording=True)] if alone else []


def _paragraphs(edits: Iterable[Edit]) -> list[Part]:
    parts = []
    for name, op in (("added", DiffOp.ADDED), ("removed", DiffOp.REMOVED)):
        own = [edit for edit in edits if edit.op is op and not edit.is_paired]
        whole = [edit for edit in own if _is_passage(edit.old or edit.new)]
        if whole:
            weight = min(PARAGRAPH + MORE * (len(whole) - 1), MOST) + TOP * any(edit.is_lede for edit in whole)
            parts.append(Part(name, round(weight, 2), counted(len(whole), "paragraph"), is_wording=True))
        elif own:
            parts.append(Part(name, LINE, counted(len(own), "line"), is_wording=True))
    return parts


def _is_passage(text: str) -> bool:
    """Return whether a paragraph is more than a line of the page: a sentence, or long; that it was updated is none."""
    if len(text) <= _MAX_STAMP and UPDATED.search(text) and not CORRECTION.search(text):
        return False
    return _SENTENCE.search(text) is not None or len(words(text)) >= _LONG
