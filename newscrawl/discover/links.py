"""Section pages: the links of an HTML page, each with its text as headline."""

from __future__ import annotations

from urllib.parse import urldefrag, urljoin

from lxml import etree, html

from newscrawl.items import Candidate

MAX_LINKS = 20_000


def candidates(body: bytes, url: str) -> list[Candidate]:
    """Return the distinct links of the page, in order; the headline is the longest text of the links to one URL."""
    try:
        root = html.fromstring(body)
    except (etree.ParserError, ValueError):
        return []
    base = urljoin(url, next(iter(root.xpath("//base/@href")), ""))
    headlines: dict[str, str] = {}
    for node in root.iter("a"):
        link = _absolute(base, node.get("href"))
        if link is None:
            continue
        text = " ".join(node.text_content().split())
        headlines[link] = max(headlines.get(link, ""), text, key=len)
        if len(headlines) >= MAX_LINKS:
            break
    return [Candidate(url=link, headline=text or None, listing_url=url) for link, text in headlines.items()]


def _absolute(base: str, href: str | None) -> str | None:
    if not href:
        return None
    try:
        return urldefrag(urljoin(base, href.strip())).url
    except ValueError:
        return None
