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

_UNSEEN_TAGS = frozenset({"script", "style", "template", "noscript", "title"})


class _Attribute:
    """The elements that have an attribute, and its values, in document order."""

    def __init__(self) -> None:
        self.owners: list[etree._Element] = []
        self.values: list[str] = []

    @cached_property
    def _distinct(self) -> dict[str, None]:
        return dict.fromkeys(self.values)

    @cached_property
    def words(self) -> frozenset[str]:
        """All that white space separates in the values."""
        return frozenset(" ".join(self._distinct).split())

    @cached_property
    def _joined(self) -> tuple[str, str]:
        # Most values repeat each other's words, and most parts are in one word: ten times less to search.
        return "\n".join(self._distinct), "\n".join(self.words)

    def contains(self, part: str) -> bool:
        """Return whether any value has this part."""
        values, words = self._joined
        return part in (words if part.isprintable() and " " not in part else values)

    def having(self, part: str, is_wanted: Callable[[str], object]) -> list[etree._Element]:
        """Return the owners of values that have a part and are wanted, in document order."""
        wanted = {value for value in self._distinct if part in value and is_wanted(value)}
        return [each for each, value in zip(self.owners, self.values, strict=True) if value in wanted] if wanted else []


class ElementIndex:
    """The elements of one tree; it must not change."""

    def __init__(self, tree: etree._Element) -> None:
        self._tree = tree
        self._elements: list[etree._Element] = []
        self._by_tag: dict[str, list[etree._Element]] = {}
        self._texts: list[str] = []
        self._holders: list[etree._Element] = []  # of the texts: whose beginning a text is, or behind whom it stands
        self._attributes: dict[str, _Attribute] = {"class": self._read()}

    def _read(self) -> _Attribute:
        """Walk the tree for tags and texts; return the classes of the elements."""
        by_tag, elements, texts, holders = defaultdict(list), self._elements, self._texts, self._holders
        read = _Attribute()
        classed, classes = read.owners, read.values
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
        return read

    def _attribute(self, attribute: str) -> _Attribute:
        if attribute not in self._attributes:
            # Not by XPath: `//@id` takes as long and gives no elements, and `//@id/..` compares each parent with each.
            read = self._attributes[attribute] = _Attribute()
            for element in self._elements:
                if (value := element.get(attribute)) is not None:
                    read.owners.append(element)
                    read.values.append(value)
        return self._attributes[attribute]

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

    def beginning(self, is_wanted: Callable[[str], object]) -> list[etree._Element]:
        """Return the elements with a text of their own, up to an element in it or behind one, that is wanted.

        Texts in scripts, styles and the title are none.
        """
        wanted = {text for text in set(self._texts) if is_wanted(text)}
        found = (self._own(index) for index, text in enumerate(self._texts) if wanted and text in wanted)
        return [element for element in found if element.tag not in _UNSEEN_TAGS]

    def _own(self, index: int) -> etree._Element:
        """Return the element whose own text this is."""
        holder = self._holders[index]
        return holder if self._is_first(index) else holder.getparent()

    def _is_first(self, index: int) -> bool:
        """Return whether a text begins its holder, and does not stand behind it."""
        holders = self._holders
        holder = holders[index]
        has_own = isinstance(holder.tag, str) and holder.tag not in _UNSEEN_TAGS and bool(holder.text)
        return has_own and (index == 0 or holders[index - 1] is not holder)

    def _place(self, index: int) -> tuple[int, bool, int] | None:
        """Return what orders a text among all; None if it is unseen. A tail is behind all that its holder contains."""
        holders = self._holders
        holder = holders[index]
        if self._is_first(index):
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
        return self._attribute(attribute).having(part, is_wanted)

    def has_read(self, attribute: str) -> bool:
        """Return whether the values of an attribute are known, and questions about them cost little."""
        return attribute in self._attributes

    def contains(self, attribute: str, part: str) -> bool:
        """Return whether any element has `part` in the value of this attribute."""
        return self._attribute(attribute).contains(part)

    def may_have_word(self, attribute: str, word: str) -> bool:
        """Return whether any element may have a word in the value of this attribute: False is certain."""
        return word in self._attribute(attribute).words if word.isprintable() else self.contains(attribute, word)

    def in_order(self, *groups: Iterable[etree._Element]) -> list[etree._Element]:
        """Return the elements of some groups in document order, each once."""
        wanted = set(chain(*groups))
        return [element for element in self._elements if element in wanted]
