"""Fingerprints of what a page is read from: pages that have one in common say the same, whatever else they show.

What is read from anywhere is in it: the title, what the page states about itself, every node that a rule of the layout
finds, every text that may be a correction note; and of the body not its paragraphs, but the whole container that it has
in common with the headline, so that a line is seen that was added beside a paragraph. Scripts are not, nor are tokens.

There is none for pages with much prose outside of that container, where a text may go on; for those that generic
reading reads, since it weighs all parts of a page against each other; for layouts with methods of their own, and for
texts that come from structured data.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from inspect import isfunction

from lxml import etree

from newscrawl.extract.completeness import may_be_incomplete_beside
from newscrawl.extract.notes import stems_of
from newscrawl.extract.page import Page
from newscrawl.extract.rules import FIELDS_OF_SELECTORS, Rules
from newscrawl.extract.selectors import DATA_PREFIXES, alternatives

_METHODS = {name for name, value in vars(Rules).items() if isfunction(value)}
_STATES = "json:"
_WIDE = frozenset({"html", "body"})
_OWN_TAGS = frozenset({"article", "main"})
# Without attributes that a program reads, these change with each response.
_SCRIPTS = re.compile(rb"<(script|style|noscript|template|iframe)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL)
# A meta value that no field is read from: a token, a digest, the id of a request; no date, and no number.
_TOKEN = re.compile(r"(?=.*\d)(?!\d{4}-\d\d|\d{8}(?!\w)|\d{8}T|\d+$)[A-Za-z0-9+/=_.~-]{16,}")


def containers_digest(page: Page, layouts: Sequence[type[Rules]]) -> str:
    """Return the fingerprint of what these layouts read of a page; empty if there is none."""
    found = body_reader(page, layouts)
    if found is None:
        return ""
    layout, selector = found
    body = page.select(selector)
    container = _container(page, body)
    if may_be_incomplete_beside(page, body, container):
        return ""
    digest = hashlib.sha256(f"{layout.name()}\n{selector}\n{page.url}\n{page.capture.target_uri}".encode())
    for part in (_markup(container), *_stated(page), *_elsewhere(page, layout, container)):
        digest.update(b"\0" + part)
    return digest.hexdigest()[:24]


def body_reader(page: Page, layouts: Sequence[type[Rules]]) -> tuple[type[Rules], str] | None:
    """Return the first layout that matches a page, and its first body selector that finds any; None unless plain."""
    for layout in layouts:
        if not _is_plain(layout):
            return None
        if layout().matches(page):
            selector = next((each for each in alternatives(layout.body) if page.has(each)), "")
            found = page.select(selector) if selector else []
            return (layout, selector) if found and all(map(_is_element, found)) else None
    return None


def _is_element(value: object) -> bool:
    return isinstance(value, etree._Element)


def _is_plain(layout: type[Rules]) -> bool:
    """Return whether a layout is all selectors of the tree and of what the page states."""
    if any(getattr(layout, name) is not getattr(Rules, name) for name in _METHODS):
        return False
    selectors = [each for name in ("match", *FIELDS_OF_SELECTORS) for each in alternatives(getattr(layout, name))]
    return not any(each.startswith(_STATES) for each in selectors)


def _container(page: Page, elements: Sequence[etree._Element]) -> etree._Element:
    """Return what a body has in common with a headline, else the article around it, else the element around it."""
    body = elements[0]
    for element in elements[1:]:
        above = {body, *body.iterancestors()}
        body = next(each for each in (element, *element.iterancestors()) if each in above)
    around = [each for each in (body, *body.iterancestors()) if each.tag not in _WIDE]
    headings = {above for heading in page.index.tagged("h1") for above in (heading, *heading.iterancestors())}
    with_headline = next((each for each in around if each in headings), None)
    if with_headline is not None:
        return with_headline
    own = [each for each in around if each.tag in _OWN_TAGS]
    return (own or around[1:2] or [body])[0]


def _markup(element: etree._Element) -> bytes:
    return _SCRIPTS.sub(b"", etree.tostring(element, encoding="utf-8", with_tail=False))


def _stated(page: Page) -> Iterator[bytes]:
    """Yield what the page states about itself: title, language, metadata without tokens, its own URLs, its JSON-LD."""
    yield f"{page.title}\n{page.tree.get('lang')}\n{page.canonical}".encode("utf-8", "replace")
    for element in page.index.tagged("meta"):
        values = sorted(element.items())
        if not any(_TOKEN.fullmatch(value) for name, value in values if name in {"content", "value"}):
            yield repr(values).encode("utf-8", "replace")
    for link in page.index.tagged("link"):
        if link.get("rel") == "next":
            yield str(link.get("href")).encode("utf-8", "replace")
    for script in page.index.tagged("script"):
        if "ld+json" in script.get("type", "").lower():
            yield (script.text or "").encode("utf-8", "replace")


def _elsewhere(page: Page, layout: type[Rules], container: etree._Element) -> Iterator[bytes]:
    """Yield the nodes outside of the container that are headlines, notes, or found by a rule of the layout."""
    selectors = [each for name in FIELDS_OF_SELECTORS for each in alternatives(getattr(layout, name))]
    of_tree = [each for each in dict.fromkeys(selectors) if not each.startswith(DATA_PREFIXES)]
    found = [value for selector in of_tree for value in page.select(selector)]
    for value in (*page.index.tagged("h1"), *found):
        if not isinstance(value, etree._Element):
            yield str(value).encode("utf-8", "replace")
        elif value is not container and container not in value.iterancestors():
            yield _markup(value)
    stems = [stem for stem in stems_of(page) if stem in page.text]
    for holder in page.index.holding(stems) if stems else ():
        parent = holder.getparent()
        yield _markup(holder if parent is None or parent.tag in _WIDE else parent)
