"""What a fetched page is, before anything read from it counts."""

from __future__ import annotations

from collections.abc import Sequence

from newscrawl.extract.page import Page
from newscrawl.extract.walls import wall_of
from newscrawl.items import PageKind


def kind_of(page: Page, headline: str | None, paragraphs: Sequence[str]) -> tuple[PageKind, tuple[str, ...]]:
    """Return the kind of a page and the evidence for it, most telling first."""
    if wall := wall_of(page):
        return wall[0], (wall[1],)
    if not paragraphs:
        return PageKind.EMPTY, ("no paragraph was found",)
    return PageKind.ARTICLE, (f"{len(paragraphs)} paragraphs, {sum(map(len, paragraphs))} characters",)
