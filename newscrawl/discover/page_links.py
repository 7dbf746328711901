"""The links of a front or section page, each with what its place and its words say about it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lxml import html

from newscrawl.discover import plain_words
from newscrawl.discover.addresses import is_http_url
from newscrawl.discover.limits import MAX_ITEMS
from newscrawl.discover.links import absolute, base_of, parsed
from newscrawl.tracking_parameters import is_tracking

MIN_HEADLINE_WORDS = 4
MIN_HEADLINE_LENGTH = 25  # characters
MIN_HEADING_WORDS = 3
MIN_WIDE_LENGTH = 9  # characters of scripts without blanks
_NAVIGATION = frozenset({"nav", "header", "footer", "menu"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_ROLES = frozenset({"navigation", "menu", "menubar", "contentinfo", "banner"})
_WIDE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class PageLink:
    """One address that a page links, with the longest text of its links."""

    url: str  # without parameters that track readers
    text: str = ""
    is_in_navigation: bool = False  # each of its links is in a menu, a header or a footer
    is_in_heading: bool = False
    is_paging: bool = False  # rel=next or rel=prev
    is_next: bool = False

    @property
    def is_headline(self) -> bool:
        """Whether its text is long enough to be the headline of an article, in its place."""
        words = len(self.text.split())
        if _WIDE.search(self.text):
            return len(self.text) >= MIN_WIDE_LENGTH and not self.is_in_navigation
        if self.is_in_heading and not self.is_in_navigation:
            return words >= MIN_HEADING_WORDS
        return not self.is_in_navigation and words >= MIN_HEADLINE_WORDS and len(self.text) >= MIN_HEADLINE_LENGTH


def page_links(text: str, url: str) -> list[PageLink]:
    """Return the distinct addresses that a page links, in its order."""
    root = parsed(text)
    if root is None:
        return []
    base = base_of(root, url)
    found: dict[str, PageLink] = {}
    places: dict[html.HtmlElement, tuple[bool, bool]] = {}
    for node in root.iter("a"):
        link = absolute(base, node.get("href"))
        if link is None or not is_http_url(link):
            continue
        each = _link(node, without_tracking(link), _place(node.getparent(), places))
        found[each.url] = _merged(found.get(each.url), each)
        if len(found) >= MAX_ITEMS:
            break
    return list(found.values())


def without_tracking(url: str) -> str:
    """Return a URL without fragment and without the parameters that only track readers."""
    parts = urlsplit(url)
    if not parts.query:
        return urlunsplit(parts._replace(fragment=""))
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not is_tracking(name)]
    same = len(kept) == len(parse_qsl(parts.query, keep_blank_values=True))
    return urlunsplit(parts._replace(query=parts.query if same else urlencode(kept), fragment=""))


def _link(node: html.HtmlElement, url: str, place: tuple[bool, bool]) -> PageLink:
    is_navigation, is_heading = place
    relations = (node.get("rel") or "").lower().split()
    return PageLink(
        url=url,
        text=plain_words.plain(node.text_content()) or "",
        is_in_navigation=is_navigation,
        is_in_heading=is_heading or any(child.tag in _HEADINGS for child in node.iterdescendants(*_HEADINGS)),
        is_paging=not {"next", "prev"}.isdisjoint(relations),
        is_next="next" in relations,
    )


def _merged(known: PageLink | None, each: PageLink) -> PageLink:
    if known is None:
        return each
    return replace(
        known,
        text=max(known.text, each.text, key=len),
        is_in_navigation=known.is_in_navigation and each.is_in_navigation,
        is_in_heading=known.is_in_heading or each.is_in_heading,
        is_paging=known.is_paging or each.is_paging,
        is_next=known.is_next or each.is_next,
    )


def _place(node: html.HtmlElement | None, places: dict[html.HtmlElement, tuple[bool, bool]]) -> tuple[bool, bool]:
    """Return whether an element is within navigation, and whether within a heading; each element is asked once."""
    above: list[html.HtmlElement] = []
    while node is not None and node not in places:
        above.append(node)
        node = node.getparent()
    is_navigation, is_heading = places[node] if node is not None else (False, False)
    for each in reversed(above):
        is_navigation = is_navigation or _is_navigation(each)
        is_heading = is_heading or each.tag in _HEADINGS
        places[each] = (is_navigation, is_heading)
    return is_navigation, is_heading


def _is_navigation(node: html.HtmlElement) -> bool:
    if (node.get("role") or "").lower() in _ROLES:
        return True
    if node.tag == "header":  # of the page; that of a teaser has its headline
        return not _has_ancestor(node, ("article", "section", "main", "li"))
    return node.tag in _NAVIGATION


def _has_ancestor(node: html.HtmlElement, tags: Iterable[str]) -> bool:
    return next(node.iterancestors(*tags), None) is not None
