"""Entries of feeds and sitemaps: which element of which format gives address, headline and dates."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree

from newscrawl.discover import plain_words
from newscrawl.discover.addresses import as_stated, is_http_url, resolved
from newscrawl.items import Candidate

ATOM = frozenset({"http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#", "http://purl.org/atom/ns"})
_DC = frozenset({"http://purl.org/dc/elements/1.1/", "http://purl.org/dc/elements/1.0/", "http://purl.org/dc/terms/"})
_MEDIA = frozenset(
    {"http://search.yahoo.com/mrss/", "http://search.yahoo.com/mrss", "http://tools.search.yahoo.com/mrss/"}
)
# Namespaces of RSS 0.90, 0.91, 1.0 and 2.0; most feeds have none.
_RSS = (
    "http://purl.org/rss/1.0/",
    "http://my.netscape.com/",
    "http://channel.netscape.com/",
    "http://backend.userland.com/",
    "http://blogs.law.harvard.edu/tech/rss",
    "http://purl.org/net/rss1.1",
    "http://www.rssboard.org/",
)
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_SITEMAP = re.compile(r"/schemas/sitemap/", re.IGNORECASE)
_SECTION = re.compile(r"\s*<!\[CDATA\[(.*?)\]\]>?\s*\Z", re.DOTALL)  # escaped, or within another one
_TRUE = ("true", "1", "yes")
_ALTERNATE = ("alternate", "http://www.iana.org/assignments/relation/alternate")
MAX_CHILDREN = 1000  # of an entry that are read; real ones have a few dozen
MAX_DEPTH = 100  # elements around one of which `xml:base` counts
# The first of these names that has text is used. In no known feed is `updated` older than `pubDate`.
PUBLISHED = ("pubdate", "published", "publication_date", "issued", "date")
MODIFIED = ("lastmod", "updated", "modified")


def of_node(node: etree._Element, listing_url: str) -> Candidate:
    """Return the candidate of an `item`, `entry` or `url` element; its URL is empty if the element states none."""
    children = [child for child in islice(node, MAX_CHILDREN) if isinstance(child.tag, str)]
    is_atom = local_name(node) == "entry"
    base = base_of(node, listing_url)
    if local_name(node) == "url":
        address = location(children, base)
    else:
        address = _original(children, base) or (_atom_address if is_atom else _rss_address)(node, children, base)
    return Candidate(
        url=address,
        guid=_first(children, ("guid", "id")),
        headline=_headline(node, children, is_atom),
        published=_first(children, PUBLISHED),
        modified=_first(children, MODIFIED),
        listing_url=listing_url,
    )


def local_name(node: etree._Element) -> str:
    """Return an element's name in lower case without its namespace."""
    return node.tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(node.tag, str) else ""


def namespace(node: etree._Element) -> str:
    return node.tag[1:].partition("}")[0] if isinstance(node.tag, str) and node.tag.startswith("{") else ""


def base_of(node: etree._Element, url: str) -> str:
    """Return the base of an element's relative references: each xml:base is relative to the one above it.

    CDF states it in a channel's `BASE`.
    """
    above = (node, *islice(node.iterancestors(), MAX_DEPTH))
    stated = [value for parent in above if (value := parent.get(_BASE) or parent.get("BASE"))]
    for value in reversed(stated):
        url = resolved(url, value) or url
    return url


def text_of(node: etree._Element) -> str:
    """Return an element's text, that of elements within it included."""
    text = "".join(map(str, node.itertext())) if len(node) else str(node.text or "")
    return _within_section(text)


def attribute(node: etree._Element, *names: str) -> str:
    """Return the first of some attributes that an element has, whatever their case and namespace; "" if none."""
    for wanted in names:
        for name, value in node.attrib.items():
            if str(name).rpartition("}")[2].rpartition(":")[2].lower() == wanted:
                return str(value)
    return ""


def _within_section(text: str) -> str:
    section = _SECTION.match(text) if "<![CDATA[" in text else None
    return section[1] if section else text


def is_foreign(node: etree._Element, parent: etree._Element) -> bool:
    """Return whether an element belongs to an extension and not to a format of feeds."""
    own = namespace(node)
    return bool(own) and own != namespace(parent) and own not in ATOM and not own.startswith(_RSS)


# Addresses


def location(children: list[etree._Element], base: str) -> str:
    """Return a sitemap's `loc`, not that of its images; the languages that `xhtml:link` names are other articles."""
    for child in children:
        is_own = not is_foreign(child, child.getparent()) or _SITEMAP.search(namespace(child))
        if local_name(child) == "loc" and is_own and (address := as_stated(base_of(child, base), text_of(child))):
            return address
    return ""


def _original(children: list[etree._Element], base: str) -> str:
    """Return what a feed's proxy states as the article's own address."""
    for child in children:
        if local_name(child) == "origlink" and is_http_url(address := as_stated(base, text_of(child))):
            return address
    return ""


