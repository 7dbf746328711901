"""OPML 2.0, the lists of feeds that feed readers exchange: read within bounds, and written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from lxml import etree

from newscrawl.discover import xml_repair
from newscrawl.errors import ConfigError
from newscrawl.harmless_text import harmless

# Readers write a plain DOCTYPE at most. Entities are what bombs and files of this machine come by.
_DECLARED = re.compile(r"<!DOCTYPE[^>]*\[|<!ENTITY", re.IGNORECASE)
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?opml[\s>/]", re.IGNORECASE)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_PROLOG = 1 << 16


@dataclass(frozen=True, slots=True)
class Outline:
    """An outline with an address."""

    line: int
    title: str
    feed: str  # xmlUrl
    page: str  # htmlUrl, or url of one that is a link


def is_opml(text: str) -> bool:
    return _ROOT.search(text[:_PROLOG]) is not None


def read_opml(text: str) -> list[Outline]:
    """Return the outlines that have an address, however they are nested.

    Raises ConfigError for what is no XML, even with references repaired, and for what declares entities.
    """
    if _DECLARED.search(text):
        raise ConfigError("it declares entities, which no list of feeds needs; they are not read")
    body = _DECLARATION.sub("", text)  # it is decoded; and the line numbers stay, as no line ends in it
    try:
        root = _parsed(body)
    except etree.XMLSyntaxError:
        try:
            root = _parsed(xml_repair.repaired(body))
        except etree.XMLSyntaxError as error:
            raise ConfigError(f"it is no XML: {error.msg}") from error
    return list(_outlines(root))


def _parsed(text: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(text.encode("utf-8", "replace"), parser)


def _outlines(root: etree._Element) -> Iterator[Outline]:
    for element in root.iter("{*}outline", "{*}OUTLINE"):
        stated = {str(name).lower(): " ".join(str(value).split()) for name, value in element.attrib.items()}
        feed, page = stated.get("xmlurl", ""), stated.get("htmlurl") or stated.get("url", "")
        if feed or page or stated.get("type", "").lower() in {"rss", "atom", "link"}:
            yield Outline(int(element.sourceline or 0), stated.get("title") or stated.get("text", ""), feed, page)


def write_opml(title: str, groups: Mapping[str, Sequence[Outline]], now: datetime) -> bytes:
    """Return a list of feeds, grouped by what they are of; a group of one is an outline by itself."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = title
    etree.SubElement(head, "dateCreated").text = format_datetime(now)
    body = etree.SubElement(root, "body")
    for name, outlines in groups.items():
        parent = body
        if len(outlines) > 1:
            parent = etree.SubElement(body, "outline", text=harmless(name))
        for each in outlines:
            text = harmless(each.title)
            found = etree.SubElement(parent, "outline", type="rss", text=text, title=text, xmlUrl=each.feed)
            if each.page:
                found.set("htmlUrl", each.page)
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return written
