"""The standfirst: what a page says between headline and first paragraph, outside of the text's element.

One template prints it and the next does not, in a heading or a paragraph: read as text it would be an edit that nobody
made. One that is set like the paragraphs, in their element, is read as the first of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from newscrawl.extract.blocks import HEADINGS
from newscrawl.extract.boilerplate import SHARED_LINES, is_named_box
from newscrawl.extract.text_density import BYLINE_START, BlockContext, bare

_NAMES = re.compile(
    r"stand-?first|\bdek\b|[-_]dek\b|dek[-_]|\bdeck\b|sub-?title|sub-?head(?:line)?\b|strap-?line|summary|abstract\b|"
    r"[-_ ]intro\b|\bintro|\blede\b|\blead\b|[-_]lead\b|leadtext|chap[oô]\b|\bsapo\b|ingress|vorspann|preamble|"
    r"sottotitolo|occhiello|sommario|entradilla|bajada|copete|bajante|perex|anleser|manchet",
    re.IGNORECASE,
)
_DATED = re.compile(r"\b\d{1,2}[:.]\d{2}\b|\b(?:19|20)\d{2}\b|(?:19|20)\d{2}年")
_DATELINE_NAMES = re.compile(r"date|time|meta\b|byline|author|submitted|published|posted", re.IGNORECASE)
_TAGS = HEADINGS - {"h1"} | {"p", "div", "blockquote", "section", "header"}
_MIN_SIZE = 40  # characters in Latin script
_MAX_SIZE = 600
_MAX_LINE_SIZE = 100  # characters of a byline or dateline
_MIN_DESCRIPTION = 60  # letters of a description that may be cut off
_MAX_LINKED = 0.3  # share of the characters


def standfirsts(contexts: Sequence[BlockContext], headline: int, first: int, stated: Iterable[str]) -> list[int]:
    """Return the indexes of the blocks between headline and first paragraph that are the standfirst; mostly one.

    It is named so, or repeats the description that the page states, or stands right behind the headline.
    """
    descriptions = [bare(text) for text in stated]
    plain = [index for index in range(headline + 1, first) if _is_plain(contexts[index])]
    known = [index for index in plain if _is_named(contexts[index]) or _is_stated(contexts[index], descriptions)]
    if known:
        return [index for index in known if _is_set_alike(contexts[index], contexts[known[0]])]
    return [index for index in plain[:1] if index == headline + 1 and _is_beside(contexts[index], contexts[headline])]


def _is_plain(context: BlockContext) -> bool:
    block = context.block
    if block.tag not in _TAGS or not _MIN_SIZE <= context.size <= _MAX_SIZE or SHARED_LINES.fullmatch(block.text):
        return False
    if block.linked >= _MAX_LINKED * len(block.text) or any(map(is_named_box, context.ancestors[:3])):
        return False
    return not _is_dateline(context)


def _is_dateline(context: BlockContext) -> bool:
    text, names = context.block.text, context.ancestors[0].get("class", "")
    if BYLINE_START.match(text) and len(text) < _MAX_LINE_SIZE and not text.endswith((".", "!", "?")):
        return True
    return (
        len(text) < _MAX_LINE_SIZE
        and _DATED.search(text) is not None
        and (_DATELINE_NAMES.search(names) is not None or not text.endswith((".", "!", "?")))
    )


def _is_named(context: BlockContext) -> bool:
    return any(
        _NAMES.search(f"{element.get('class', '')} {element.get('id', '')}") for element in context.ancestors[:2]
    )


def _is_stated(context: BlockContext, descriptions: Sequence[str]) -> bool:
    text = bare(context.block.text)
    return any(
        text == stated or (len(stated) >= _MIN_DESCRIPTION and text.startswith(stated)) for stated in descriptions
    )


def _is_set_alike(one: BlockContext, other: BlockContext) -> bool:
    return one.block.tag == other.block.tag and one.ancestors[1:2] == other.ancestors[1:2]


def _is_beside(context: BlockContext, headline: BlockContext) -> bool:
    """Return whether a block stands in the element of the headline, or in the one around it."""
    return any(element in context.ancestors[1:3] for element in headline.ancestors[1:3])