def _rss_address(node: etree._Element, children: list[etree._Element], base: str) -> str:
    """Return `link`, a guid that is a permalink, Atom's link, `rdf:about`, or CDF's `href`, in this order."""
    links = [child for child in children if local_name(child) == "link"]
    for child in links:
        if namespace(child) in ATOM or is_foreign(child, node):
            continue
        href = attribute(child, "href", "resource")
        stated = (_linked_in(child), text_of(child), href, (child.tail or "") if not len(child) else "")
        # The text may follow an element that HTML closes at once. What is no address of a page is passed over.
        if (text := next(filter(str.strip, stated), "")) and is_http_url(
            address := as_stated(base_of(child, base), text)
        ):
            return address
    atom_links = [child for child in links if namespace(child) in ATOM]
    return _permalink(children, base) or _alternate(atom_links, base) or as_stated(base, about(node))


def _linked_in(node: etree._Element) -> str:
    """Return what the first HTML link within an element links: filters make links of addresses, and shorten them."""
    return next((href for anchor in node.iterdescendants("{*}a") if (href := attribute(anchor, "href"))), "")


def _permalink(children: list[etree._Element], base: str) -> str:
    """Return a guid or id that is an address in full, or said to be one, and not said to be none."""
    for child in children:
        said = attribute(child, "ispermalink").strip().lower()
        is_said = said in _TRUE
        is_link = (not said or is_said) and (":" in text_of(child) or (is_said and "/" in text_of(child)))
        if local_name(child) in {"guid", "id"} and is_link:
            address = as_stated(base, text_of(child))
            if is_http_url(address):
                return address
    return ""


def about(node: etree._Element) -> str:
    """Return what an element says of itself in an attribute: `rdf:about`, or CDF's `href`; "" if it does not."""
    return attribute(node, "about", "href")


def _atom_address(node: etree._Element, children: list[etree._Element], base: str) -> str:
    """Return the alternate link, the content's source if it is a page, or an id that is an address."""
    if address := _alternate([child for child in children if local_name(child) == "link"], base):
        return address
    pages = [child for child in children if local_name(child) == "content" and "html" in attribute(child, "type")]
    sources = (as_stated(base_of(child, base), attribute(child, "src")) for child in pages)
    return next(filter(is_http_url, sources), "") or _permalink(children, base)


def _alternate(links: list[etree._Element], base: str) -> str:
    """Return the first alternate link to a page; if there is none, the first alternate of whatever type."""
    found: list[tuple[bool, str]] = []
    for link in links:
        relation = (attribute(link, "rel") or "alternate").strip().lower()
        address = as_stated(base_of(link, base), attribute(link, "href") or text_of(link))
        if relation in _ALTERNATE and is_http_url(address):
            found.append(("html" in (attribute(link, "type") or "text/html"), address))
    return next((address for is_page, address in found if is_page), found[0][1] if found else "")


# Words


def _headline(node: etree._Element, children: list[etree._Element], is_atom: bool) -> str | None:
    """Return the entry's own title; else that of Dublin Core, of a news sitemap, of its media."""
    titles = [child for child in _with_news(children) if local_name(child) == "title"]
    for title in sorted(titles, key=lambda title: _rank(title, node)):
        if words := _words(title, is_atom):
            return words
    return None


def _rank(title: etree._Element, node: etree._Element) -> int:
    if not is_foreign(title, node) or local_name(title.getparent()) == "news":
        return 0
    return 1 if namespace(title) in _DC else 2 if namespace(title) in _MEDIA else 3


def _words(title: etree._Element, is_atom: bool) -> str | None:
    kind = (attribute(title, "type") or "text").strip().lower()
    mode = attribute(title, "mode").strip().lower()
    if len(title) or kind in {"xhtml", "application/xhtml+xml"}:
        return plain_words.plain(_spaced(title))
    if not is_atom:
        return plain_words.of_either(_within_section(title.text or ""))
    text = _of_base64(title.text or "") if mode == "base64" else title.text  # Atom 0.3
    is_html = "html" in kind or (mode == "escaped" and kind != "text/plain")
    return plain_words.of_html(text) if is_html else plain_words.plain(text)


def _of_base64(text: str) -> str:
    try:
        return base64.b64decode(text, validate=False).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return text


def _spaced(title: etree._Element) -> str:
    etree.strip_elements(title, "{*}script", "{*}style", with_tail=False)
    parts: list[str] = []
    for event, node in etree.iterwalk(title, events=("start", "end")):
        if local_name(node) in plain_words.BLOCKS:
            parts.append(" ")
        text = node.text if event == "start" else node.tail if node is not title else None
        parts.append(str(text or ""))
    return "".join(parts)


def _first(children: list[etree._Element], names: tuple[str, ...]) -> str | None:
    for name in names:
        for child in _with_news(children):
            if local_name(child) == name and (words := plain_words.plain(text_of(child))):
                return words
    return None


def _with_news(children: list[etree._Element]) -> Iterator[etree._Element]:
    """Yield the children, and the grandchildren below a news sitemap's `news` element."""
    for child in children:
        yield child
        if local_name(child) == "news":
            yield from (below for below in islice(child, MAX_CHILDREN) if isinstance(below.tag, str))
