"""Rules: how one layout of a site is read. A subclass states only what differs from the default reading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, ClassVar

from lxml import etree, html

from newscrawl.extract.blocks import HEADINGS, Block, blocks, is_beside
from newscrawl.extract.boilerplate import SHARED_LINES, is_hidden, line_pattern
from newscrawl.extract.headline import default_headline, stated_headlines
from newscrawl.extract.page import Page
from newscrawl.extract.selectors import Selectors, alternatives

_PUBLISHED = (
    "ld:datePublished",
    "meta:article:published_time,og:article:published_time,datepublished,parsely-pub-date,sailthru.date",
    "[itemprop=datePublished]::attr(content)", "[itemprop=datePublished]::attr(datetime)", "[itemprop=datePublished]",
    "meta:article.published,published_time,dc.date.issued,dcterms.created,dc.date,pubdate,publish-date,date",
    "article time[datetime]::attr(datetime)", "time[pubdate]::attr(datetime)", "main time[datetime]::attr(datetime)",
)  # fmt: skip
_MODIFIED = (
    "ld:dateModified",
    "meta:article:modified_time,og:article:modified_time,og:updated_time,datemodified,lastmod,last-modified",
    "[itemprop=dateModified]::attr(content)", "[itemprop=dateModified]::attr(datetime)",
)  # fmt: skip
_AUTHOR = (
    "ld:author", "meta:author,parsely-author,sailthru.author,byl,dc.creator",
    "[itemprop=author] [itemprop=name]", "[itemprop=author]", "[rel=author]",
)  # fmt: skip


_LONGEST_LINE = 500  # characters; patterns of lines to leave out name short ones
_EXACT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*(?:Z|[+-]\d\d:?\d\d)$")
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?(?:\.0)?")
# Where typed content (Arc's ANS and its like) keeps its text: paragraphs, quotes, list items.
_TEXT_KEYS = ("content", "html", "text", "items", "content_elements")


class Rules:
    """The default reading, and the base of every layout: see `newscrawl.extract` for the vocabulary.

    Each field is an attribute with selectors and a small method that reads it; a layout overrides whichever is simpler.
    """

    example: ClassVar[str] = ""  # address of a page in this layout, for whoever mends it
    match: ClassVar[Selectors] = ()
    headline: ClassVar[Selectors] = ()
    byline: ClassVar[Selectors] = ("[class*=byline]", "[itemprop=author]", "[rel=author]")
    author: ClassVar[Selectors] = _AUTHOR
    date_published: ClassVar[Selectors] = _PUBLISHED
    date_modified: ClassVar[Selectors] = _MODIFIED
    section: ClassVar[Selectors] = ("ld:articleSection", "meta:article:section,section,parsely-section")
    language: ClassVar[Selectors] = ("/html/@lang", "ld:inLanguage", "meta:og:locale,content-language,dc.language")
    description: ClassVar[Selectors] = ("meta:og:description,description", "ld:description")
    guid: ClassVar[Selectors] = ()
    body: ClassVar[Selectors] = ()
    drop: ClassVar[Selectors] = ()
    keep: ClassVar[Selectors] = ()
    drop_lines: ClassVar[tuple[str, ...]] = ()
    stop_lines: ClassVar[tuple[str, ...]] = ()
    drop_links: ClassVar[bool] = False
    drop_boxes: ClassVar[bool] = True

    @classmethod
    def name(cls) -> str:
        """Return the name under which readings keep who read them."""
        return cls.__name__

    def matches(self, page: Page) -> bool:
        """Tell whether the page has this layout: `match` finds something; without `match`, the body selectors do."""
        if self.match:
            return any(page.has(selector) for selector in alternatives(self.match))
        return any(page.has(selector) for selector in alternatives(self.body))

    def read_headline(self, page: Page) -> str | None:
        """Return the headline a reader sees."""
        found = page.texts(self.headline)
        return found[0] if found else default_headline(page)

    def read_alternatives(self, page: Page) -> tuple[str, ...]:
        """Return the headlines that the page states for machines and social networks."""
        return stated_headlines(page)

    def read_byline(self, page: Page) -> str | None:
        """Return the line that names the authors, as printed."""
        return next(iter(page.texts(self.byline)), None)

    def read_author(self, page: Page) -> tuple[str, ...]:
        """Return the authors' names as stated; normalize splits and cleans them."""
        return page.texts(self.author)

    def read_published(self, page: Page) -> tuple[str, ...]:
        """Return the candidates for the date of publication, most trusted first."""
        return _candidates(page, self.date_published)

    def read_modified(self, page: Page) -> tuple[str, ...]:
        """Return the candidates for the date of the last edit, most trusted first."""
        return _candidates(page, self.date_modified)

    def read_section(self, page: Page) -> str | None:
        return next(iter(page.texts(self.section)), None)

    def read_language(self, page: Page) -> str | None:
        return next(iter(page.texts(self.language)), None)

    def read_description(self, page: Page) -> str | None:
        return next(iter(page.texts(self.description)), None)

    def read_guid(self, page: Page) -> str | None:
        """Return the site's own stable id of the story, where the page states one."""
        return next(iter(page.texts(self.guid)), None)

    def read_url(self, page: Page) -> str | None:
        """Return the canonical address as the page states it, absolute."""
        page.used = "rel=canonical or og:url"
        return page.absolute(page.canonical[0]) if page.canonical else None

    def read_free(self, page: Page) -> bool | None:
        """Tell whether the page says that everybody may read it in full."""
        page.used = "ld:isAccessibleForFree"
        stated = page.ld.get("isAccessibleForFree")
        if isinstance(stated, bool):
            return stated
        return {"true": True, "false": False}.get(str(stated).lower())

    def read_paragraphs(self, page: Page) -> tuple[str, ...]:
        """Return the paragraphs of the story: those of the first body alternative that has any."""
        for selector in alternatives(self.body):
            if found := self.clean(self.read_blocks(page, selector)):
                page.used = selector
                return found
        return ()

    def read_blocks(self, page: Page, selector: str) -> Iterator[Block]:
        """Yield the blocks of everything one body selector finds, in document order, dropped elements left out."""
        dropped = {one for drop in alternatives(self.drop) for one in page.select(drop)}
        kept = {one for keep in alternatives(self.keep) for one in page.select(keep)}
        is_beside_story = is_beside if self.drop_boxes else is_hidden

        def is_dropped(element: etree._Element) -> bool:
            return element in dropped or (element not in kept and is_beside_story(element))

        for value in outermost(page.select(selector)):
            if isinstance(value, etree._Element):
                if not any(one in dropped for one in value.iterancestors()) and value not in dropped:
                    yield from blocks(value, is_dropped)
            else:
                yield from _text_blocks(value)

    def clean(self, found: Iterator[Block]) -> tuple[str, ...]:
        """Return the texts of blocks without lines that belong to no story, up to the first stop line."""
        own, stop = line_pattern(self.drop_lines), line_pattern(self.stop_lines)
        lines: list[Block] = []
        for block in _without_link_lists(found) if self.drop_links else found:
            if len(block.text) > _LONGEST_LINE:
                lines.append(block)
                continue
            if stop.fullmatch(block.text):
                break
            is_text = any(map(str.isalnum, block.text))  # rules of dots and dashes between sections are none
            if is_text and not own.fullmatch(block.text) and not SHARED_LINES.fullmatch(block.text):
                lines.append(block)
        while lines and lines[-1].tag in HEADINGS:
            lines.pop()  # a heading with nothing below it names a box that was dropped
        return tuple(one.text for one in lines)


