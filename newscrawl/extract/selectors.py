"""The one selector language of rules: CSS, XPath 1.0 or a path into JSON, told apart by how they begin."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lxml import etree
from parsel.csstranslator import HTMLTranslator

from newscrawl.extract.structured import dig, strings

if TYPE_CHECKING:
    from newscrawl.extract.page import Page

Selectors = str | tuple[str, ...]


@lru_cache(maxsize=4096)
def compiled(selector: str) -> etree.XPath:
    """Compile a CSS or XPath selector; raises ValueError naming a selector that is wrong."""
    is_xpath = selector.startswith(("/", "./", "(", "string(", "count(", "boolean(", "descendant", "self:"))
    try:
        path = selector if is_xpath else HTMLTranslator().css_to_xpath(selector)
        return etree.XPath(path, namespaces={"re": "http://exslt.org/regular-expressions"}, smart_strings=False)
    except (etree.XPathSyntaxError, SyntaxError) as error:
        raise ValueError(f"bad selector {selector!r}: {error}") from error


def alternatives(selectors: Selectors) -> tuple[str, ...]:
    """Return selectors as the tuple of alternatives they stand for."""
    return (selectors,) if isinstance(selectors, str) else selectors


def select(page: Page, selector: str, within: etree._Element | None = None) -> list[Any]:
    """Return what a selector finds, in document order: elements, strings, or JSON values."""
    kind, _, rest = selector.partition(":")
    if kind == "ld":
        return dig(page.ld, rest)
    if kind == "meta":
        return next((list(found) for name in rest.split(",") if (found := page.meta(name))), [])
    if kind == "json":
        name, _, path = rest.partition(":")
        return dig(page.state(name), path)
    try:
        found = compiled(selector)(page.tree if within is None else within)
    except etree.XPathEvalError as error:
        raise ValueError(f"bad selector {selector!r}: {error}") from error
    return found if isinstance(found, list) else [found] if isinstance(found, str) else []


def texts(page: Page, selectors: Selectors) -> tuple[str, ...]:
    """Return the texts of the first alternative that has any, white space collapsed, each once."""
    for selector in alternatives(selectors):
        found = dict.fromkeys(text for one in select(page, selector) for text in _text(one) if text)
        if found:
            return tuple(found)
    return ()


def _text(value: Any) -> tuple[str, ...]:
    if isinstance(value, etree._Element):
        from newscrawl.extract.blocks import line  # blocks needs selectors for its drop list

        return (line(value),)
    return strings(value)
