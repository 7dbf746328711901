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

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")  # lxml refuses text that declares an encoding


def candidates(text: str, url: str) -> list[Candidate]:
    """Return the distinct links of the page, in order; the headline is the longest text of the links to one URL."""
    try:
        root = html.fromstring(without_giant_tags(_DECLARATION.sub("", text, count=1)))
    except (etree.ParserError, ValueError):
        return []
    base = resolved(url, next(iter(root.xpath("//base/@href")), "")) or url
    headlines: dict[str, str] = {}
    for node in root.iter("a"):
        link = _absolute(base, node.get("href"))
        if link is None:
            continue
        words = plain_words.plain(node.text_content()) or ""
        headlines[link] = max(headlines.get(link, ""), words, key=len)
        if len(headlines) > MAX_ITEMS:
            break
    return [Candidate(url=link, headline=words or None, listing_url=url) for link, words in headlines.items()]


def _absolute(base: str, href: str | None) -> str | None:
    return urldefrag(resolved(base, href)).url or None if href else None
