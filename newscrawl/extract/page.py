"""A fetched page, parsed once: the tree and the embedded data, each read on first use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, wraps
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import urljoin

from lxml import etree

from newscrawl.errors import ExtractionError
from newscrawl.extract.blocks import MAX_BLOCKS, Block, blocks, line
from newscrawl.extract.boilerplate import is_hidden_or_control
from newscrawl.extract.charset import decode
from newscrawl.extract.css import matching
from newscrawl.extract.elements import ElementIndex
from newscrawl.extract.json_ld import nodes_of
from newscrawl.extract.selectors import Branch, Selectors, alternatives, branches
from newscrawl.extract.structured import (
    article_node,
    assigned_json,
    dig,
    is_article_type,
    parse_json,
    strings,
)
from newscrawl.extract.text_density import BlockContext, bare, block_contexts
from newscrawl.extract.xpath import compiled
from newscrawl.giant_tags import without_giant_tags
from newscrawl.items import Capture, Origin

T = TypeVar("T")

# A news article is 0.1 to 5 MB of markup; libxml2 reads 16 MiB in a quarter of a second.
SIZE_LIMIT_BYTES = 32 * 2**20
# The largest of 462 real pages has 10,305.
TAG_LIMIT = 200_000
MAX_STATED_URLS = 10
_STATED_IN_TREE = ("[itemprop=", "article time", "main time")  # selectors of the default reading
# What `Page.used` names where no selector gave a text.
TRAFILATURA, STATED_HEADLINES = "trafilatura", "stated headlines"


class Page:
    """One page as rules see it. Selectors are described in `newscrawl.extract`."""

    def __init__(self, capture: Capture, languages: Sequence[str] = ()) -> None:
        """Decode and parse the body; raises ExtractionError beyond 32 MiB or 200,000 tags.

        `languages` are the source's: of their encodings is a page that states none, or a wrong one.
        """
        if len(capture.body) > SIZE_LIMIT_BYTES:
            raise ExtractionError(f"{capture.final_uri}: {len(capture.body)} bytes are no article page")
        self.capture = capture
        self.url = capture.final_uri
        text, utf8 = decode(capture.body, capture.header("content-type"), languages)
        # The shortest tags, which are not closed, have two characters.
        if len(text) > 2 * TAG_LIMIT and (tags := utf8.count(b"<")) > TAG_LIMIT:
            raise ExtractionError(f"{capture.final_uri}: {tags} tags are no article page")
        self.parsed = capture.body  # what other parsers than ours are given
        if (small := without_giant_tags(text)) is not text:
            self.parsed = utf8 = small.encode(errors="replace")
        self.tree = _parse(utf8)
        self._states: dict[str, Any] = {}
        self.known: dict[object, Any] = {}  # by function: what was read once
        self._selected: dict[str, list[Any]] = {}  # by selector
        self.left_out: list[etree._Element | Block] = []  # of the body, by rules or by generic reading
        self.used = ""  # the selector or method that gave the last text
        self.only: Origin | None = None  # the part of the page that body or headline are read from; None: any

    @cached_property
    def index(self) -> ElementIndex:
        """The elements of the tree by their attributes, and its texts."""
        return ElementIndex(self.tree)

    @cached_property
    def text(self) -> str:
        """All that stands between the tags of the page, scripts included."""
        return text_of(self.tree)

    @cached_property
    def nodes(self) -> list[Mapping[str, Any]]:
        """All JSON-LD nodes of the page, those in `@graph` and lists included."""
        scripts = [script for script in self.index.tagged("script") if "ld+json" in script.get("type", "").lower()]
        return nodes_of(filter(None, (script.text for script in scripts)), self.meta("parsely-page"))

    @cached_property
    def ld(self) -> Mapping[str, Any]:
        """The page's own article in JSON-LD (`{}` if none): @id references resolved, duplicate nodes merged."""
        return article_node(self.nodes, [self.url, self.capture.target_uri, *self.canonical], self._titles)

    def _titles(self) -> list[str]:
        headings = [text_of(heading) for heading in self.index.tagged("h1")[:MAX_STATED_URLS]]
        return [*headings, self.title, *self.meta("og:title", "twitter:title")]

    @cached_property
    def canonical(self) -> tuple[str, ...]:
        """The page's own URLs as it states them: rel=canonical, then og:url."""
        links = self.index.tagged("link")
        hrefs = [link.get("href", "").strip() for link in links if "canonical" in link.get("rel", "").lower().split()]
        return (*filter(None, hrefs), *self.meta("og:url"))

    @cached_property
    def stated_urls(self) -> tuple[str, ...]:
        """Every URL that the page states as its own, absolute: canonical ones, then those of its JSON-LD article."""
        stated = (
            *self.canonical,
            *(url for key in ("url", "mainEntityOfPage") for url in strings(self.ld.get(key), key="@id")),
        )
        return tuple(dict.fromkeys(url for each in stated if (url := self.absolute(each))))[:MAX_STATED_URLS]

    @cached_property
    def _metas(self) -> dict[str, list[str]]:
        contents: dict[str, list[str]] = {}
        for element in self.index.tagged("meta"):
            content = " ".join((element.get("content") or element.get("value") or "").split())
            for attribute in ("property", "name", "itemprop", "http-equiv") if content else ():
                if name := element.get(attribute):
                    contents.setdefault(name.lower(), []).append(content)
        return contents

    def meta(self, *names: str) -> tuple[str, ...]:
        """Return the distinct contents of `<meta>` by property, name or itemprop, in the order of `names`."""
        if len(names) == 1:
            return tuple(dict.fromkeys(self._metas.get(names[0].lower(), ())))
        return tuple(dict.fromkeys(content for name in names for content in self._metas.get(name.lower(), ())))

    def state(self, name: str) -> Any:
        """Return the JSON state in a script: `#id` names the script, anything else the variable assigned in it."""
        if name not in self._states:
            self._states[name] = self._find_state(name)
        return self._states[name]

    def _find_state(self, name: str) -> Any:
        for script in self.index.tagged("script"):
            text = script.text or ""
            if name.startswith("#"):
                state = parse_json(text) if script.get("id") == name[1:] else None
            else:
                state = assigned_json(text, name) if name in text else None
            if state is not None:
                return state
        return None

    @cached_property
    def title(self) -> str:
        """The text of `<title>`, white space collapsed; empty if there is none."""
        titles = self.index.tagged("title")
        return " ".join((titles[0].text or "").split()) if titles else ""

    @cached_property
    def contexts(self) -> list[BlockContext]:
        """The first 4,000 visible blocks with what is around them; pages with more are listings or hostile."""
        return block_contexts(list(islice(blocks(self.tree, is_hidden_or_control), MAX_BLOCKS)))

    def select(self, selector: str) -> list[Any]:
        """Return the elements, strings or JSON values that a selector finds, in document order."""
        kind, _, rest = selector.partition(":")
        if kind == "ld":
            return dig(self.ld, rest)
        if kind == "meta":
            return next((list(contents) for name in rest.split(",") if (contents := self.meta(name))), [])
        if kind == "json":
            name, _, path = rest.partition(":")
            return dig(self.state(name), path)
        if selector not in self._selected:
            self._selected[selector] = self._select_nodes(selector)
        return self._selected[selector]

    def _select_nodes(self, selector: str) -> list[Any]:
        joined = branches(selector)
        if any(branch.steps is None for branch in joined):
            return self._select_by_xpath(selector, joined)
        found = [matching(self.index, branch.steps or ()) for branch in joined]
        if selector.startswith(_STATED_IN_TREE) and any(found) and self.further_articles:
            found = [[each for each in elements if not self._is_of_further_article(each)] for elements in found]
        if len(joined) == 1:
            return found[0] if joined[0].attribute is None else _values_of(joined[0].attribute, found[0])
        if any(branch.attribute for branch in joined):
            return self._select_by_xpath(selector, joined)
        return self.index.in_order(*found)

    @cached_property
    def further_articles(self) -> set[etree._Element]:
        """What holds further articles, which state authors and dates of theirs, beside that with the page's headline.

        That are `<article>`s with another h1, and microdata of articles without the one that the title repeats.
        """
        titles = [bare(title) for title in (self.title, *self.meta("og:title", "twitter:title"))]
        own: set[etree._Element] = set()
        others: set[etree._Element] = set()
        for heading in self.index.tagged("h1"):
            text = bare(text_of(heading))
            is_own = bool(text) and any(text in title for title in titles)
            (own if is_own else others).update(heading.iterancestors())
        items = set(self.index.having("itemtype", "schema.org/", is_article_type))
        articles = set(self.index.tagged("article"))
        further = items - own if not own.isdisjoint(items) else set()
        return further | (articles & others - own if not own.isdisjoint(articles) else set())

    def _is_of_further_article(self, element: etree._Element) -> bool:
        return not self.further_articles.isdisjoint((element, *element.iterancestors()))

    def _select_by_xpath(self, selector: str, joined: Sequence[Branch]) -> list[Any]:
        paths = [branch.path for branch in joined if all(self.index.contains(*need) for need in branch.needs)]
        if not paths:
            return []
        try:
            result = compiled(" | ".join(paths))(self.tree)
        except etree.XPathEvalError as error:
            raise ValueError(f"bad selector {selector!r}: {error}") from error
        return result if isinstance(result, list) else [result] if isinstance(result, str) else []

    def texts(self, selectors: Selectors) -> tuple[str, ...]:
        """Return the distinct texts of the first alternative that has any, white space collapsed."""
        for selector in alternatives(selectors):
            texts = dict.fromkeys(text for value in self.select(selector) for text in _texts_of(value) if text)
            if texts:
                self.used = selector
                return tuple(texts)
        return ()

    def has(self, selector: str) -> bool:
        """Return whether a selector finds anything."""
        return bool(self.select(selector))

    def may_use(self, selector: str) -> bool:
        """Return whether a selector or method reads the part of the page that is to be read."""
        return self.only is None or origin_of(selector) is self.only

    @cached_property
    def _base(self) -> str:
        """What the page's links are relative to (HTML, 4.2.3): the first `<base href>`, or its own URL."""
        stated = next((href for base in self.index.tagged("base") if (href := base.get("href", "").strip())), "")
        try:
            return str(urljoin(self.url, stated))
        except ValueError:
            return self.url

    def absolute(self, href: str) -> str | None:
        """Return a link of this page as an absolute URL; None if it is not HTTP."""
        try:
            url = urljoin(self._base, href.strip())
        except ValueError:
            return None
        return url if url.startswith(("http://", "https://")) else None


