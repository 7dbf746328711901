"""Whether a layout has read the whole article: by what else the page says in full sentences.

A layout names the elements of the pages that it was written for. Where the text goes on in another element, or most of
its paragraphs have another name, a part is read that resembles a short article, and the rest would count as removed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

from lxml import etree

from newscrawl.extract.blocks import BLOCK_TAGS
from newscrawl.extract.boilerplate import is_hidden, is_named_box
from newscrawl.extract.page import Page, text_of
from newscrawl.extract.selectors import Selectors, alternatives
from newscrawl.extract.structured import strings
from newscrawl.extract.text_density import SENTENCE_END
from newscrawl.extract.xpath import compiled

_WORD = re.compile(r"\w+")
_MIN_SENTENCE = 80  # characters
_MAY_HOLD_SENTENCE = f"//div[text()[string-length(.) >= {_MIN_SENTENCE // 3}]]"
_MIN_PARAGRAPHS = 5
_BEGINNING = 40  # characters by which a paragraph is recognized
_BESIDE_TAGS = frozenset({"aside", "footer", "header", "nav", "noscript", "form", "figure", "a", "li"})
_PARTS = ("nav", "aside", "footer", "header", "form", "script", "style", "noscript", "template", "title")
_MIN_OUTSIDE = 0.4  # of the text that was read; less may be biographies and teasers
_MAY_BE_OUTSIDE = _MIN_OUTSIDE / 2  # of a body with what is not read of it
_MIN_SHARED = 0.95  # of the words that were read
_MIN_MORE = 1.35


def may_be_incomplete(page: Page, paragraphs: Sequence[str], dropped: Selectors = ()) -> bool:
    """Return whether the page says so much besides these paragraphs that another reading is worth its time.

    That is its JSON-LD, or prose outside of dropped elements and boxes.
    """
    size = sum(map(len, paragraphs))
    if sum(map(len, strings(page.ld.get("articleBody")))) > _MIN_MORE * size + _MIN_SENTENCE:
        return True
    outside, limit = 0, _MIN_OUTSIDE * size
    read = "\n".join(paragraphs)
    beside: _Beside | None = None
    for element, text in _sentences(page, read):
        beside = beside or _Beside(page, dropped, paragraphs[0])
        if not beside.has(element):
            outside += len(text)
            if outside > limit:
                return True
    return False


def may_be_incomplete_beside(page: Page, body: Sequence[etree._Element], container: etree._Element) -> bool:
    """Return whether a page may say so much outside of a body's container that `may_be_incomplete` may find it so."""
    limit = _MAY_BE_OUTSIDE * sum(len(text) for element in body for text in element.itertext())
    if _outside_at_most(page, container) <= limit:
        return False
    known: dict[etree._Element | None, bool] = {None: True, container: False}  # whether what is within is outside
    outside = 0
    for element in chain(page.index.tagged("p"), compiled(_MAY_HOLD_SENTENCE)(page.tree)):
        if _is_outside(element, known) and (length := sum(map(len, element.itertext()))) >= _MIN_SENTENCE:
            outside += length
    return outside > limit


def _outside_at_most(page: Page, container: etree._Element) -> int:
    """Return how many characters a page has outside of a container and of the parts without prose, or some more."""
    parts, around = {container}, set(container.iterancestors())
    for element in page.tree.iter(*_PARTS):
        if element not in around and parts.isdisjoint((element, *element.iterancestors())):
            parts.add(element)
    return len(page.text) - sum(len(text_of(part)) for part in parts)


def _is_outside(element: etree._Element | None, known: dict[etree._Element | None, bool]) -> bool:
    path = []
    while element not in known:
        path.append(element)
        if element is not None and element.tag in _BESIDE_TAGS:
            known[element] = False
            break
        element = None if element is None else element.getparent()
    is_outside = known[element]
    known.update(dict.fromkeys(path, is_outside))
    return is_outside


class _Beside:
    """What stands beside an article: dropped elements, boxes, and articles with a headline but not its beginning."""

    def __init__(self, page: Page, dropped: Selectors, first: str) -> None:
        self._dropped = {each for selector in alternatives(dropped) for each in page.select(selector)}
        self._beginning = first[:_BEGINNING]
        self._known: dict[etree._Element, bool] = {}

    def has(self, element: etree._Element) -> bool:
        """Return whether an element is such a one, or within one; sentences share most of what is around them."""
        path: list[etree._Element] = []
        is_beside = False
        for above in (element, *element.iterancestors()):
            if (known := self._known.get(above)) is not None:
                is_beside = known
                break
            path.append(above)
            if self._is_box(above):
                is_beside = True
                break
        self._known.update(dict.fromkeys(path, is_beside))
        return is_beside

    def _is_box(self, element: etree._Element) -> bool:
        if element in self._dropped or element.tag in _BESIDE_TAGS or is_hidden(element) or is_named_box(element):
            return True
        if element.tag != "article" or next(element.iter("h1"), None) is None:
            return False
        return self._beginning not in " ".join("".join(element.itertext()).split())


def _sentences(page: Page, read: str) -> Iterator[tuple[etree._Element, str]]:
    """Yield the elements that hold a paragraph of full sentences that was not read, with their texts."""
    elements = [element for element, text in page.index.paragraphs.items() if len(text) >= _MIN_SENTENCE]
    if len(elements) < _MIN_PARAGRAPHS:  # a page that is not set in <p>
        elements = page.index.in_order(elements, compiled(_MAY_HOLD_SENTENCE)(page.tree))
    elif 4 * len(elements) <= 5 * sum(len(text) >= _MIN_SENTENCE for text in read.split("\n")):
        return  # nearly all were read
    for element in elements:
        beginning = " ".join((element.text or "").split())[:_BEGINNING]
        if len(beginning) == _BEGINNING and beginning in read:
            continue  # most are such, and joining their texts takes longest
        if element.tag == "div" and not _has_own_sentence(element):
            continue
        text = " ".join((page.index.paragraphs.get(element) or "".join(element.itertext())).split())
        if len(text) >= _MIN_SENTENCE and text[:_BEGINNING] not in read and SENTENCE_END.search(text[-20:]):
            yield element, text


def _has_own_sentence(element: etree._Element) -> bool:
    own = len((element.text or "").strip()) + sum(len((child.tail or "").strip()) for child in element)
    return own >= _MIN_SENTENCE and not any(inner.tag in BLOCK_TAGS for inner in element.iterdescendants("*"))


def contains_much_more(whole: Sequence[str], part: Sequence[str]) -> bool:
    """Return whether a reading has nearly all words of another, and over a third more."""
    all_words, words = _words(whole), _words(part)
    if all_words.total() < _MIN_MORE * words.total():
        return False
    return (all_words & words).total() >= _MIN_SHARED * words.total()


def _words(paragraphs: Sequence[str]) -> Counter[str]:
    return Counter(word for text in paragraphs for word in _WORD.findall(text.lower()))
