"""The elements of a page by their attributes, and its texts: each read once, for all who ask.

To libxml2 every question is a walk over the whole tree with tests at each node, and the tests cost most of it. Rules,
notes and page kinds ask some forty of a page. What is kept is in few containers: thousands would set Python's collector
of cycles to work, which takes more time than they save.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain

from lxml import etree

from newscrawl.extract.xpath import compiled

_UNSEEN_TAGS = frozenset({"script", "style", "template", "noscript", "title"})


class ElementIndex:
    """The elements of one tree; it must not change."""

    def __init__(self, tree: etree._Element) -> None:
        self._tree = tree
        self._attributes: dict[str, tuple[list[etree._Element], list[str]]] = {}
        self._words: dict[str, tuple[str, str]] = {}  # by attribute: all values, all words of them

    def _having(self, attribute: str) -> tuple[list[etree._Element], list[str]]:
        """Return the elements that have an attribute, in document order, and their values of it."""
        if attribute not in self._attributes:
            # Most elements have a class, and libxml2 compares the parents of so many attributes each with each.
            is_usual = attribute == "class"
            among = self._tree.iter(etree.Element) if is_usual else compiled(f"//@{attribute}/..")(self._tree)
            elements: list[etree._Element] = []
            values: list[str] = []
            for element in among:
                if (value := element.get(attribute)) is not None:
                    elements.append(element)
                    values.append(value)
            self._attributes[attribute] = elements, values
        return self._attributes[attribute]

    @cached_property
    def paragraphs(self) -> Mapping[etree._Element, str]:
        """The text of every `<p>`, as it stands in the source."""
        return {element: "".join(element.itertext()) for element in self._tree.iter("p")}

    @cached_property
    def text(self) -> str:
        """All texts but those of scripts, styles and the title, each on lines of its own."""
        return "\n".join(self._texts())

    def _texts(self) -> Iterator[str]:
        for node in self._tree.iter():
            tag = node.tag
            if isinstance(tag, str) and tag not in _UNSEEN_TAGS and (text := node.text):
                yield text
            if text := node.tail:
                yield text

    def tagged(self, tag: str | None) -> list[etree._Element]:
        """Return all elements with a tag, or with any."""
        return list(self._tree.iter(tag or etree.Element))

    def having(self, attribute: str, is_wanted: Callable[[str], object]) -> list[etree._Element]:
        """Return the elements with a value of an attribute that is wanted, in document order."""
        elements, values = self._having(attribute)
        return [element for element, value in zip(elements, values, strict=True) if is_wanted(value)]

    def contains(self, attribute: str, part: str) -> bool:
        """Return whether any element has `part` in the value of this attribute."""
        if attribute not in self._words:
            values = dict.fromkeys(self._having(attribute)[1])
            # Most values repeat each other's words, and most parts are in one word: ten times less to search.
            self._words[attribute] = ("\n".join(values), "\n".join(dict.fromkeys(" ".join(values).split())))
        values_of_all, words_of_all = self._words[attribute]
        return part in (words_of_all if part.isprintable() and " " not in part else values_of_all)

    def in_order(self, *groups: Iterable[etree._Element]) -> list[etree._Element]:
        """Return the elements of some groups in document order, each once."""
        wanted = set(chain(*groups))
        return [element for element in self._tree.iter(*{element.tag for element in wanted}) if element in wanted]
