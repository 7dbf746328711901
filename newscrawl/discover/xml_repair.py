"""XML of feeds and sitemaps that is not well formed, repaired where only one meaning is possible."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5
from xml.sax.saxutils import escape

_NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "video": "http://www.google.com/schemas/sitemap-video/1.1",
    "xhtml": "http://www.w3.org/1999/xhtml",
}
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?(?:rss|rdf|feed|channel|urlset|sitemapindex)(?=[\s>/])", re.IGNORECASE)
_PAGE = re.compile(r"<!doctype\s+html|<(?:html|head|body)(?=[\s/>])", re.IGNORECASE)
_PAGE_PART = re.compile(r"<!doctype\s+html|<(?:html|head|body|main|div|ul|p|a)(?=[\s/>])", re.IGNORECASE)
# What a page has before an island of XML, and a feed with warnings of its server before it has not. PHP links the pages
# of its functions in them.
_PAGE_CONTENT = re.compile(
    r"<(?:title|script|ul|nav|main|form|textarea|a(?![^<>]{0,200}[/\s\"'=]function\.))(?=[\s/>])", re.IGNORECASE
)
_PAIR = re.compile(
    r"&#(?:(5[5-7]\d{3})|[xX]([dD][89abAB][0-9A-Fa-f]{2}));&#(?:(5[67]\d{3})|[xX]([dD][c-fC-F][0-9A-Fa-f]{2}));"
)
# What never ends goes to the end of the text, so that no search is repeated from each of a thousand beginnings.
_APART = re.compile(r"<!--.*?(?:-->|\Z)|<!DOCTYPE[^<>\[]{0,1000}(?:\[.{0,8000}?\]\s{0,9})?>", re.DOTALL | re.IGNORECASE)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Text that is no markup, or a reference; what begins a reference without being one is a plain `&`. As plain are
# `<` that no name follows, or words that run into the end tag of another element ("if a<b then</title>"), and `]]>`
# that ends no section.
_REFERENCE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|&(?:#([0-9]{1,7});|#[xX]([0-9A-Fa-f]{1,6});|([A-Za-z][A-Za-z0-9]{1,31});)?"
    r"|<(?=[^A-Za-z_/!?]|([A-Za-z_][\w.:-]*+)[^<>]*+</(?!\4[\s>]))|\]\]>",
    re.DOTALL,
)
# What begins and ends sections and comments, and where an entry ends and another one begins.
_SECTION = re.compile(
    r"(?P<begin><!\[CDATA\[|<!--)|(?P<end>\]\]>|-->)|"
    r"</(?:[\w.-]{1,30}:)?(?:item|entry|url|sitemap)\s{0,9}>(?=\s{0,99}<(?:[\w.-]{1,30}:)?(?:item|entry|url|sitemap)[\s>/])",
    re.IGNORECASE,
)
_ENDS = {"<![CDATA[": "]]>", "<!--": "-->"}
_ENTRY = re.compile(r"<(?:[\w.-]{1,30}:)?(?:item|entry|url|sitemap)[\s>]", re.IGNORECASE)
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_PREFIX = re.compile(r"(?:</?|\s)([A-Za-z_][\w.-]*):[A-Za-z_]")
_DECLARED = re.compile(r"\sxmlns:([\w.-]+)\s*=")
_ENTITY = re.compile(r"""<!ENTITY\s+([A-Za-z][\w.-]*)\s+(?:"([^"<&%]{0,200})"|'([^'<&%]{0,200})')\s*>""")
MAX_PREFIXES = 50
MAX_PROLOG = 1 << 16  # characters before the root


def root_of(text: str) -> re.Match[str] | None:
    """Return the first tag of a feed's or sitemap's root; None if there is none, or a page's content precedes it."""
    start = text[:MAX_PROLOG]
    if "<!" in start:
        start = _APART.sub(_blank, start)
    root = _ROOT.search(start)
    return None if root is None or _PAGE_CONTENT.search(start, 0, root.start()) else root


def is_sitemap(text: str) -> bool:
    """Return whether the root of a listing is a sitemap's."""
    root = root_of(text)
    return root is not None and root[0].lower().endswith(("urlset", "sitemapindex"))


