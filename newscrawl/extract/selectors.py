"""The one selector language of rules: CSS, XPath 1.0 or a path into JSON, told apart by how they begin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cssselect import parse
from cssselect.parser import Attrib, Class, CombinedSelector, Hash, Selector
from lxml import etree
from parsel.csstranslator import HTMLTranslator

Selectors = str | tuple[str, ...]
# Attributes whose values rules ask for, and in which letter case counts.
_EXACT = frozenset({"class", "id", "itemprop", "rel", "property", "data-testid", "data-component", "data-qa"})


_XPATH = ("/", "./", "(", "string(", "count(", "boolean(", "descendant", "self:")
_TRANSLATOR = HTMLTranslator()


@dataclass(frozen=True, slots=True)
class Branch:
    """One of the selectors that a comma joins: its XPath, and words without which it finds nothing."""

    path: str
    needs: tuple[tuple[str, str], ...] = ()  # (attribute, part of its value)


@lru_cache(maxsize=4096)
def branches(selector: str) -> tuple[Branch, ...]:
    """Translate a CSS or XPath selector; raises ValueError naming a selector that is wrong."""
    if selector.startswith(_XPATH):
        return (Branch(selector),)
    try:
        return tuple(
            Branch(_TRANSLATOR.selector_to_xpath(one, translate_pseudo_elements=True), tuple(_needs(one)))
            for one in parse(selector)
        )
    except SyntaxError as error:
        raise ValueError(f"bad selector {selector!r}: {error}") from error


def _needs(selector: Selector) -> Iterator[tuple[str, str]]:
    """Yield what the attributes of a page must hold for a CSS selector to find anything.

    Most alternatives of most rules find nothing: one look at all classes of a page is cheaper than a walk for each.
    """
    stack: list[Any] = [selector.parsed_tree]
    while stack:
        node = stack.pop()
        if isinstance(node, Class):
            yield "class", node.class_name
        elif isinstance(node, Hash):
            yield "id", node.id
        elif isinstance(node, Attrib) and (value := _value(node)):
            yield node.attrib, value
        if isinstance(node, CombinedSelector):
            stack.append(node.subselector)
        if hasattr(node, "selector"):
            stack.append(node.selector)


def _value(node: Attrib) -> str | None:
    """Return what the value of an attribute must hold; None where letter case or the operator leave that open."""
    is_plain = node.attrib in _EXACT and node.operator not in ("exists", "!=") and not getattr(node, "flag", None)
    return node.value.value if is_plain and node.value is not None else None


@lru_cache(maxsize=4096)
def compiled(path: str) -> etree.XPath:
    """Compile an XPath; raises ValueError naming one that is wrong."""
    try:
        return etree.XPath(path, namespaces={"re": "http://exslt.org/regular-expressions"}, smart_strings=False)
    except etree.XPathSyntaxError as error:
        raise ValueError(f"bad selector {path!r}: {error}") from error


def alternatives(selectors: Selectors) -> tuple[str, ...]:
    """Return selectors as the tuple of alternatives they stand for."""
    return (selectors,) if isinstance(selectors, str) else selectors
