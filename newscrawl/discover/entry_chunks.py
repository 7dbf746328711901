"""The entries of a listing that is not well formed, cut apart so that none costs another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from newscrawl.discover.limits import MAX_ITEMS

_START = re.compile(r"<((?:[A-Za-z_][\w.-]*:)?)(item|entry|url|sitemap)(?=[\s>/])", re.IGNORECASE)
_OPENING = re.compile(r"<([^\s/>]++)[^<>]{0,20000}>")
# A text that runs into the next element of an entry, or into its end: `<title>Ferry<link>/1</link></item>`.
_OF_ENTRY = "title|link|guid|id|pubdate|published|updated|loc|lastmod"
_UNCLOSED = re.compile(
    rf"<(?P<name>(?:[\w.-]+:)?(?:{_OF_ENTRY}))(?P<rest>(?:\s[^<>]*+)?(?<!/)>[^<]*+)"
    rf"(?=<(?:[\w.-]+:)?(?:{_OF_ENTRY}|description|summary|content|author|category|changefreq|priority)[\s/>]|"
    r"</(?:[\w.-]+:)?(?:item|entry|url)[\s>])",
    re.IGNORECASE,
)
_CHANNEL = re.compile(r"<((?:[\w.-]+:)?channel)(?=[\s>])[^<>]{0,2000}>", re.IGNORECASE)
# By root; addresses and sitemaps are found in each other's.
_NAMES = {"urlset": ("url", "sitemap"), "sitemapindex": ("sitemap", "url"), "feed": ("entry",)}


def chunks(element: str) -> Iterator[str]:
    """Yield each entry in a document of its own, with the namespaces and bases of the root and the channel."""
    opening = _OPENING.match(element)
    if opening is None or opening[0].endswith("/>"):
        return
    root = opening[1].rpartition(":")[2].lower()
    starts = [found for found in _START.finditer(element) if found[2].lower() in _NAMES.get(root, ("item",))]
    if not starts:
        return
    channel = _CHANNEL.search(element, opening.end(), starts[0].start())
    before = opening[0] + (channel[0] if channel else "")
    after = (f"</{channel[1]}>" if channel else "") + f"</{opening[1]}>"
    ends = [found.start() for found in starts[1:]] + [len(element)]
    for start, end in islice(zip(starts, ends, strict=True), MAX_ITEMS + 1):
        yield before + _entry(element[start.start() : end], start[1] + start[2]) + after


def closed(chunk: str) -> str:
    """Return an entry with the end tags that its texts lack: no element that is a text holds another of the entry."""
    return _UNCLOSED.sub(r"<\g<name>\g<rest></\g<name>>", chunk)


def _entry(text: str, name: str) -> str:
    """Return an entry up to its end tag; what has none ends where the next entry begins."""
    closing = text.find(f"</{name}")
    return f"{text[:closing] if closing >= 0 else text}</{name}>"
