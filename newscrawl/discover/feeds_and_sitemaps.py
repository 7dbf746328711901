"""RSS, Atom and sitemaps, distinguished by the local names of their elements; namespaces are ignored."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

from lxml import etree

from newscrawl.items import Candidate

ENTRIES = {"item", "entry", "url"}
ROOTS = {"rss", "rdf", "feed", "urlset", "sitemapindex"}
MAX_ENTRIES = 100_000  # sitemaps.org allows 50,000; bounds memory
# The first of these names that has text is used. In no known feed is `updated` older than `pubDate`.
PUBLISHED = ("pubdate", "published", "publication_date", "issued", "date")
MODIFIED = ("lastmod", "updated", "modified")


def entries(body: bytes, url: str) -> tuple[list[Candidate] | None, tuple[str, ...]]:
    """Return the candidates and the further sitemaps of an XML listing; (None, ()) if the root is no listing.

    Broken markup is recovered as far as libxml2 can, so that one bad entry does not hide the others. No entity is
    resolved and nothing is fetched. Raises lxml.etree.XMLSyntaxError if nothing could be recovered.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False, load_dtd=False)
    root = etree.fromstring(body, parser)
    if root is None:
        raise etree.XMLSyntaxError("no element in it", 0, 0, 0)
    if _name(root) not in ROOTS:
        return None, ()
    candidates: list[Candidate] = []
    sitemaps: list[str] = []
    for node in root.iter():
        if _name(node) in ENTRIES and len(node):
            candidates.append(_candidate(node, url))
        elif _name(node) == "sitemap":
            sitemaps.append(_first(node, ("loc",)) or "")
        if len(candidates) >= MAX_ENTRIES:
            break
    if not candidates and not sitemaps and len(parser.error_log):
        broken = parser.error_log[0]  # recovered without any entry: report the first error
        raise etree.XMLSyntaxError(f"line {broken.line}: {broken.message}", 0, broken.line, broken.column)
    return candidates, tuple(sitemaps)


def _candidate(node: etree._Element, base: str) -> Candidate:
    return Candidate(
        url=joined(base, _link(node)),
        guid=_first(node, ("guid", "id")),
        headline=_first(node, ("title",)),
        published=_first(node, PUBLISHED),
        modified=_first(node, MODIFIED),
        listing_url=base,
    )


def joined(base: str, link: str) -> str:
    """Return the link as an absolute URL; "" if it is empty or cannot be parsed."""
    try:
        return urljoin(base, link) if link else ""
    except ValueError:  # e.g. http://[broken: an IPv6 address that does not end
        return ""


def _link(node: etree._Element) -> str:
    """Return the article's URL: `link` or `loc`, Atom's rel=alternate, or a guid that is a permalink."""
    for child in node:
        if _name(child) == "link" and child.get("rel", "alternate") == "alternate":
            target = (child.get("href") or child.text or "").strip()
            if target:
                return target
        if _name(child) == "loc":
            return (child.text or "").strip()
    guid = next((c for c in node if _name(c) == "guid"), None)
    if guid is not None and guid.get("isPermaLink", "true") == "true":
        return (guid.text or "").strip()
    return ""


def _first(node: etree._Element, names: tuple[str, ...]) -> str | None:
    for name in names:
        for child in _children(node):
            if _name(child) == name and child.text and child.text.strip():
                return " ".join(child.text.split())
    return None


def _children(node: etree._Element) -> Iterator[etree._Element]:
    """Yield the children, and the grandchildren below a news sitemap's `news` element."""
    for child in node:
        yield child
        if _name(child) == "news":
            yield from child


def _name(node: etree._Element) -> str:
    return etree.QName(node).localname.lower() if isinstance(node.tag, str) else ""
