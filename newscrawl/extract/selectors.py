"""The selector language of rules: CSS, XPath 1.0 or a path into JSON, distinguished by how a selector begins."""

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
# Attributes that selectors of rules use, and whose values are case-sensitive.
_CASE_SENSITIVE_ATTRIBUTES = frozenset(
    {"class", "id", "itemprop", "rel", "property", "data-testid", "data-component", "data-qa"}
)


_XPATH_BEGINNINGS = ("/", "./", "(", "string(", "count(", "boolean(", "descendant", "self:")
DATA_PREFIXES = ("ld:", "meta:", "json:")  # of paths into data; everything else is CSS or XPath
_TRANSLATOR = HTMLTranslator()


@dataclass(frozen=True, slots=True)
class Branch:
    """One of the selectors that a comma joins: its XPath, and the attribute values without which it finds nothing."""

    path: str
    needs: tuple[tuple[str, str], ...] = ()  # (attribute, part of its value)


@lru_cache(maxsize=4096)
def branches(selector: str) -> tuple[Branch, ...]:
    """Translate a CSS or XPath selector; raises ValueError naming an invalid one."""
    if selector.startswith(_XPATH_BEGINNINGS):
        return (Branch(selector),)
    try:
        return tuple(
            Branch(
                _TRANSLATOR.selector_to_xpath(branch, translate_pseudo_elements=True), tuple(_required_values(branch))
            )
            for branch in parse(selector)
        )
    except SyntaxError as error:
        raise ValueError(f"bad selector {selector!r}: {error}") from error


def _required_values(selector: Selector) -> Iterator[tuple[str, str]]:
    """Yield the (attribute, part of its value) pairs that a page must contain for a CSS selector to find anything.

    Most alternatives of most rules find nothing: one search in all classes of a page is cheaper than a walk for each.
    """
    stack: list[Any] = [selector.parsed_tree]
    while stack:
        node = stack.pop()
        if isinstance(node, Class):
            yield "class", node.class_name
        elif isinstance(node, Hash):
            yield "id", node.id
        elif isinstance(node, Attrib) and (value := _required_value(node)):
            yield node.attrib, value
        if isinstance(node, CombinedSelector):
            stack.append(node.subselector)
        if hasattr(node, "selector"):
            stack.append(node.selector)


def _required_value(node: Attrib) -> str | None:
    """Return what the attribute's value must contain; None if letter case or the operator leave that open."""
    if (
        node.attrib not in _CASE_SENSITIVE_ATTRIBUTES
        or node.operator in ("exists", "!=")
        or getattr(node, "flag", None)
    ):
        return None
    return node.value.value if node.value is not None else None


@lru_cache(maxsize=4096)
def compiled(path: str) -> etree.XPath:
    """Compile an XPath; raises ValueError naming an invalid one."""
    try:
        return etree.XPath(path, namespaces={"re": "http://exslt.org/regular-expressions"}, smart_strings=False)
    except etree.XPathSyntaxError as error:
        raise ValueError(f"bad selector {path!r}: {error}") from error


def alternatives(selectors: Selectors) -> tuple[str, ...]:
    """Return selectors as a tuple of alternatives."""
    return (selectors,) if isinstance(selectors, str) else selectors


def require_valid(selectors: Selectors) -> None:
    """Raise ValueError naming the first CSS or XPath selector that cannot be read."""
    for selector in alternatives(selectors):
        if not selector.startswith(DATA_PREFIXES):
            for branch in branches(selector):
                compiled(branch.path)
