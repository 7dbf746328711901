"""Pages of one article: its history, its versions, and the diff of any two of them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from newscrawl.store.reader import ArticleView, Batch, ChangeEntry, VersionSummary
from newscrawl.web import feeds
from newscrawl.web.desk import AtDesk, Desk, in_words
from newscrawl.web.headlines import headlines
from newscrawl.web.params import ArticleId, Number
from newscrawl.web.schedule import schedule
from newscrawl.web.timeline import timeline

router = APIRouter(include_in_schema=False, prefix="/article/{article_id}")
PAGE = 1_000  # versions on one page, in one table or picker
Before = Annotated[int | None, Query(ge=2, le=9_999_999)]
Picked = Annotated[int, Query(ge=1, le=9_999_999)]
View = Annotated[str | None, Query(pattern=r"^(inline|sides)$")]


@router.get("")
async def article(request: Request, desk: AtDesk, article_id: ArticleId, before: Before = None) -> Response:
    story = await desk.reader.articles.story(article_id)
    lines, events, checks = await asyncio.gather(
        desk.reader.articles.lines(article_id, before=before, limit=PAGE),
        desk.reader.articles.events(article_id),
        desk.reader.articles.checks(article_id),
    )
    values = {
        **facts(story, desk),
        "lines": lines,
        "stretches": stretches(story, before),
        "headlines": headlines(lines),
        "events": events,
        "picture": timeline(story, lines, checks, desk.clock.now()),
    }
    return desk.page(request, "article.html", values)


@router.get("/changes.{form}")
async def changes(request: Request, desk: AtDesk, article_id: ArticleId, form: feeds.Form) -> Response:
    story = await desk.reader.articles.story(article_id)
    lines = await desk.reader.articles.lines(article_id, limit=feeds.LENGTH + 1)
    entries = [
        ChangeEntry(line, story, before.headline if before else None)
        for before, line in zip((None, *lines), lines, strict=False)
        if not line.is_held and (line.number == 1 or (before is not None and before.number == line.number - 1))
    ]
    batch = Batch(tuple(reversed(entries))[: feeds.LENGTH])
    return await feeds.answer(request, desk, form, f"Changes: {story.headline}", f"/article/{article_id}", batch)


@router.get("/diff")
async def pick(request: Request, desk: AtDesk, article_id: ArticleId, a: Picked = 1, b: Picked = 1) -> Response:
    """Send the picker's form to the address of the pair."""
    await desk.reader.articles.story(article_id)
    first, second = sorted((a, b))
    target = f"/article/{article_id}/{first}/{second}" if first != second else f"/article/{article_id}/{first}"
    return RedirectResponse(target, 303)


@router.get("/{a:int}/{b:int}")
async def compare(
    request: Request, desk: AtDesk, article_id: ArticleId, a: Number, b: Number, view: View = None
) -> Response:
    if a == b:
        return RedirectResponse(f"/article/{article_id}/{a}", 303)
    story = await desk.reader.articles.story(article_id)
    (old, new), lines = await asyncio.gather(
        desk.reader.articles.pair(article_id, a, b),
        desk.reader.articles.lines(article_id, before=around(story, a, b), limit=PAGE),
    )
    found, laid_out = await desk.compare(old.version, new.version)
    is_step = b == a + 1
    values = {
        **facts(story, desk),
        "a": old,
        "b": new,
        "lines": lines,
        "neighbours": neighbours(lines, a, b),
        "sheet": laid_out,
        "paragraphs": await desk.sheet(old.version, new.version, view or "sides"),
        "summary": (new.version.change.summary if is_step else "") or in_words(found),
        "change": new.version.change if is_step else None,
        "view": view or "sides",
        "is_private": True,
    }
    return desk.page(request, "diff.html", values)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Versions that stand on one page; `address` None: this one."""

    first: int
    last: int
    address: str | None


def stretches(story: ArticleView, before: int | None) -> tuple[Stretch, ...]:
    """Return the pages that a long history takes, newest first; none if one is enough."""
    if story.number <= PAGE:
        return ()
    home = f"/article/{story.article_id}"
    here = story.number + 1 if before is None else before
    found = []
    for end in range(story.number + 1, 1, -PAGE):
        address = home if end > story.number else f"{home}?before={end}"
        found.append(Stretch(max(1, end - PAGE), end - 1, None if end == here else address))
    return tuple(found)


def around(story: ArticleView, *numbers: int) -> int | None:
    """Return the bound of a stretch that has these versions in it, with half a page of newer ones."""
    bound = max(numbers) + PAGE // 2 + 1
    return bound if bound <= story.number else None


def facts(story: ArticleView, desk: Desk) -> dict[str, Any]:
    return {
        "story": story,
        "schedule": schedule(story, desk.clock.now()),
        "feed": {
            "base": f"/article/{story.article_id}/changes", "query": {}, "title": f"Changes: {story.headline}",
        },
    }  # fmt: skip


def neighbours(lines: tuple[VersionSummary, ...], a: int, b: int) -> dict[str, str | None]:
    """Return the addresses of the changes before and after the pair shown."""
    numbers = [line.number for line in lines]
    first, last = min(a, b), max(a, b)
    before = [n for n in numbers if n < first]
    after = [n for n in numbers if n > last]
    return {
        "previous": f"{before[-1]}/{first}" if before else None,
        "next": f"{last}/{after[0]}" if after else None,
    }
