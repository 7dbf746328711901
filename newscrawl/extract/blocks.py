"""From a container element to the paragraphs a reader sees in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from newscrawl.extract.boilerplate import is_box, is_hidden

BLOCK_TAGS = frozenset(
    {
        "p", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "div", "section", "article", "main", "ul",
        "ol", "dl", "dt", "dd", "table", "tbody", "thead", "tr", "td", "th", "figure", "hr", "center", "address",
        "details", "summary", "header", "footer", "aside", "nav", "body", "form", "fieldset", "caption",
    }
)  # fmt: skip
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SPACE = re.compile(r"[ \t\r\n\f]+")
_SPACES = re.compile(r" {2,}")
_BREAK = "\x0b"  # one <br>; never in text, since XML forbids it
# Two breaks end a paragraph, and so does one between two long lines of which the first is a finished sentence.
_PARAGRAPH_END = re.compile(r"\x0b[\s\x0b]*\x0b")
_LINE_END = re.compile(r"(?<=[^\x0b]{60})(?<=[.!?…。！？\"”»’)])[\s]*\x0b(?=[^\x0b]{60})")
_INITIAL = re.compile(r"drop-?cap|initial-letter|dropped-letter", re.IGNORECASE)


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
        """Whether nearly nothing but links is in it."""
        return self.linked >= 0.9 * len(self.text)


@dataclass(slots=True)
class _Writer:
    """Collects text until a block boundary ends the paragraph."""

    parts: list[str]
    linked: int = 0
    links: int = 0
    is_link: bool = False
    is_pre: bool = False
    has_initial: bool = False  # a drop capital was read: the word goes on after white space

    def add(self, text: str | None) -> None:
        if not text:
            return
        if self.is_pre:
            text = text.replace("\n", _BREAK)
        elif not text.isprintable() or "  " in text:  # a line feed or tab is not printable: most texts need no look
            text = _SPACE.sub(" ", text)
        if self.has_initial:
            text = text.lstrip()
            self.has_initial = not text
        self.parts.append(text)
        if self.is_link:
            self.linked += len(text.strip())

    def end(self, around: Sequence[etree._Element]) -> Iterator[Block]:
        if self.parts:
            text, linked, links = "".join(self.parts), self.linked, self.links
            self.parts, self.linked, self.links = [], 0, 0
            pieces = [text] if self.is_pre else _paragraphs(text)
            for piece in pieces:
                if line := _clean(piece, self.is_pre):
                    linked = min(linked, len(line)) if len(pieces) == 1 else 0
                    yield Block(line, _tag(around), around[-1], linked, links)


def _tag(around: Sequence[etree._Element]) -> str:
    """Return the tag of the innermost block; a paragraph right inside a list item is the item."""
    inner = str(around[-1].tag)
    return "li" if inner in ("p", "div") and len(around) > 1 and around[-2].tag == "li" else inner


def _paragraphs(text: str) -> list[str]:
    if _BREAK not in text:
        return [text]
    return [line for part in _PARAGRAPH_END.split(text) for line in _LINE_END.split(part)]


def _clean(text: str, is_pre: bool) -> str:
    if is_pre:
        return text.replace(_BREAK, "\n").strip()
    text = text.replace(_BREAK, " ")
    return (_SPACES.sub(" ", text) if "  " in text else text).strip(" \n\xa0")


def blocks(container: etree._Element, is_dropped: Callable[[etree._Element], bool]) -> Iterator[Block]:
    """Yield the paragraphs of a container in document order, leaving out dropped elements with all they hold.

    A paragraph ends where a block element begins or ends, and at `<br><br>`; loose text between blocks is one too.
    """
    writer = _Writer([])
    around: list[etree._Element] = [container]
    walker = etree.iterwalk(container, events=("start", "end", "comment", "pi"))
    skipped: etree._Element | None = None
    for event, element in walker:
        tag = element.tag
        if event in ("comment", "pi"):
            writer.add(element.tail)
        elif event == "start":
            if element is not container and is_dropped(element):
                if tag in BLOCK_TAGS:
                    yield from writer.end(around)
                skipped = element
                walker.skip_subtree()
                continue
            if tag in BLOCK_TAGS:
                yield from writer.end(around)
                around.append(element)
                writer.is_pre = tag == "pre"
            elif tag == "br":
                writer.parts.append(_BREAK)
            elif tag == "a":
                writer.is_link, writer.links = True, writer.links + 1
            writer.add(element.text)
        else:
            if element is skipped:
                skipped = None
            elif tag in BLOCK_TAGS:
                yield from writer.end(around)
                around.pop()
                writer.is_pre = False
            elif tag == "a":
                writer.is_link = False
            elif tag == "span" and _INITIAL.search(element.get("class", "")):
                writer.has_initial = len("".join(element.itertext()).strip()) == 1
            if element is not container:
                writer.add(element.tail)
    yield from writer.end(around)


def line(element: etree._Element) -> str:
    """Return the visible text of an element as one line."""
    return " ".join(block.text for block in blocks(element, is_hidden)).replace("\n", " ")


def is_beside(element: etree._Element) -> bool:
    """Tell whether the shared list drops an element from any story."""
    return is_hidden(element) or is_box(element)
