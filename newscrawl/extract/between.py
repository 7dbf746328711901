"""What stands between the paragraphs that a body selector names, and is text of the article like them.

A selector of paragraphs names what most of the text is in. A newsroom that sets a table, or a paragraph without the
usual class, between two of them has changed the article all the same.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from newscrawl.extract.blocks import BLOCK_TAGS, COLLECTION_TAGS, HEADINGS
from newscrawl.extract.text_density import CLOSING

_SENTENCE_END = re.compile(rf"[.!?…。！？।۔؟:]{CLOSING}")
_MIN_PROSE = 60  # characters; shorter lines between paragraphs are mostly credits, labels and promotion
_MAX_LINKED = 0.3  # share of the characters

IsDropped = Callable[[etree._Element], bool]


def outermost(values: list[Any]) -> Iterator[Any]:
    """Yield values in order, without elements inside an element that was yielded."""
    seen: set[etree._Element] = set()
    for value in values:
        if isinstance(value, etree._Element):
            if any(ancestor in seen for ancestor in value.iterancestors()):
                continue
            seen.add(value)
        yield value


def with_text_between(values: list[Any], is_dropped: IsDropped) -> Iterator[Any]:
    """Yield values; between two selected paragraphs also what stands there as siblings and is text.

    That is tables, lists, quotations, subheads and paragraphs of prose, in a wrapper or not; beside an element that
    holds paragraphs, further ones of their kind.
    """
    yield from reversed(list(_paragraphs_beside(values[:1], is_dropped, before=True)))
    for value, following in itertools.zip_longest(values, values[1:]):
        yield value
        if isinstance(value, etree._Element) and isinstance(following, etree._Element):
            yield from _text_between(value, following, is_dropped)
    yield from _paragraphs_beside(values[-1:], is_dropped, before=False)


def _paragraphs_beside(values: list[Any], is_dropped: IsDropped, *, before: bool) -> Iterator[etree._Element]:
    """Yield the paragraphs of prose directly before or behind a container that have the class of those in it."""
    container = values[0] if values else None
    if not isinstance(container, etree._Element) or container.tag == "p":
        return
    inside = next((each for each in container.iter("p") if _is_prose(each)), None)
    if inside is None:
        return
    for sibling in container.itersiblings("*", preceding=before):
        if sibling.tag == "script" or not "".join(sibling.itertext()).strip():
            continue
        if sibling.tag != "p" or sibling.get("class") != inside.get("class") or is_dropped(sibling):
            return
        if not _is_prose(sibling):
            return
        yield sibling


def _siblings(first: etree._Element, following: etree._Element) -> tuple[etree._Element, etree._Element] | None:
    """Return two elements, or what they are wrapped in, that are children of one element and not neighbours."""
    for one in (first, first.getparent()):
        for other in (following, following.getparent()):
            if one is not None and other is not None and one is not other and one.getparent() is other.getparent():
                return (one, other) if one.getnext() is not other else None
    return None


def _is_paragraph(element: etree._Element) -> bool:
    if element.tag in HEADINGS or element.tag == "p":
        return True
    return element.tag == "div" and not any(inner.tag in BLOCK_TAGS for inner in element.iterdescendants("*"))


def _text_between(first: etree._Element, following: etree._Element, is_dropped: IsDropped) -> Iterator[etree._Element]:
    are_paragraphs = _is_paragraph(first) and _is_paragraph(following)
    if (ends := _siblings(first, following)) is None:
        return
    for sibling in itertools.takewhile(lambda each: each is not ends[1], ends[0].itersiblings("*")):
        is_text = _is_text(sibling, is_dropped) if are_paragraphs else _wraps_prose(sibling, is_dropped)
        if is_text and not is_dropped(sibling):
            yield sibling


def _is_text(element: etree._Element, is_dropped: IsDropped) -> bool:
    if element.tag in COLLECTION_TAGS:
        return _linked(element) < 0.5
    if element.tag in HEADINGS:
        following = next(element.itersiblings("*"), None)
        return following is not None and _is_paragraph(following) and _linked(element) < _MAX_LINKED
    if _is_paragraph(element):
        return _is_prose(element)
    return _wraps_prose(element, is_dropped)


def _wraps_prose(element: etree._Element, is_dropped: IsDropped) -> bool:
    """Return whether an element holds paragraphs of prose and nothing else."""
    children = [child for child in element if isinstance(child.tag, str)]
    if element.tag != "div" or (element.text or "").strip() or any((child.tail or "").strip() for child in children):
        return False
    return bool(children) and all(child.tag == "p" and not is_dropped(child) and _is_prose(child) for child in children)


def _is_prose(element: etree._Element) -> bool:
    text = "".join(element.itertext()).strip()
    return len(text) >= _MIN_PROSE and bool(_SENTENCE_END.search(text[-20:])) and _linked(element) < _MAX_LINKED


def _linked(element: etree._Element) -> float:
    """Return the share of the text that is linked; 1 if there is none."""
    size = len("".join(element.itertext()).strip())
    return sum(len("".join(link.itertext()).strip()) for link in element.iter("a")) / size if size else 1.0