def outermost(found: list[Any]) -> Iterator[Any]:
    """Yield values in order, without elements inside one that was yielded."""
    seen: set[etree._Element] = set()
    for one in found:
        if isinstance(one, etree._Element):
            if any(outer in seen for outer in one.iterancestors()):
                continue
            seen.add(one)
        yield one


def _without_link_lists(found: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks without those that are only a link, and without lists of which every item is half a link."""
    for is_item, group in groupby(found, lambda block: block.tag == "li"):
        run = list(group)
        if not is_item or not all(block.linked >= 0.5 * len(block.text) for block in run):
            yield from (block for block in run if not (block.links and block.is_link))


def _candidates(page: Page, selectors: Selectors) -> tuple[str, ...]:
    found: list[str] = []
    used: list[str] = []
    for selector in alternatives(selectors):
        if stated := page.texts(selector)[:3]:
            found.extend(stated)
            used.append(selector)
        if any(map(_EXACT.match, found)):
            break  # nothing further down would be trusted more than a full date with its time
    page.used = "; ".join(used)
    return tuple(dict.fromkeys(_from_epoch(text) for text in found if len(text) <= 200))[:8]


def _from_epoch(text: str) -> str:
    """Turn seconds or milliseconds since 1970 into ISO 8601; other texts are left as stated."""
    if not _EPOCH.fullmatch(text):
        return text
    return datetime.fromtimestamp(int(text[:10]), UTC).isoformat()


def _text_blocks(value: Any) -> Iterator[Block]:
    """Yield the blocks of text from JSON: markup is read as such, each string is at least one paragraph."""
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, Mapping):
            stack.extend(one[key] for key in reversed(_TEXT_KEYS) if one.get(key))
        elif isinstance(one, list):
            stack.extend(reversed(one))
        elif isinstance(one, str) and ("<" in one or "&" in one):
            yield from blocks(html.fragment_fromstring(f"<div>{one}</div>"), is_beside)
        elif isinstance(one, str):
            yield from (Block(" ".join(part.split()), "p") for part in one.split("\n\n") if part.strip())