def text_of(element: etree._Element) -> str:
    """Return all that stands between the tags within an element, as libxml2 joins it: ten times as fast as a walk."""
    return str(etree.tostring(element, encoding="unicode", method="text", with_tail=False))


def once_a_page(read: Callable[[Page], T]) -> Callable[[Page], T]:
    """Decorate a function of a page: what it returns is kept with the page, and freed with it and its tree."""

    @wraps(read)
    def remembered(page: Page) -> T:
        if read not in page.known:
            page.known[read] = read(page)
        value: T = page.known[read]
        return value

    return remembered


def origin_of(selector: str) -> Origin:
    """Return the part of a page that a selector or method reads."""
    if selector == TRAFILATURA:
        return Origin.TRAFILATURA
    is_structured = selector == STATED_HEADLINES or selector.startswith(("ld:", "json:", "meta:"))
    return Origin.STRUCTURED if is_structured else Origin.TREE


def _values_of(attribute: str, elements: Sequence[etree._Element]) -> list[str]:
    return [value for element in elements if (value := element.get(attribute)) is not None]


def _texts_of(value: Any) -> tuple[str, ...]:
    return (line(value),) if isinstance(value, etree._Element) else strings(value)


def _parse(utf8: bytes) -> etree._Element:
    # Depth: libxml2 stops at 2048 levels with huge_tree, 256 without; real pages pass 256 when a div is left open.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True, collect_ids=False)
    try:
        tree = etree.fromstring(utf8, parser)
    except etree.XMLSyntaxError:
        tree = None
    return etree.fromstring("<html><body/></html>", etree.HTMLParser()) if tree is None else tree
