"""What a page prints among an article's paragraphs beside what the article says: credits, captions, promotion (P8).

Such texts come and go with templates. They are kept with a version, and never make an edit by themselves. A correction
note is news, and always a paragraph.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import resources
from itertools import filterfalse, islice
from typing import Any

from lxml import etree

from newscrawl.correction_notes import is_correction_note
from newscrawl.extract.blocks import Block, line
from newscrawl.extract.boilerplate import SHARED_LINES
from newscrawl.extract.text_density import BlockContext, is_wrapper
from newscrawl.items import OptionalText, OptionalType

_TEXT = resources.files("newscrawl.extract").joinpath("optional.json").read_text("utf-8")
_DATA: Mapping[str, Any] = json.loads(_TEXT)
_HINTS: Mapping[str, Sequence[str]] = _DATA["hints"]  # words without which a costly pattern need not be tried
_MAX_LINE_SIZE = 320  # characters; a longer paragraph says something
_MAX_TEXTS = 100  # of a page
_MAX_TEXT_SIZE = 600  # characters; a longer one is cut
_MIN_TEASER_WORDS = 4
_ENDS_SENTENCE = re.compile(r"[.!…。！।۔:;,][ \xa0\u202f]?[\"'”“’‘»«›‹)\]」』]*$")  # headlines are questions, too
_LABEL = re.compile(r"[^\W\d_][^\W\d_ ]{1,15}(?: [^\W\d_]{1,15}){0,3} ?[:>»►|] ?")
_EDGE = 3  # paragraphs from the beginning or the end, within which a name alone is a byline
_PULL_QUOTE = re.compile(r"\bpull[-_]?quote", re.IGNORECASE)
_POST_CLASS = re.compile(
    r"(?:twitter|instagram|tiktok|facebook|bluesky|mastodon|threads|reddit)[-_]|\bfb-|\bembed|text-post-media",
    re.IGNORECASE,
)
# By class, id or test id of an element or of one around it, the nearest and most telling first.
_ELEMENT_NAMES = {
    OptionalType.PULL_QUOTE: _PULL_QUOTE.pattern,
    OptionalType.EMBED: _POST_CLASS.pattern,
    OptionalType.CAPTION: r"caption|figure|image|photo|picture|gallery|media|bildunterschrift|legende",
    OptionalType.CREDIT: r"credit|copyright|source",
    OptionalType.BYLINE: r"byline|author|\bbio",
    OptionalType.TIMESTAMP: r"timestamp|date|time",
    OptionalType.PROMOTION: (
        r"promo|related|newsletter|recirc|teaser|read-?more|more-|sign-?up|subscri|also|recommend|trending|interstitial"
        r"|\bad[s-]|advert|sponsor|share|social|donat|toc\b|tags?\b|topics?\b|links?\b"
    ),
}
_ELEMENT_TYPES = tuple((kind, re.compile(names, re.IGNORECASE)) for kind, names in _ELEMENT_NAMES.items())


def version() -> str:
    """Return the lines, for fingerprints."""
    return _TEXT


def separated(paragraphs: Sequence[str]) -> tuple[tuple[str, ...], tuple[OptionalText, ...]]:
    """Return the paragraphs that say something, and the lines among them that are optional.

    A text of optional lines alone is left as it is.
    """
    kept, optional = [], []
    for index, text in enumerate(paragraphs):
        is_edge = index < _EDGE or index >= len(paragraphs) - _EDGE
        if (kind := type_of_line(text)) is None or (kind is OptionalType.BYLINE and not is_edge):
            kept.append(text)
        else:
            optional.append(OptionalText(kind, text))
    return (tuple(kept), tuple(optional)) if kept else (tuple(paragraphs), ())


@lru_cache(maxsize=4096)
def type_of_line(text: str) -> OptionalType | None:
    """Return what an optional line is for; None for a paragraph of the article."""
    text = text.strip()
    if len(text) > _MAX_LINE_SIZE:
        return None
    for kind, pattern in _patterns():
        if (kind not in _HINTS or any(word in text for word in _HINTS[kind])) and pattern.fullmatch(text):
            return None if is_correction_note(text) else kind
    return None


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[OptionalType, re.Pattern[str]], ...]:
    return tuple(
        (OptionalType(kind), re.compile("|".join(f"(?:{_filled(line)})" for line in lines), re.IGNORECASE | re.DOTALL))
        for kind, lines in _DATA["types"].items()
    )


def _filled(pattern: str) -> str:
    while (filled := _with_words(pattern)) != pattern:
        pattern = filled
    return pattern


def _with_words(pattern: str) -> str:
    for name, words in _DATA["words"].items():
        pattern = pattern.replace(f"{{{name}}}", words)
    return pattern


def is_post_or_pull_quote(block: Block) -> bool:
    """Return whether a block is a post of a social network, as its script finds it, or named as a pull quote."""
    element = block.element
    if element is None or block.tag in ("li", "td", "tr", "pre"):
        return False
    near = (element, *islice(filterfalse(_is_unnamed_wrapper, element.iterancestors()), 2))
    if len(block.text) <= _MAX_LINE_SIZE and any(_is_pull_quote(each.get("class", "")) for each in near):
        return True
    quotation = next(
        (each for each in (element, *element.iterancestors("blockquote")) if each.tag == "blockquote"), None
    )
    return quotation is not None and _POST_CLASS.search(quotation.get("class", "")) is not None


@lru_cache(maxsize=20_000)
def _is_pull_quote(classes: str) -> bool:
    return _PULL_QUOTE.search(classes) is not None


def is_teaser(block: Block) -> bool:
    """Return whether a block is another article's headline: a paragraph that is one link, and no sentence.

    Before the link may be a label in capitals: "SEE ALSO: Ferry sinks in the old harbour".
    """
    label = _LABEL.match(block.text)
    headline = block.text[label.end() :] if label and label[0] == label[0].upper() else block.text
    if block.tag not in ("p", "div") or block.links != 1 or block.linked < len(headline) - 2:
        return False
    return len(headline.split()) >= _MIN_TEASER_WORDS and not _ENDS_SENTENCE.search(headline)


def _is_unnamed_wrapper(element: etree._Element) -> bool:
    return is_wrapper(element) and not element.get("class")


def left_out_among(contexts: Sequence[BlockContext], paragraphs: Sequence[str]) -> Iterator[etree._Element | Block]:
    """Yield what stands between the first paragraph and the last, and is none: blocks, and the captions of figures."""
    kept = frozenset(paragraphs)
    indexes = [index for index, context in enumerate(contexts) if context.block.text in kept]
    if not indexes:
        return
    first, last = contexts[indexes[0]], contexts[indexes[-1]]
    for context in contexts[indexes[0] : indexes[-1]]:
        if context.block.text not in kept:
            yield context.block
    shared = set(map(id, first.ancestors))
    around = next((element for element in last.ancestors if id(element) in shared), None)
    if around is not None and around.tag != "body":
        yield from around.iter("figcaption")


def left_out_texts(left_out: Iterable[etree._Element | Block], paragraphs: Sequence[str]) -> Iterator[OptionalText]:
    """Yield the texts of what was left out of a body, elements with all inside them, each text once."""
    seen = set(paragraphs)
    count = 0
    for each in left_out:
        text = (each.text if isinstance(each, Block) else line(each))[:_MAX_TEXT_SIZE].strip()
        if text in seen or not any(map(str.isalnum, text)):
            continue
        seen.add(text)
        count += 1
        yield OptionalText(type_of_line(text) or _type_of(each, text), text)
        if count == _MAX_TEXTS:
            return


def _type_of(left_out: etree._Element | Block, text: str) -> OptionalType:
    if SHARED_LINES.fullmatch(text):
        return OptionalType.PROMOTION
    return _type_of_element(left_out.element if isinstance(left_out, Block) else left_out)


def _type_of_element(element: etree._Element | None) -> OptionalType:
    for ancestor in () if element is None else (element, *element.iterancestors()):
        if ancestor.tag in ("figure", "figcaption", "caption"):
            return OptionalType.CAPTION
        if ancestor.tag in ("article", "main", "body"):
            break
        names = " ".join(filter(None, (ancestor.get("class"), ancestor.get("id"), ancestor.get("data-testid"))))
        if kind := _type_of_names(names):
            return kind
    return OptionalType.OTHER


@lru_cache(maxsize=4096)
def _type_of_names(names: str) -> OptionalType | None:
    return next((kind for kind, pattern in _ELEMENT_TYPES if pattern.search(names)), None) if names else None
