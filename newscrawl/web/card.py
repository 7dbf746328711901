"""A picture of one edit for pages that link to it: headline, source, interval, and the words that changed."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from newscrawl.harmless_text import harmless
from newscrawl.humanize import gettext
from newscrawl.items import Evidence, Segment, SegmentOp
from newscrawl.languages import starts_right_to_left
from newscrawl.store.reader import Absent
from newscrawl.web.card_fonts import Fonts, fonts_of, is_installed
from newscrawl.web.card_layout import Line, lines, window
from newscrawl.web.context import AppContext, Context
from newscrawl.web.edits import Edit, edit
from newscrawl.web.params import ArticleId, Number

router = APIRouter(include_in_schema=False, prefix="/article/{article_id}")
WIDTH, HEIGHT = 1200, 630  # what sites show unclipped
HEADLINE_SIZE, HEADLINE_LINES = 48, 3
EXCERPT_SIZES = (56, 46, 36)  # the largest one in which all is shown
TOP, BOTTOM = 142, 535  # baselines of the first and last line
LINE_WIDTH = 1040  # of 1,080: kerning, and dots at the ends
CHECKED_LENGTH = 4_000  # characters of a text: more are on no card


@dataclass(frozen=True, slots=True)
class Card:
    svg: str
    font_files: tuple[str, ...]

    @property
    def digest(self) -> str:
        """The hash of all that the picture shows."""
        return hashlib.sha256(self.svg.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class NoFont:
    """What there is instead of a card of a text that no installed font has all letters of."""


@router.get("/{a:int}/{b:int}/card.png")
async def card_image(request: Request, context: Context, article_id: ArticleId, a: Number, b: Number) -> Response:
    # Of neighbouring versions only: otherwise one could have as many pictures drawn as there are pairs.
    shown = await edit(context, article_id, a, b) if b == a + 1 else None
    card = await card_of(context, shown) if shown else None
    if not isinstance(card, Card):
        raise Absent(gettext("there is no picture of this change"))
    headers = {"etag": f'"{card.digest}"', "cross-origin-resource-policy": "cross-origin"}
    return Response(await _png(context, card), media_type="image/png", headers=headers)


async def card_of(context: AppContext, shown: Edit) -> Card | NoFont | None:
    """Return the card of an edit; None if it is not public, or the library that draws is not installed."""
    is_next = shown.new.version.number == shown.old.version.number + 1
    a, b = shown.old.version, shown.new.version
    is_public = not shown.new.hold and not shown.new.retraction and Evidence.NONE not in (a.evidence, b.evidence)
    if not is_next or not is_public or not is_installed():
        return None
    key = (b.article_id, b.number, a.article.display_digest, b.article.display_digest, shown.publisher, shown.interval)
    kept: Card | NoFont | None = context.caches.cards.get(key)
    if kept is None:
        kept = await asyncio.to_thread(_card, context, shown)  # the first one reads files of fonts
    context.caches.cards.put(key, kept)
    return kept


def _card(context: AppContext, shown: Edit) -> Card | NoFont:
    headline = harmless(shown.new.version.article.headline)[:CHECKED_LENGTH]
    marked = shown.excerpt or (Segment(SegmentOp.KEEP, shown.summary),)
    excerpt = tuple(Segment(segment.op, harmless(segment.text)[:CHECKED_LENGTH]) for segment in marked)
    publisher = harmless(shown.publisher)[:80]
    text = " ".join([headline, publisher, shown.interval, *(segment.text for segment in excerpt), "…"])
    regular, bold = (fonts_of(text, shown.language, weight) for weight in ("Regular", "Bold"))
    if regular is None or bold is None:
        return NoFont()
    found = window(lines((Segment(SegmentOp.KEEP, headline),), bold, HEADLINE_SIZE, LINE_WIDTH), HEADLINE_LINES)
    head = [(TOP + 60 * index, line) for index, line in enumerate(found)]
    size, body = _placed(excerpt, bold, TOP + 60 * (len(found) - 1))
    values = {
        "headline": head,
        "headline_size": HEADLINE_SIZE,
        "excerpt": body,
        "excerpt_size": size,
        "publisher": bold.shown(publisher),
        "interval": shown.interval[:1].upper() + shown.interval[1:],
        "families": regular.families,
        "is_rtl": starts_right_to_left(headline),
    }
    return Card(context.text("card.svg", values), _files(regular, bold))


def _placed(excerpt: Sequence[Segment], bold: Fonts, above: int) -> tuple[int, list[tuple[int, Line]]]:
    """Return the size of an excerpt, and its lines with their baselines, below one at `above`.

    Marked words are bold, and bold letters are the wider ones: their widths hold for all.
    """
    for size in EXCERPT_SIZES:
        first, step = above + 40 + size, round(size * 1.38)
        count = (BOTTOM - first) // step + 1
        found = lines(excerpt, bold, size, LINE_WIDTH)
        if len(found) <= count:
            break
    return size, [(first + step * index, line) for index, line in enumerate(window(found, count))]


def _files(*fonts: Fonts) -> tuple[str, ...]:
    return tuple(str(face.path) for each in fonts for face in each.faces)


async def _png(context: AppContext, card: Card) -> bytes:
    """Return the picture, drawn once: one at a time, since each takes a processor for some tenths of a second."""
    async with context.drawing:
        kept = context.caches.card_images.get(card.digest)
        if kept is None:
            kept = await asyncio.to_thread(_draw, card)
        return context.caches.card_images.put(card.digest, kept, len(kept))


def _draw(card: Card) -> bytes:
    import resvg_py

    return bytes(resvg_py.svg_to_bytes(svg_string=card.svg, skip_system_fonts=True, font_files=list(card.font_files)))
