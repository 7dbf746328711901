"""From a container element to the paragraphs a reader sees in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lxml import etree

from newscrawl.extract.drops import is_box, is_hidden

BLOCK_TAGS = frozenset(
    {
        "p", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "div", "section", "article", "main", "ul",
        "ol", "dl", "dt", "dd", "table", "tbody", "thead", "tr", "td", "th", "figure", "hr", "center", "address",
        "details", "summary", "header", "footer", "aside", "nav", "body", "form", "fieldset", "caption",
    }
)  # fmt: skip
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BREAK = "\x0b"  # one <br>; never in text, since XML forbids it
_PARAGRAPH_END = re.compile(r"\x0b[\s\x0b]*\x0b")


@dataclass(slots=True)
class Block:
    """One paragraph: its text, the tag of the innermost block element around it, and how much of it is linked."""

    text: str
    tag: str
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

    def add(self, text: str | None) -> None:
        if not text:
            return
        text = text.replace("\n", _BREAK) if self.is_pre else _SPACE.sub(" ", text)
        self.parts.append(text)
        if self.is_link:
            self.linked += len(text.strip())

    def end(self, tag: str) -> Iterator[Block]:
        if self.parts:
            text, linked, links = "".join(self.parts), self.linked, self.links
            self.parts, self.linked, self.links = [], 0, 0
            pieces = [text] if self.is_pre else _PARAGRAPH_END.split(text)
            for piece in pieces:
                if line := _clean(piece, self.is_pre):
                    yield Block(line, tag, min(linked, len(line)) if len(pieces) == 1 else 0, links)


def _clean(text: str, is_pre: bool) -> str:
    if is_pre:
        return text.replace(_BREAK, "\n").strip()
    return re.sub(r" {2,}", " ", text.replace(_BREAK, " ")).strip(" \n\xa0")


def blocks(container: etree._Element, is_dropped: Callable[[etree._Element], bool]) -> Iterator[Block]:
    """Yield the paragraphs of a container in document order, leaving out dropped elements with all they hold.

    A paragraph ends where a block element begins or ends, and at `<br><br>`; loose text between blocks is one too.
    """
    writer = _Writer([])
    around: list[str] = ["div"]
    walker = etree.iterwalk(container, events=("start", "end", "comment", "pi"))
    skipped: etree._Element | None = None
    for event, element in walker:
        tag = element.tag
        if event in ("comment", "pi"):
            writer.add(element.tail)
        elif event == "start":
            if element is not container and is_dropped(element):
                if tag in BLOCK_TAGS:
                    yield from writer.end(around[-1])
                skipped = element
                walker.skip_subtree()
                continue
            if tag in BLOCK_TAGS:
                yield from writer.end(around[-1])
                around.append(tag)
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
                yield from writer.end(around.pop())
                writer.is_pre = False
            elif tag == "a":
                writer.is_link = False
            if element is not container:
                writer.add(element.tail)
    yield from writer.end(around[-1])


def line(element: etree._Element) -> str:
    """Return the visible text of an element as one line."""
    return " ".join(block.text for block in blocks(element, is_hidden)).replace("\n", " ")


def is_beside(element: etree._Element) -> bool:
    """Tell whether the shared list drops an element from any story."""
    return is_hidden(element) or is_box(element)
