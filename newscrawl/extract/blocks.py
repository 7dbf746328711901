"""The visible paragraphs of a container element."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from newscrawl.extract.boilerplate import is_box, is_hidden
from newscrawl.extract.small_boxes import is_small_box

BLOCK_TAGS = frozenset(
    {
        "p", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "div", "section", "article", "main", "ul",
        "ol", "dl", "dt", "dd", "table", "tbody", "thead", "tr", "td", "th", "figure", "hr", "center", "address",
        "details", "summary", "header", "footer", "aside", "nav", "body", "form", "fieldset", "caption",
    }
)  # fmt: skip
COLLECTION_TAGS = frozenset({"table", "ul", "ol", "dl", "pre", "blockquote", "figure"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_WHITE_SPACE = re.compile(r"[ \t\r\n\f]+")
_SPACE_RUN = re.compile(r" {2,}")
_BREAK = "\x0b"  # one <br>; never in text, since XML forbids it
# Two breaks end a paragraph, and so does one between two long lines of which the first is a finished sentence; in a
# script that needs half as many characters as Latin, half as long.
_PARAGRAPH_END = re.compile(r"\x0b[\s\x0b]*\x0b")
_LINE_END = re.compile(
    r"(?:(?<=[^\x0b]{60})(?<=[.!?…\"”»’)])[\s]*\x0b(?=[^\x0b]{60})|(?<=[。！？」』])[\s]*\x0b(?=[^\x0b]{15}))"
)
MAX_BLOCKS = 4000  # of a page; one with more is a listing or hostile
_MIN_LINES = 4  # so many short lines with single breaks are a list: of dates, names, results
_MIN_PART_OF_PRE = 60  # characters
_MAX_CELL_SIZE = 300  # characters; a longer cell is a column of the page's layout
_READ_OTHERWISE = frozenset({"pre", "br", "a"})  # than as white space and words, if alone
_CELLS = frozenset({"td", "th"})
_HOLDER_TAGS = frozenset({"div", "section", "article", "main", "body", "td", "center", "blockquote", "aside"})
_BLOCK_STYLE = re.compile(r"display:\s*block", re.IGNORECASE)
_MIN_COMPONENT = 40  # characters
_DROP_CAP_CLASS = re.compile(r"drop-?cap|initial-letter|dropped-letter", re.IGNORECASE)


class _Rows:
    """Which rows of tables are one paragraph: those whose cells are all short and hold no paragraphs."""

    def __init__(self) -> None:
        self._plain: dict[etree._Element, bool] = {}

    def has_plain(self, cell: etree._Element) -> bool:
        """Return whether a cell is read as part of its row."""
        row = cell.getparent()
        if row is None or row.tag != "tr":
            return False
        if row not in self._plain:
            self._plain[row] = _is_plain_row(row)
        return self._plain[row]


def _is_plain_row(row: etree._Element) -> bool:
    sizes = []
    for cell in row.iterchildren("*"):
        if any(element.tag in BLOCK_TAGS or element.tag == "br" for element in cell.iterdescendants("*")):
            return False
        sizes.append(len("".join(cell.itertext()).strip()))
    # Letters set in a table have a row for each paragraph, long or short, with empty cells for its margins.
    return sum(map(bool, sizes)) == 1 or max(sizes, default=0) <= _MAX_CELL_SIZE


class _OwnElements:
    """Which elements of other kinds are blocks: components (`<x-paragraph>`), and `<span style="display:block">`."""

    def __init__(self) -> None:
        self._holders: dict[etree._Element, bool] = {}

    def is_block(self, element: etree._Element, container: etree._Element) -> bool:
        """Return whether an element stands for a paragraph: set as a block, or a component beside others, as text."""
        if element.tag == "span":
            return element is not container and _BLOCK_STYLE.search(element.get("style", "")) is not None
        holder = element.getparent() if element is not container else None
        if holder is None or (holder.tag not in _HOLDER_TAGS and "-" not in holder.tag):
            return False
        if holder not in self._holders:
            self._holders[holder] = _holds_components_as_text(holder)
        return self._holders[holder]


def _holds_components_as_text(holder: etree._Element) -> bool:
    """Return whether an element has no text of its own, and among its components one as long as a sentence."""
    if (holder.text or "").strip() or any((child.tail or "").strip() for child in holder):
        return False
    components = (child for child in holder if isinstance(child.tag, str) and "-" in child.tag)
    return any(_is_sentence("".join(component.itertext()).strip()) for component in components)


def _is_sentence(text: str) -> bool:
    return len(text) >= _MIN_COMPONENT or text.endswith(("。", "！", "？", "।", "."))


@dataclass(slots=True)
class Block:
    """One paragraph: its text, the innermost block element around it, and how much of it is linked."""

    text: str
    tag: str
    element: etree._Element | None = None  # None for text out of JSON
    linked: int = 0  # characters inside links
    links: int = 0

    @property
    def is_link(self) -> bool:
        """Whether at least 90 % of the text is linked."""
        return self.linked >= 0.9 * len(self.text)


@dataclass(slots=True)
class _Writer:
    """Collects text until a block boundary ends the paragraph."""

    parts: list[str]
    linked: int = 0
    links: int = 0
    is_link: bool = False
    is_pre: bool = False
    follows_drop_cap: bool = False  # the word that began with a drop capital continues after white space

    def add(self, text: str | None) -> None:
        if not text:
            return
        if self.is_pre:
            text = text.replace("\n", _BREAK)
        elif not text.isprintable() or "  " in text:  # line feeds and tabs are not printable; most texts have none
            text = _WHITE_SPACE.sub(" ", text)
        if self.follows_drop_cap:
            text = text.lstrip()
            self.follows_drop_cap = not text
        self.parts.append(text)
        if self.is_link:
            self.linked += len(text.strip())

    def end(self, open_blocks: Sequence[etree._Element]) -> Iterator[Block]:
        if self.parts:
            text, linked, links = "".join(self.parts), self.linked, self.links
            self.parts, self.linked, self.links = [], 0, 0
            paragraphs = _paragraphs_of_pre(text) if self.is_pre else _paragraphs(text)
            for paragraph in paragraphs:
                if line := _clean(paragraph, self.is_pre):
                    linked = min(linked, len(line)) if len(paragraphs) == 1 else 0
                    yield Block(line, _tag(open_blocks), open_blocks[-1], linked, links)


def _tag(open_blocks: Sequence[etree._Element]) -> str:
    """Return the tag of the innermost block; a paragraph directly inside a list item counts as the item."""
    tag = str(open_blocks[-1].tag)
    if "-" in tag or tag == "span":
        return "div"
    return "li" if tag in ("p", "div") and len(open_blocks) > 1 and open_blocks[-2].tag == "li" else tag


def _paragraphs(text: str) -> list[str]:
    if _BREAK not in text:
        return [text]
    if text.count(_BREAK) >= _MIN_LINES - 1 and _is_list(lines := text.split(_BREAK)):
        return lines
    return [line for part in _PARAGRAPH_END.split(text) for line in _LINE_END.split(part)]


def _paragraphs_of_pre(text: str) -> list[str]:
    """Return the parts between blank lines if all are prose, as in an agency's report; else the whole: a table."""
    parts = [part for part in _PARAGRAPH_END.split(text) if part.strip()]
    return parts if all(len(part.strip()) >= _MIN_PART_OF_PRE for part in parts) else [text]