def is_page(text: str) -> bool:
    """Return whether a text without such a root is HTML: a page, or a part of one."""
    return (_PAGE_PART if not text.lstrip().startswith("<?xml") else _PAGE).search(text) is not None


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def document(text: str, root: re.Match[str]) -> str:
    """Return the root element alone: without prolog, company around it, and characters that XML forbids.

    A document type goes with the prolog: no entity is expanded and nothing is fetched, but the plain entities that it
    defines stand for their text. Entries that a script appended behind the end belong to it.
    """
    name = root[0][1:]
    end = text.rfind(f"</{name}")
    close = text.find(">", end) + 1 if end > root.start() else 0
    element = text[root.start() : close or len(text)]
    if close and _ENTRY.search(text, close):
        element = f"{text[root.start() : end]}{text[close:]}</{name}>"
    own = dict(_entities(text[: root.start()]))
    if own:
        element = re.sub(r"&([A-Za-z][\w.-]*);", lambda found: own.get(found[1], found[0]), element)
    return _ILLEGAL.sub("", element)


def _entities(prolog: str) -> list[tuple[str, str]]:
    found = _ENTITY.findall(prolog) if "<!ENTITY" in prolog else []
    return [(name, double or single) for name, double, single in found if name not in _OF_XML]


def repaired(element: str) -> str:
    """Return an element with its references as XML knows them, and with its prefixes declared."""
    return _declared(_REFERENCE.sub(_reference, _PAIR.sub(_paired, element)))


def without_sections(element: str) -> str:
    """Return an element with its CDATA sections as escaped text, and without comments.

    What was never closed ends with its entry: of a section the text before the first tag is left, of a comment nothing.
    """
    if "<!" not in element:
        return element
    parts: list[str] = []
    at = 0
    for begin, end, entry_end in _sections(element):
        parts.append(element[at:begin])
        is_text = element.startswith("<![", begin)
        if entry_end is None:
            content = element[begin + len("<![CDATA[") : end].removesuffix("]]>") if is_text else ""
            at = end
        else:
            at = element.find("<", begin + 1) if is_text else entry_end
            content = element[begin + len("<![CDATA[") : at] if is_text else ""
        parts.append(escape(content))
    return "".join([*parts, element[at:]])


def swallows_entries(element: str) -> bool:
    """Return whether a section or comment was never closed, so that it takes in the entries up to another one's end."""
    return "<!" in element and any(entry_end is not None for _, _, entry_end in _sections(element))


def _sections(element: str) -> Iterator[tuple[int, int, int | None]]:
    """Yield where each section or comment begins and ends, and where its entry ends if it was never closed itself.

    Such a one has an entry's end and the next one's beginning in it, and then another such beginning or no end at all.
    """
    begin = -1
    kind = ""
    entry_end: int | None = None
    for found in _SECTION.finditer(element):
        if begin < 0 or (entry_end is not None and found["begin"] == kind):
            if begin >= 0:
                yield begin, found.start(), entry_end
            begin, kind, entry_end = (found.start(), found["begin"], None) if found["begin"] else (-1, "", None)
        elif found["end"] == _ENDS[kind]:
            yield begin, found.end(), None
            begin, entry_end = -1, None
        elif found["end"] is None and found["begin"] is None and entry_end is None:
            entry_end = found.start()
    if begin >= 0:
        yield begin, len(element), entry_end


def _reference(found: re.Match[str]) -> str:
    decimal, hexadecimal, name, _ = found.groups()
    if found[0] in {"<", "]]>"}:
        return escape(found[0])
    if found[0].startswith("<") or name in _OF_XML:
        return found[0]
    if name:
        meant = html5.get(f"{name};", f"&{name};")
        return meant.replace("&", "&amp;").replace("<", "&lt;")
    if decimal or hexadecimal:
        return _character(int(decimal) if decimal else int(hexadecimal, 16))
    return "&amp;"


def _paired(found: re.Match[str]) -> str:
    """Return the character that two numbers of UTF-16 mean together."""
    high, low = int(found[1] or f"0x{found[2]}", 0), int(found[3] or f"0x{found[4]}", 0)
    if not 0xD800 <= high < 0xDC00 <= low < 0xE000:
        return found[0]
    return chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00)


def _character(code: int) -> str:
    if code > 0x10FFFF:
        return ""
    return "" if _ILLEGAL.match(chr(code)) else f"&#{code};"


def _declared(element: str) -> str:
    end = element.find(">")
    stated = set(_DECLARED.findall(element[:end]))
    used = list(dict.fromkeys(_PREFIX.findall(element)))
    missing = [prefix for prefix in used if prefix not in stated and prefix.lower() not in {"xml", "xmlns"}]
    declarations = "".join(
        f' xmlns:{prefix}="{_NAMESPACES.get(prefix, f"urn:undeclared:{prefix}")}"' for prefix in missing[:MAX_PREFIXES]
    )
    name_end = re.match(r"<[^\s/>]+", element)
    at = name_end.end() if name_end else 0
    return element[:at] + declarations + element[at:]
