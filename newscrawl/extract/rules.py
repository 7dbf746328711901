"""Rules: how one layout of a source is read. A subclass states only what differs from the default reading."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from lxml import etree, html

from newscrawl.correction_notes import is_correction_note
from newscrawl.declarations import refuse, require_known_attributes
from newscrawl.extract.between import outermost, with_text_between
from newscrawl.extract.blocks import HEADINGS, Block, blocks, is_boilerplate
from newscrawl.extract.boilerplate import SHARED_LINES, is_hidden, line_pattern
from newscrawl.extract.bylines import printed_byline
from newscrawl.extract.headline import alternative_headlines, default_headline
from newscrawl.extract.optional import is_post_or_pull_quote, is_teaser
from newscrawl.extract.page import Page
from newscrawl.extract.printed_dates import printed_dates
from newscrawl.extract.selectors import Selectors, alternatives, require_valid
from newscrawl.extract.stated_dates import MODIFIED, PUBLISHED, is_day, published_dates, stated_dates

_AUTHOR = (
    "ld:author", "meta:author,parsely-author,sailthru.author,byl,dc.creator",
    "[itemprop=author] [itemprop=name]", "[itemprop=author]", "[rel=author]", "ld:creator",
)  # fmt: skip
_PERSON = ("ld:author[@type=Person].name", _AUTHOR[1])

FIELDS_OF_SELECTORS = (
    "headline", "byline", "author", "date_published", "date_modified", "section", "language", "description", "guid",
    "body", "drop", "keep",
)  # fmt: skip
# Codes of the publishing system that came through: '… one’s face. [cartoon id="a20484"]' (newyorker.com, 2019).
_SHORT_CODE = re.compile(r"(?<! ) *\[/?[a-z_-]+(?: +[a-z_-]+=[\"'“”″][^\]\"'“”″]*[\"'“”″])+ */?\]", re.IGNORECASE)
_MAX_PATTERN_LINE_LENGTH = 500  # characters; longer lines are text, line patterns are not tried on them
# Keys under which typed content (Arc's ANS and similar formats) has its text: paragraphs, quotes, list items.
_TYPED_CONTENT_KEYS = ("content", "html", "text", "items", "content_elements")


class Rules:
    """The default reading, and the base class of every layout; `newscrawl.extract` describes the attributes.

    Each field has an attribute with selectors and a small method that reads it; a layout overrides the simpler one.
    """

    example: ClassVar[str] = ""  # URL of a page in this layout, for whoever repairs it
    match: ClassVar[Selectors] = ()
    headline: ClassVar[Selectors] = ()
    byline: ClassVar[Selectors] = ()
    author: ClassVar[Selectors] = _AUTHOR
    date_published: ClassVar[Selectors] = PUBLISHED
    date_modified: ClassVar[Selectors] = MODIFIED
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

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        require_known_attributes(cls, Rules, "Rules")

    @classmethod
    def require_valid_selectors(cls) -> None:
        """Raise SpiderFileError for a selector of this layout that cannot be read."""
        for name in ("match", *FIELDS_OF_SELECTORS):
            try:
                require_valid(getattr(cls, name))
            except ValueError as error:
                refuse(cls, name, f"{name}: {error}", error)

    @classmethod
    def name(cls) -> str:
        """Return the name that extractions record as `rules`."""
        return cls.__name__

    def matches(self, page: Page) -> bool:
        """Return whether the page has this layout: `match`, or without it `body`, finds something."""
        if self.match:
            return any(page.has(selector) for selector in alternatives(self.match))
        return any(page.has(selector) for selector in alternatives(self.body))

    def read_headline(self, page: Page) -> str | None:
        """Return the visible headline."""
        texts = page.texts(tuple(filter(page.may_use, alternatives(self.headline))))
        return texts[0] if texts else default_headline(page)

    def read_alternatives(self, page: Page) -> tuple[str, ...]:
        """Return the other headlines that the page states, for search engines and social networks."""
        return alternative_headlines(page, self.read_headline(page))

    def read_byline(self, page: Page) -> str | None:
        """Return the line that names the authors, as printed; without `byline` the one beside the headline."""
        if self.byline:
            return next(iter(page.texts(self.byline)), None)
        page.used = "printed byline"
        return printed_byline(page)

    def read_author(self, page: Page) -> tuple[str, ...]:
        """Return the authors' names as stated; normalize splits and cleans them.

        A page that states none where its layout has them may state people elsewhere; `author = ()` says that none are.
        """
        if not self.author or (names := page.texts(self.author)):
            return names if self.author else ()
        return page.texts(_PERSON)

    def read_published(self, page: Page) -> tuple[str, ...]:
        """Return the candidates for the date of publication, most trusted first.

        Where the layout has none they are the ones of other layouts, then printed ones; a placeholder is none.
        """
        stated = published_dates(page, self.date_published)
        if any(map(is_day, stated)):
            return stated
        page.used = "; ".join(filter(None, (page.used, "printed dates")))
        return (*stated, *printed_dates(page))

    def read_modified(self, page: Page) -> tuple[str, ...]:
        """Return the candidates for the date of the last edit, most trusted first."""
        return stated_dates(page, self.date_modified)

    def read_section(self, page: Page) -> str | None:
        return next(iter(page.texts(self.section)), None)

    def read_language(self, page: Page) -> str | None:
        return next(iter(page.texts(self.language)), None)

    def read_description(self, page: Page) -> str | None:
        return next(iter(page.texts(self.description)), None)

    def read_guid(self, page: Page) -> str | None:
        """Return the site's own stable id of the article, if the page states one."""
        return next(iter(page.texts(self.guid)), None)

    def read_url(self, page: Page) -> str | None:
        """Return the canonical URL that the page states, made absolute."""
        page.used = "rel=canonical or og:url"
        return page.absolute(page.canonical[0]) if page.canonical else None

    def read_free(self, page: Page) -> bool | None:
        """Return whether the page states that everybody may read it in full; None if it does not say."""
        page.used = "ld:isAccessibleForFree"
        stated = page.ld.get("isAccessibleForFree")
        if isinstance(stated, bool):
            return stated
        return {"true": True, "false": False}.get(str(stated).lower())

    def read_paragraphs(self, page: Page) -> tuple[str, ...]:
        """Return the paragraphs of the article: those of the first body alternative that has any."""
        for selector in filter(page.may_use, alternatives(self.body)):
            page.left_out = []
            read = list(self.read_blocks(page, selector))
            if paragraphs := self.clean(iter(read)):
                page.used = selector
                page.left_out += self._left_out(read, paragraphs)
                return paragraphs
        return ()

    def _left_out(self, read: Iterable[Block], paragraphs: Sequence[str]) -> Iterator[Block]:
        """Yield the blocks before the first stop line that are no paragraphs."""
        stop_pattern, kept = line_pattern(self.stop_lines), frozenset(paragraphs)
        for block in read:
            if len(block.text) <= _MAX_PATTERN_LINE_LENGTH and stop_pattern.fullmatch(block.text):
                return
            if block.text not in kept:
                yield block

    def read_blocks(self, page: Page, selector: str) -> Iterator[Block]:
        """Yield the blocks of everything that one body selector finds, in document order, without dropped elements."""
        dropped = {element for drop in alternatives(self.drop) for element in page.select(drop)}
        kept = {element for keep in alternatives(self.keep) for element in page.select(keep)}
        is_boilerplate_element = is_boilerplate if self.drop_boxes else is_hidden

        def is_dropped(element: etree._Element) -> bool:
            if element not in dropped and (element in kept or not is_boilerplate_element(element)):
                return False
            if is_hidden(element):
                return True
            if is_correction_note(" ".join("".join(element.itertext()).split())):
                return False
            page.left_out.append(element)
            return True

        for value in with_text_between(list(outermost(page.select(selector))), is_dropped):
            if isinstance(value, etree._Element):
                if not dropped or not any(each in dropped for each in (value, *value.iterancestors())):
                    yield from blocks(value, is_dropped)
            else:
                yield from _text_blocks(value)

    def clean(self, blocks: Iterator[Block]) -> tuple[str, ...]:
        """Return the texts of blocks up to the first stop line, without lines that are not part of the article."""
        drop_pattern, stop_pattern = line_pattern(self.drop_lines), line_pattern(self.stop_lines)
        lines: list[Block] = []
        for block in _without_link_lists(blocks) if self.drop_links else blocks:
            if len(block.text) > _MAX_PATTERN_LINE_LENGTH:
                lines.append(block)
                continue
            if stop_pattern.fullmatch(block.text):
                break
            # Not a divider of dots or dashes between sections, no post of a social network, and no other headline.
            is_text = any(map(str.isalnum, block.text)) and not is_post_or_pull_quote(block) and not is_teaser(block)
            if is_text and not drop_pattern.fullmatch(block.text) and not SHARED_LINES.fullmatch(block.text):
                lines.append(block)
        while lines and lines[-1].tag in HEADINGS:
            lines.pop()  # a heading at the end is that of a box that was dropped
        return tuple(_SHORT_CODE.sub("", block.text) if "[" in block.text else block.text for block in lines)


def _without_link_lists(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks without those that are only a link, and without lists whose every item is at least half linked."""
    for is_item, group in itertools.groupby(blocks, lambda block: block.tag == "li"):
        members = list(group)
        if not is_item or not all(block.linked >= 0.5 * len(block.text) for block in members):
            yield from (block for block in members if not (block.links and block.is_link))


def _text_blocks(value: Any) -> Iterator[Block]:
    """Yield the blocks of text from JSON: strings with markup are read as HTML, others are split at blank lines."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, Mapping):
            stack.extend(item[key] for key in reversed(_TYPED_CONTENT_KEYS) if item.get(key))
        elif isinstance(item, list):
            stack.extend(reversed(item))
        elif isinstance(item, str) and ("<" in item or "&" in item):
            yield from blocks(html.fragment_fromstring(f"<div>{item}</div>"), is_boilerplate)
        elif isinstance(item, str):
            yield from (Block(" ".join(part.split()), "p") for part in item.split("\n\n") if part.strip())
