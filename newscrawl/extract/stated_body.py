"""The text that a page states as a whole in JSON-LD: its words from there, its paragraph breaks from the tree."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator
from itertools import islice, pairwise

from lxml import etree, html

from newscrawl.extract.blocks import MAX_BLOCKS, Block, blocks
from newscrawl.extract.boilerplate import is_hidden
from newscrawl.extract.page import Page
from newscrawl.extract.text_density import bare

_ESCAPED_MARKUP = re.compile(r"&lt;(?:/p|br)\b", re.IGNORECASE)
_LONG_BLOCK = 40  # letters
_MAX_GAP = 400  # letters of a stated text that may be missing between two blocks of it
_MIN_FOUND = 0.9
_OPENING = "\"'“„«‘‚([¿¡「『#@$€£"


def stated_blocks(page: Page) -> Iterator[Block]:
    """Yield the paragraphs of JSON-LD's articleBody: by its markup, by the tree's blocks if it has them, or by lines.

    The tree may hide them, as behind an offer to subscribe. All words are the stated ones, whatever the tree has.
    """
    body = page.ld.get("articleBody")
    stated = "\n".join(map(str, body)) if isinstance(body, list) else str(body or "")
    if "<" not in stated and _ESCAPED_MARKUP.search(stated):
        stated = entities.unescape(stated)
    if "</p>" in stated or "<br" in stated:
        yield from blocks(html.fragment_fromstring(stated, create_parent="div"), is_hidden)
        return
    stated = entities.unescape(stated)
    parts = _parts_of_tree(page, stated) or stated.splitlines()
    yield from (Block(" ".join(part.split()), "p") for part in parts if part.strip())


def _parts_of_tree(page: Page, stated: str) -> list[str]:
    """Return the stated text, cut where the tree's blocks of it begin and end; empty if it has under 90 % of it."""
    lowered = stated.lower()
    places = [at for at, char in enumerate(lowered) if char.isalnum()]
    if len(lowered) != len(stated) or not places:
        return []
    cuts, at, size = {0}, 0, 0
    whole = bare(stated)
    for block in islice(blocks(page.tree, _is_script), MAX_BLOCKS):
        text = bare(block.text)
        # A short block must follow at once: words of menus are in every text.
        end = at + len(text) + (_MAX_GAP if len(text) >= _LONG_BLOCK else 0)
        if text and (found := whole.find(text, at, end)) >= 0:
            at, size = found + len(text), size + len(text)
            cuts |= {_start(stated, places[found]), _start(stated, places[at]) if at < len(places) else 0}
    if size < _MIN_FOUND * len(whole):
        return []
    return [stated[start:end] for start, end in pairwise([*sorted(cuts), len(stated)])]


def _start(text: str, at: int) -> int:
    """Return where a paragraph with this first letter begins, its opening marks included."""
    while at > 0 and text[at - 1] in _OPENING:
        at -= 1
    return at


def _is_script(element: etree._Element) -> bool:
    return element.tag in ("script", "style", "noscript", "template", "head")
