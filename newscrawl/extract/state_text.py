"""The text of an article in the JSON that a page carries for its scripts, where the tree has none.

Every framework and newsroom has keys of its own: what is sought is a list whose items hold paragraphs, or one text of
markup with several, and it is read from nowhere else than what is not of other articles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from lxml import etree, html

from newscrawl.extract.blocks import Block, blocks
from newscrawl.extract.boilerplate import is_hidden
from newscrawl.extract.page import Page
from newscrawl.extract.structured import MAX_STATE_SIZE, assigned_json, parse_json

_SCRIPT_TYPES = ("", "module", "text/javascript", "application/javascript")
# `window.__STATE__ = {…}`, `window["state"] = JSON.parse("…")`, `var page = {…}`
_ASSIGNMENT = re.compile(
    r"(?:(?:window|self|globalThis)(?:\.|\[[\"'])|\b(?:var|let|const) )([\w$]{2,60})"
    r"[\"'\]]{0,2} ?= ?(?:[\[{]|JSON\.parse\()"
)
_MAX_ASSIGNMENTS = 10  # of a script
_MAX_VALUES = 50_000  # of a state
_MIN_PARAGRAPHS, _MIN_SIZE = 3, 200  # of a text
_MIN_SENTENCES = 2  # paragraphs as long as one
_SENTENCE = 60  # characters
_TEXT_KEYS = ("text", "html", "content", "value", "body", "paragraph", "markup")
_WRAPPING_KEYS = ("data", "attributes", "props", "fields", "model")  # around the text of an item
_LINK_KEYS = frozenset({"url", "href", "slug", "link", "canonicalUrl", "path", "author", "username", "user"})
_OTHERS = (
    "comment", "related", "recommend", "teaser", "latest", "popular", "trending", "footer", "nav", "menu", "legal",
)  # fmt: skip
_MARKS = ("<p", "<br", "<div")


def state_blocks(page: Page) -> list[Block]:
    """Return the blocks of the longest text in the page's JSON for scripts; empty if none is one."""
    texts = [text for script in page.index.tagged("script") for text in _texts_of(script)]
    return max(texts, key=lambda text: sum(len(block.text) for block in text), default=[])


def _texts_of(script: etree._Element) -> Iterator[list[Block]]:
    text = script.text or ""
    kind = script.get("type", "").lower()
    if len(text) > MAX_STATE_SIZE or len(text) < _MIN_SIZE:
        return
    stack: list[Any] = []
    if kind == "application/json":
        stack = [parse_json(text)]
    elif kind in _SCRIPT_TYPES:
        names = dict.fromkeys(match[1] for match in islice(_ASSIGNMENT.finditer(text), _MAX_ASSIGNMENTS))
        stack = [assigned_json(text, name) for name in names]
    for _ in range(_MAX_VALUES):
        if not stack:
            return
        value = stack.pop()
        if isinstance(value, Mapping):
            stack.extend(inner for key, inner in value.items() if not any(word in key.lower() for word in _OTHERS))
        elif isinstance(value, list):
            stack.extend(value)
            parts = [part for item in value if (part := _part(item))]
            found = [block for part in parts for block in _blocks(part)] if len(parts) >= _MIN_PARAGRAPHS else []
            yield from filter(_is_text, (found,))
        elif isinstance(value, str) and len(value) >= _MIN_SIZE and any(mark in value for mark in _MARKS):
            yield from filter(_is_text, (_blocks(value),))


def _part(item: Any) -> str:
    """Return the text of an item of a list, be it one itself or hold it; empty if it stands for another page."""
    if isinstance(item, str):
        return item if " " in item.strip() or len(item) > _SENTENCE else ""
    if not isinstance(item, Mapping) or not _LINK_KEYS.isdisjoint(item):
        return ""
    held = next((item[key] for key in _TEXT_KEYS if isinstance(item.get(key), str) and item[key].strip()), "")
    inner = next((item[key] for key in _WRAPPING_KEYS if isinstance(item.get(key), Mapping)), None)
    return held or (_part(inner) if inner is not None else "")


def _blocks(text: str) -> list[Block]:
    if "<" in text or "&" in text:
        return list(blocks(html.fragment_fromstring(text, create_parent="div"), is_hidden))
    return [Block(" ".join(part.split()), "p") for part in text.split("\n\n") if part.strip()]


def _is_text(found: list[Block]) -> bool:
    if len(found) < _MIN_PARAGRAPHS or sum(len(block.text) for block in found) < _MIN_SIZE:
        return False
    return sum(len(block.text) >= _SENTENCE for block in found) >= _MIN_SENTENCES
