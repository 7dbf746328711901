"""Section pages: the links of an HTML page, each with its text as headline."""

from __future__ import annotations

import re
from urllib.parse import urldefrag

from lxml import etree, html

from newscrawl.discover import plain_words
from newscrawl.discover.addresses import resolved
from newscrawl.discover.limits import MAX_ITEMS
from newscrawl.giant_tags import without_giant_tags
from newscrawl.items import Candidate

_PLACEHOLDER = re.compile(r"\{\{|\$\{|<%|\{%|%7B%7B|%%[A-Z_]+%%|\[\[", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")  # lxml refuses text that declares an encoding


def candidates(text: str, url: str) -> list[Candidate]:
    """Return the distinct links of the page, in order; the headline is the longest text of the links to one URL."""
    root = parsed(text)
    if root is None:
        return []
    base, own = base_of(root, url), urldefrag(url).url
    headlines: dict[str, str] = {}
    for node in root.iter("a", "area"):
        link = absolute(base, node.get("href") or node.get("xlink:href"))
        if link is None or link == own:
            continue
        words = plain_words.plain(node.text_content() or node.get("alt")) or ""
        headlines[link] = max(headlines.get(link, ""), words, key=len)
        if len(headlines) > MAX_ITEMS:
            break
    return [Candidate(url=link, headline=words or None, listing_url=url) for link, words in headlines.items()]


def parsed(text: str) -> html.HtmlElement | None:
    """Return the tree of a page; None if it has none."""
    try:
        root = html.fromstring(without_giant_tags(_DECLARATION.sub("", text, count=1)))
    except (etree.ParserError, ValueError):
        return None
    for template in root.xpath("//template[not(@shadowrootmode or @shadowroot)]"):  # what no browser shows
        if template.getparent() is not None:
            template.drop_tree()
    return root


def base_of(root: html.HtmlElement, url: str) -> str:
    """Return the URL against which a page's links are resolved."""
    return resolved(url, next(iter(root.xpath("//base/@href")), "")) or url


def absolute(base: str, href: str | None) -> str | None:
    """Return a link as an absolute URL without fragment; None for one that a script is to fill in."""
    if not href or _PLACEHOLDER.search(href):
        return None
    return urldefrag(resolved(base, href)).url or None
