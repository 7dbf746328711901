"""Pages of one article: its history, its versions, and the diff of any two of them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from newscrawl.humanize import next_check_sentence
from newscrawl.store.reader import ArticleView, Batch, ChangeEntry, VersionSummary
from newscrawl.web import feeds
from newscrawl.web.context import AppContext, Context, in_words
from newscrawl.web.headlines import headlines
from newscrawl.web.params import ArticleId, Number
from newscrawl.web.timeline import timeline

router = APIRouter(include_in_schema=False, prefix="/article/{article_id}")
PAGE = 1_000  # versions on one page, in one table or picker
Before = Annotated[int | None, Query(ge=2, le=9_999_999)]
Picked = Annotated[int, Query(ge=1, le=9_999_999)]
View = Annotated[str | None, Query(pattern=r"^(inline|sides)$")]


@router.get("")
async def article(request: Request, context: Context, article_id: ArticleId, before: Before = None) -> Response:
    story = await context.reader.articles.article(article_id)
    lines, events, checks = await asyncio.gather(
        context.reader.articles.versions(article_id, before=before, limit=PAGE),
        context.reader.articles.events(article_id),
        context.reader.articles.checks(article_id),
    )
    values = {
        **facts(story, context),
        "lines": lines,
        "page_ranges": page_ranges(story, before),
        "headlines": headlines(lines),
        "events": events,
        "picture": timeline(story, lines, checks, context.clock.now()),
    }
    return context.page(request, "article.html", values)


@router.get("/changes.{form}")
async def changes(request: Request, context: Context, article_id: ArticleId, form: feeds.Form) -> Response:
    story = await context.reader.articles.article(article_id)
    lines = await context.reader.articles.versions(article_id, limit=feeds.LENGTH + 1)
    entries = [
        ChangeEntry(line, story, before.headline if before else None)
        for before, line in zip((None, *lines), lines, strict=False)
        if not line.is_held and (line.number == 1 or (before is not None and before.number == line.number - 1))
    ]
    batch = Batch(tuple(reversed(entries))[: feeds.LENGTH])
    return await feeds.answer(request, context, form, f"Changes: {story.headline}", f"/article/{article_id}", batch)


@router.get("/diff")
async def pick(request: Request, context: Context, article_id: ArticleId, a: Picked = 1, b: Picked = 1) -> Response:
    """Send the picker's form to the address of the pair."""
    await context.reader.articles.article(article_id)
    first, second = sorted((a, b))
    target = f"/article/{article_id}/{first}/{second}" if first != second else f"/article/{article_id}/{first}"
    return RedirectResponse(target, 303)


@router.get("/{a:int}/{b:int}")
async def compare(
    request: Request, context: Context, article_id: ArticleId, a: Number, b: Number, view: View = None
) -> Response:
    if a == b:
        return RedirectResponse(f"/article/{article_id}/{a}", 303)
    story = await context.reader.articles.article(article_id)
    (old, new), lines = await asyncio.gather(
        context.reader.articles.pair(article_id, a, b),
        context.reader.articles.versions(article_id, before=around(story, a, b), limit=PAGE),
    )
    found, laid_out = await context.compare(old.version, new.version)
    is_step = b == a + 1
    values = {
        **facts(story, context),
        "a": old,
        "b": new,
        "lines": lines,
        "neighbours": neighbours(lines, a, b),
        "diff_layout": laid_out,
        "paragraphs": await context.diff_layout(old.version, new.version, view or "sides"),
        "summary": (new.version.change.summary if is_step else "") or in_words(found),
        "change": new.version.change if is_step else None,
        "view": view or "sides",
        "is_private": True,
    }
    return context.page(request, "diff.html", values)


@dataclass(frozen=True, slots=True)
class PageRange:
    """Versions that stand on one page; `address` None: this one."""

    first: int
    last: int
    address: str | None


def page_ranges(story: ArticleView, before: int | None) -> tuple[PageRange, ...]:
    """Return the pages that a long history takes, newest first; none if one is enough."""
    if story.number <= PAGE:
        return ()
    home = f"/article/{story.article_id}"
    here = story.number + 1 if before is None else before
    found = []
    for end in range(story.number + 1, 1, -PAGE):
        address = home if end > story.number else f"{home}?before={end}"
        found.append(PageRange(max(1, end - PAGE), end - 1, None if end == here else address))
    return tuple(found)


def around(story: ArticleView, *numbers: int) -> int | None:
    """Return the bound of a stretch that has these versions in it, with half a page of newer ones."""
    bound = max(numbers) + PAGE // 2 + 1
    return bound if bound <= story.number else None


def facts(story: ArticleView, context: AppContext) -> dict[str, Any]:
    return {
        "story": story,
        "schedule": next_check_sentence(story, context.clock.now()),
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
