"""The elements of a page by their attributes, and its texts: each read once, for all who ask.

To libxml2 every question is a walk over the whole tree with tests at each node, and the tests cost most of it. Rules,
notes and page kinds ask some forty of a page, and one walk answers nearly all. What it keeps is in few containers:
thousands would set Python's collector of cycles to work, which takes more time than they save.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from itertools import chain

from lxml import etree

from newscrawl.extract.xpath import compiled

_UNSEEN_TAGS = frozenset({"script", "style", "template", "noscript", "title"})


class ElementIndex:
    """The elements of one tree; it must not change."""

    def __init__(self, tree: etree._Element) -> None:
        self._tree = tree
        self._elements: list[etree._Element] = []
        self._by_tag: dict[str, list[etree._Element]] = {}
        self._texts: list[str] = []
        self._holders: list[etree._Element] = []  # of the texts: whose beginning a text is, or behind whom it stands
        classed, classes = self._read()
        self._owners: dict[str, list[etree._Element]] = {"class": classed}  # by attribute
        self._values: dict[str, list[str]] = {"class": classes}
        self._words: dict[str, tuple[str, str]] = {}  # by attribute: all values, all words of them

    def _read(self) -> tuple[list[etree._Element], list[str]]:
        """Walk the tree for tags and texts; return the elements with a class, and their classes."""
        by_tag, elements, texts, holders = defaultdict(list), self._elements, self._texts, self._holders
        classed: list[etree._Element] = []
        classes: list[str] = []
        for node in self._tree.iter():
            tag = node.tag
            if isinstance(tag, str):  # no comment
                elements.append(node)
                by_tag[tag].append(node)
                if (value := node.get("class")) is not None:
                    classed.append(node)
                    classes.append(value)
                if tag not in _UNSEEN_TAGS and (text := node.text):
                    texts.append(text)
                    holders.append(node)
            if text := node.tail:
                texts.append(text)
                holders.append(node)
        self._by_tag = dict(by_tag)
        return classed, classes

    def _values_of(self, attribute: str) -> list[str]:
        """Return the values of an attribute, in document order: most pages have none of most attributes."""
        if attribute not in self._values:
            self._values[attribute] = compiled(f"//@{attribute}")(self._tree)
        return self._values[attribute]

    def _having(self, attribute: str) -> list[etree._Element]:
        """Return the elements that have an attribute, in document order."""
        if attribute not in self._owners:
            # Not by XPath: libxml2 compares the parents of the attributes each with each.
            self._owners[attribute] = [each for each in self._elements if each.get(attribute) is not None]
        return self._owners[attribute]

    @cached_property
    def paragraphs(self) -> Mapping[etree._Element, str]:
        """The text of every `<p>`, as it stands in the source."""
        return {element: "".join(element.itertext()) for element in self.tagged("p")}

    @cached_property
    def _text(self) -> str:
        return "\n".join(self._texts)

    def holding(self, parts: Iterable[str]) -> list[etree._Element]:
        """Return whose texts have one of some parts, in the order of the texts: whom a text begins, or stands behind.

        Texts in scripts, styles and the title are none.
        """
        found = [part for part in parts if part in self._text]
        at = {index for part in found for index, text in enumerate(self._texts) if part in text}
        return [self._holders[-index] for _, _, index in sorted(filter(None, map(self._place, at)))]

    def _place(self, index: int) -> tuple[int, bool, int] | None:
        """Return what orders a text among all; None if it is unseen. A tail is behind all that its holder contains."""
        holders = self._holders
        holder = holders[index]
        has_own = isinstance(holder.tag, str) and holder.tag not in _UNSEEN_TAGS and bool(holder.text)
        if has_own and (index == 0 or holders[index - 1] is not holder):
            return index, False, -index
        above = holder.getparent()
        if above is not None and above.tag in _UNSEEN_TAGS:
            return None
        behind = bisect_left(holders, True, index + 1, key=lambda each: holder not in each.iterancestors())
        return behind - 1, True, -index

    def tagged(self, tag: str | None) -> list[etree._Element]:
        """Return all elements with a tag, or with any, in document order."""
        return self._by_tag.get(tag, []) if tag else self._elements

    def having(self, attribute: str, part: str, is_wanted: Callable[[str], object]) -> list[etree._Element]:
        """Return the elements with a value of an attribute that has a part and is wanted, in document order."""
        if not (values := self._values_of(attribute)):
            return []
        owners = zip(self._having(attribute), values, strict=True)
        return [each for each, value in owners if part in value and is_wanted(value)]

    def contains(self, attribute: str, part: str) -> bool:
        """Return whether any element has `part` in the value of this attribute."""
        if attribute not in self._words:
            values = dict.fromkeys(self._values_of(attribute))
            # Most values repeat each other's words, and most parts are in one word: ten times less to search.
            self._words[attribute] = ("\n".join(values), "\n".join(dict.fromkeys(" ".join(values).split())))
        values_of_all, words_of_all = self._words[attribute]
        return part in (words_of_all if part.isprintable() and " " not in part else values_of_all)

    def in_order(self, *groups: Iterable[etree._Element]) -> list[etree._Element]:
        """Return the elements of some groups in document order, each once."""
        wanted = set(chain(*groups))
        return [element for element in self._tree.iter(*{element.tag for element in wanted}) if element in wanted]
