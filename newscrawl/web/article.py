"""Pages of one article: its history, its versions, and the diff of any two of them."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from newscrawl.store.reader import Batch, Entry, Line, Story
from newscrawl.web import feeds
from newscrawl.web.desk import AtDesk, Desk, in_words
from newscrawl.web.headlines import headlines
from newscrawl.web.params import ArticleId, Number
from newscrawl.web.schedule import schedule
from newscrawl.web.timeline import timeline

router = APIRouter(include_in_schema=False, prefix="/article/{article_id}")
Picked = Annotated[int, Query(ge=1, le=9_999_999)]
View = Annotated[str | None, Query(pattern=r"^(inline|sides)$")]


@router.get("")
async def article(request: Request, desk: AtDesk, article_id: ArticleId) -> Response:
    story = await desk.reader.stories.story(article_id)
    lines, events, checks = await asyncio.gather(
        desk.reader.stories.lines(article_id),
        desk.reader.stories.events(article_id),
        desk.reader.stories.checks(article_id),
    )
    values = {
        **facts(story, desk),
        "lines": lines,
        "headlines": headlines(lines),
        "events": events,
        "picture": timeline(story, lines, checks, desk.clock.now()),
    }
    return desk.page(request, "article.html", values)


@router.get("/changes.{form}")
async def changes(request: Request, desk: AtDesk, article_id: ArticleId, form: feeds.Form) -> Response:
    story = await desk.reader.stories.story(article_id)
    lines = await desk.reader.stories.lines(article_id, limit=feeds.LENGTH + 1)
    entries = [
        Entry(line, story, before.headline if before else None)
        for before, line in zip((None, *lines), lines, strict=False)
        if not line.is_held and (line.number == 1 or (before is not None and before.number == line.number - 1))
    ]
    batch = Batch(tuple(reversed(entries))[: feeds.LENGTH])
    return await feeds.answer(request, desk, form, f"Changes: {story.headline}", f"/article/{article_id}", batch)


@router.get("/diff")
async def pick(request: Request, desk: AtDesk, article_id: ArticleId, a: Picked = 1, b: Picked = 1) -> Response:
    """Send the picker's form to the address of the pair."""
    await desk.reader.stories.story(article_id)
    first, second = sorted((a, b))
    target = f"/article/{article_id}/{first}/{second}" if first != second else f"/article/{article_id}/{first}"
    return RedirectResponse(target, 303)


@router.get("/{a:int}/{b:int}")
async def compare(
    request: Request, desk: AtDesk, article_id: ArticleId, a: Number, b: Number, view: View = None
) -> Response:
    if a == b:
        return RedirectResponse(f"/article/{article_id}/{a}", 303)
    story = await desk.reader.stories.story(article_id)
    old, new = await desk.reader.stories.pair(article_id, a, b)
    lines = await desk.reader.stories.lines(article_id)
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


def facts(story: Story, desk: Desk) -> dict[str, Any]:
    return {
        "story": story,
        "schedule": schedule(story, desk.clock.now()),
        "feed": {
            "base": f"/article/{story.article_id}/changes", "query": {}, "title": f"Changes: {story.headline}",
        },
    }  # fmt: skip


def neighbours(lines: tuple[Line, ...], a: int, b: int) -> dict[str, str | None]:
    """Return the addresses of the changes before and after the pair shown."""
    numbers = [line.number for line in lines]
    first, last = min(a, b), max(a, b)
    before = [n for n in numbers if n < first]
    after = [n for n in numbers if n > last]
    return {
        "previous": f"{before[-1]}/{first}" if before else None,
        "next": f"{last}/{after[0]}" if after else None,
    }
