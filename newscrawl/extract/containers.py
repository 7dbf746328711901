"""Fingerprints of what a page is read from: pages that have one in common say the same, whatever else they show.

Every field but the paragraphs is in it as it is read, from wherever that is; so are the notes of corrections and the
page's JSON-LD. Of the body it is the whole container that the body has in common with the headline, so that a line is
seen that was added beside a paragraph, without scripts and comments.

There is none for pages with much prose outside of that container, where a text may go on; for those that generic
reading reads, since it weighs all parts of a page against each other; for layouts with methods of their own, and for
texts that come from structured data.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from inspect import isfunction

from lxml import etree

from newscrawl.extract.completeness import may_be_incomplete_beside
from newscrawl.extract.notes import texts_like_notes
from newscrawl.extract.page import Page
from newscrawl.extract.rules import FIELDS_OF_SELECTORS, Rules
from newscrawl.extract.selectors import alternatives
from newscrawl.items import Extraction

_METHODS = tuple(name for name, value in vars(Rules).items() if isfunction(value))
_READERS = tuple(
    name for name in _METHODS if name.startswith("read_") and name not in ("read_paragraphs", "read_blocks")
)
_CHOOSING = (
    "body",
    "drop",
    "keep",
)  # selectors that choose among the elements of a container, by what is around it too
_STATES = "json:"
_WIDE = frozenset({"html", "body"})
_OWN_TAGS = frozenset({"article", "main"})
# Without attributes that a program reads, these change with each response.
_UNREAD_TAGS = frozenset({"script", "style", "noscript", "template", "iframe"})


@dataclass(frozen=True, slots=True)
class Containers:
    """A fingerprint, and by which layout and selector a body is read that it is of."""

    digest: str
    rules: str
    selector: str

    def are_of(self, extraction: Extraction) -> bool:
        """Return whether an extraction of the page was read so."""
        return extraction.rules == self.rules and dict(extraction.origins).get("paragraphs") == self.selector


def containers_of(page: Page, layouts: Sequence[type[Rules]]) -> Containers | None:
    """Return the fingerprint of what these layouts read of a page; None if there is none."""
    found = _body_reader(page, layouts)
    if found is None:
        return None
    layout, selector = found
    body = page.select(selector)
    container = _container(page, body)
    if may_be_incomplete_beside(page, body, container):
        return None
    digest = hashlib.sha256()
    for part in (layout.name(), selector, *_read_elsewhere(page, layout), "".join(_markup(container))):
        digest.update(part.encode("utf-8", "replace") + b"\0")
    return Containers(digest.hexdigest()[:24], layout.name(), selector)


def _body_reader(page: Page, layouts: Sequence[type[Rules]]) -> tuple[type[Rules], str] | None:
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


def _read_elsewhere(page: Page, layout: type[Rules]) -> Iterator[str]:
    """Yield all that is read of a page beside its paragraphs, and what decides which of their elements are."""
    rules = layout()
    yield from (page.url, page.capture.target_uri, page.title, repr(page.stated_urls), repr(page.meta("og:type")))
    yield from (repr(getattr(rules, name)(page)) for name in _READERS)
    yield from (text for _, text in texts_like_notes(page))
    yield from ("".join(heading.itertext()) for heading in page.index.tagged("h1"))
    for name in _CHOOSING:
        yield from (f"{name} {len(page.select(selector))}" for selector in alternatives(getattr(layout, name)))
    yield from (str(link.get("href")) for link in page.index.tagged("link") if link.get("rel") == "next")
    for script in page.index.tagged("script"):
        if "ld+json" in script.get("type", "").lower():
            yield script.text or ""


def _markup(container: etree._Element) -> Iterator[str]:
    """Yield the tags, attributes and texts in an element, in their order, without what `_UNREAD_TAGS` hold."""
    walker = etree.iterwalk(container, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        is_unread = event in ("comment", "pi") or element.tag in _UNREAD_TAGS
        if event == "start" and is_unread:
            walker.skip_subtree()
        elif event == "start":
            yield f"<{element.tag} {element.items()}>{element.text or ''}"
        elif element is not container:
            yield (element.tail or "") if is_unread else f"</>{element.tail or ''}"
