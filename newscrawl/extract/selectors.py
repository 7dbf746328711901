"""The selector language of rules: CSS, XPath 1.0 or a path into JSON, distinguished by how a selector begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cssselect import parse
from cssselect.parser import Attrib, Class, CombinedSelector, FunctionalPseudoElement, Hash, Selector
from parsel.csstranslator import HTMLTranslator

from newscrawl.extract.css import Step, steps_of
from newscrawl.extract.xpath import compiled

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
    """One of the selectors that a comma joins: its XPath, and the attribute values without which it finds nothing.

    If it is one of tags, ids, classes and attributes, also its steps, by which it is matched without XPath.
    """

    path: str
    needs: tuple[tuple[str, str], ...] = ()  # (attribute, part of its value)
    steps: tuple[Step, ...] | None = None
    attribute: str | None = None  # of what the steps find, if that is what is selected (`::attr(name)`)


@lru_cache(maxsize=4096)
def branches(selector: str) -> tuple[Branch, ...]:
    """Translate a CSS or XPath selector; raises ValueError naming an invalid one."""
    if selector.startswith(_XPATH_BEGINNINGS):
        return (Branch(selector),)
    try:
        return tuple(map(_branch, parse(selector)))
    except SyntaxError as error:
        raise ValueError(f"bad selector {selector!r}: {error}") from error


def _branch(selector: Selector) -> Branch:
    path = _TRANSLATOR.selector_to_xpath(selector, translate_pseudo_elements=True)
    needs = tuple(_required_values(selector))
    pseudo = selector.pseudo_element
    if pseudo is None:
        return Branch(path, needs, steps_of(selector.parsed_tree))
    if isinstance(pseudo, FunctionalPseudoElement) and pseudo.name == "attr":
        return Branch(path, needs, steps_of(selector.parsed_tree), pseudo.arguments[0].value)
    return Branch(path, needs)


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


def alternatives(selectors: Selectors) -> tuple[str, ...]:
    """Return selectors as a tuple of alternatives."""
    return (selectors,) if isinstance(selectors, str) else selectors


def require_valid(selectors: Selectors) -> None:
    """Raise ValueError naming the first CSS or XPath selector that cannot be read."""
    for selector in alternatives(selectors):
        if not selector.startswith(DATA_PREFIXES):
            for branch in branches(selector):
                compiled(branch.path)
