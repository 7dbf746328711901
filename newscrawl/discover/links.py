"""Section pages: the links of an HTML page with the headline each carries."""

from __future__ import annotations

from urllib.parse import urldefrag, urljoin

from lxml import etree, html

from newscrawl.items import Candidate

MAX_LINKS = 20_000


def candidates(body: bytes, url: str) -> list[Candidate]:
    """Return every link of the page, in order; a link's longest text is taken as its headline."""
    try:
        root = html.fromstring(body)
    except (etree.ParserError, ValueError):
        return []
    base = urljoin(url, next(iter(root.xpath("//base/@href")), ""))
    found: dict[str, str] = {}
    for node in root.iter("a"):
        target = _absolute(base, node.get("href"))
        if target is None:
            continue
        words = " ".join(node.text_content().split())
        found[target] = max(found.get(target, ""), words, key=len)
        if len(found) >= MAX_LINKS:
            break
    return [Candidate(url=u, headline=words or None, listing_url=url) for u, words in found.items()]


def _absolute(base: str, href: str | None) -> str | None:
    if not href:
        return None
    try:
        return urldefrag(urljoin(base, href.strip())).url
    except ValueError:
        return None
