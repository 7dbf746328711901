"""RSS, RDF, Atom, CDF and sitemaps in XML, well formed or not, as candidates and further sitemaps."""

from __future__ import annotations

import re
from itertools import islice

from lxml import etree

from newscrawl.discover import entries, entry_chunks, tolerant_feeds, xml_repair
from newscrawl.discover.limits import MAX_ENTRIES, MAX_ITEMS, Entries
from newscrawl.items import Candidate

ENTRIES = frozenset({"item", "entry", "url"})
MAX_TAGS = 2_000_000  # 40 for each of 50,000 addresses; a tree takes about 150 bytes for each
MAX_TOLERATED = 100  # entries of a listing that feedparser reads; the rest is recovered


class Unreadable(Exception):
    """Raised by `read` for a listing of which no element could be read; the message says why."""


def read(text: str, root: re.Match[str], url: str) -> Entries:
    """Return what the entries of an XML listing name; raises Unreadable.

    Well-formed XML is read here. Of what is not, references and prefixes are repaired; if that is not enough, each
    entry is read alone. No entity is resolved and nothing is fetched.
    """
    if text.count("<") > MAX_TAGS:
        raise Unreadable(f"it has more than {MAX_TAGS} tags")
    element = xml_repair.document(text, root)
    tree = _tree(element)
    if tree is None:
        element = xml_repair.repaired(element)
        tree = _tree(element)
    if tree is not None and not xml_repair.swallows_entries(element):
        return Entries(*_entries(tree, url), _most(tree))
    return _one_by_one(xml_repair.without_sections(element), url)


def _most(tree: etree._Element) -> int:
    return MAX_ENTRIES if entries.local_name(tree) in ("urlset", "sitemapindex") else MAX_ITEMS


def _one_by_one(element: str, url: str) -> Entries:
    """Return what the entries state, of which one at least is no XML: such a one is feedparser's, or recovered."""
    candidates: list[Candidate] = []
    sitemaps: list[str] = []
    count = broken = 0
    for chunk in entry_chunks.chunks(element):
        count += 1
        tree = _tree(chunk)
        if tree is None:
            chunk = entry_chunks.closed(chunk)
            tree = _tree(chunk)
        if tree is None:
            broken += 1
            is_feed = broken <= MAX_TOLERATED and tolerant_feeds.can_read(chunk)
            if is_feed and (found := tolerant_feeds.read(chunk, url)):
                candidates += found
                continue
            tree = _recovered(chunk)
        found, located = _entries(tree, url) if tree is not None else ([], [])
        candidates += found
        sitemaps += located
    if not candidates and not sitemaps:
        return Entries(*_entries_of_rest(element, url), MAX_ITEMS)
    return Entries(candidates, sitemaps, MAX_ITEMS, has_more=count > MAX_ITEMS)  # some of them may name nothing


def _tree(element: str) -> etree._Element | None:
    try:
        return etree.fromstring(element.encode("utf-8", "replace"), _parser())
    except etree.XMLSyntaxError:
        return None


def _recovered(element: str) -> etree._Element | None:
    try:
        tree: etree._Element | None = etree.fromstring(element.encode("utf-8", "replace"), _parser(recover=True))
    except etree.XMLSyntaxError:
        return None
    return tree


def _entries_of_rest(element: str, url: str) -> tuple[list[Candidate], list[str]]:
    """Return what libxml2 recovers of a document without an entry that can be cut out; raises Unreadable."""
    parser = _parser(recover=True)
    try:
        tree = etree.fromstring(element.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(str(error.msg)) from error
    candidates, sitemaps = _entries(tree, url) if tree is not None else ([], [])
    if not candidates and not sitemaps:
        first = parser.error_log[0] if len(parser.error_log) else None
        raise Unreadable(f"line {first.line}: {first.message}" if first else "no element in it")
    return candidates, sitemaps


def _parser(*, recover: bool = False) -> etree.XMLParser:
    # No document type reaches it, so that its limits on long texts (huge_tree) protect from nothing here.
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )


def _entries(tree: etree._Element, url: str) -> tuple[list[Candidate], list[str]]:
    """Return what the entries name, up to one more than is read of such a listing."""
    candidates: list[Candidate] = []
    sitemaps: list[str] = []
    most = _most(tree)
    for node in tree.iter(etree.Element):
        name = entries.local_name(node)
        if name in ENTRIES and _is_entry(node):
            candidates.append(entries.of_node(node, url))
        elif name == "sitemap":
            children = [child for child in islice(node, entries.MAX_CHILDREN) if isinstance(child.tag, str)]
            sitemaps += filter(None, [entries.location(children, url)])
        if len(candidates) + len(sitemaps) > most:
            break
    return candidates, sitemaps


def _is_entry(node: etree._Element) -> bool:
    """Return whether an element is an entry, and not one of an extension that has the same name."""
    parent = node.getparent()
    if parent is None or not (len(node) or entries.about(node)):
        return False
    root = node.getroottree().getroot()
    return not entries.is_foreign(node, root) or not entries.is_foreign(node, parent)