def _is_list(lines: Sequence[str]) -> bool:
    """Return whether lines are the items of a list: four or more, short, and most of them no part of a sentence."""
    items = [line.strip() for line in lines if line.strip()]
    if len(items) < _MIN_LINES or max(map(len, items)) > 120:
        return False
    return 2 * sum(any(map(str.isdigit, item)) for item in items) >= len(items)


def _clean(text: str, is_pre: bool) -> str:
    if is_pre:
        return text.replace(_BREAK, "\n").strip()
    text = text.replace(_BREAK, " ")
    return (_SPACE_RUN.sub(" ", text) if "  " in text else text).strip(" \n\xa0")


def blocks(container: etree._Element, is_dropped: Callable[[etree._Element], bool]) -> Iterator[Block]:
    """Yield the paragraphs of a container in document order, without dropped elements and everything inside them.

    A paragraph ends where a block element begins or ends, and at `<br><br>`; loose text between blocks is one, too.
    A row of a table is one paragraph, unless its cells hold paragraphs themselves.
    """
    if not len(container) and container.tag not in _READ_OTHERWISE:
        # Most headings and many paragraphs hold no element: to prepare a walk takes longer than to read them.
        if text := _clean(_WHITE_SPACE.sub(" ", container.text or ""), is_pre=False):
            yield Block(text, str(container.tag), container)
        return
    writer, rows, own = _Writer([]), _Rows(), _OwnElements()
    open_blocks: list[etree._Element] = [container]
    walker = etree.iterwalk(container, events=("start", "end", "comment", "pi"))
    skipped: etree._Element | None = None
    for event, element in walker:
        tag = element.tag
        if event in ("comment", "pi"):
            writer.add(element.tail)
        elif event == "start":
            if element is not container and is_dropped(element):
                if tag in BLOCK_TAGS:
                    yield from writer.end(open_blocks)
                skipped = element
                walker.skip_subtree()
                continue
            if tag in _CELLS and element is not container and rows.has_plain(element):
                writer.add(" ")
            elif tag in BLOCK_TAGS:
                yield from writer.end(open_blocks)
                open_blocks.append(element)
                writer.is_pre = tag == "pre"
            elif tag == "br":
                writer.parts.append(_BREAK)
            elif tag == "a" and "href" in element.attrib:  # not the mark of a place, as around headings
                writer.is_link, writer.links = True, writer.links + 1
            elif ("-" in tag or (tag == "span" and "style" in element.attrib)) and own.is_block(element, container):
                yield from writer.end(open_blocks)
                open_blocks.append(element)
            writer.add(element.text)
        else:
            if element is skipped:
                skipped = None
            elif open_blocks[-1] is element and (tag in BLOCK_TAGS or element is not container):
                yield from writer.end(open_blocks)
                open_blocks.pop()
                writer.is_pre = False
            elif tag == "a":
                writer.is_link = False
            elif tag == "span" and (classes := element.get("class")) and _DROP_CAP_CLASS.search(classes):
                writer.follows_drop_cap = len("".join(element.itertext()).strip()) == 1
            if element is not container:
                writer.add(element.tail)
    yield from writer.end(open_blocks)


def line(element: etree._Element) -> str:
    """Return the visible text of an element as one line."""
    return " ".join(block.text for block in blocks(element, is_hidden)).replace("\n", " ")


def is_boilerplate(element: etree._Element) -> bool:
    """Return whether the shared list drops this element from every article."""
    return is_hidden(element) or is_box(element) or is_small_box(element)
