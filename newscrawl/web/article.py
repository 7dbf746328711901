"""Pages of one article: its history, its feed, and the diff of any two of its versions."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import RedirectResponse, Response

from newscrawl.humanize import current, gettext, next_check_sentence
from newscrawl.items import Cause
from newscrawl.store.reader import Absent, ArticleView, Batch, ChangeEntry, VersionSummary
from newscrawl.store.reader.views import ErasedVersion
from newscrawl.web import feeds
from newscrawl.web.card import Card, NoFont, card_of
from newscrawl.web.context import AppContext, Context
from newscrawl.web.edits import edit_of
from newscrawl.web.embed import snippet
from newscrawl.web.headlines import headline_periods
from newscrawl.web.params import ArticleId, Number
from newscrawl.web.sharing import Shared
from newscrawl.web.timeline import timeline

router = APIRouter(include_in_schema=False, prefix="/article/{article_id}")
MAX_SIZES = 24  # changes in the list of sizes
PAGE = 1_000  # versions on one page, in one table or picker
Before = Annotated[int | None, Query(ge=2, le=9_999_999)]
PickedNumber = Annotated[int, Query(ge=1, le=9_999_999)]
Moment = Annotated[str, Query(pattern=r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?$", description="In UTC")]
View = Annotated[str | None, Query(pattern=r"^(inline|sides)$")]


@router.get("")
async def article_page(request: Request, context: Context, article_id: ArticleId, before: Before = None) -> Response:
    article = await context.reader.articles.article(article_id)
    versions, events, checks, erased = await asyncio.gather(
        context.reader.articles.versions(article_id, before=before, limit=PAGE),
        context.reader.articles.events(article_id),
        context.reader.articles.checks(article_id),
        context.reader.articles.erased_versions(article_id),
    )
    values = {
        **article_facts(article, context),
        "versions": versions,
        "rows": _rows(article, versions, erased, before),
        "page_ranges": page_ranges(article, before),
        "headlines": headline_periods(versions),
        "events": events,
        "timeline": timeline(article, versions, checks, events),
    }
    return context.page(request, "article.html", values)


@router.get("/changes.{feed_format}")
async def article_feed(
    request: Request, context: Context, article_id: ArticleId, feed_format: feeds.FeedFormat
) -> Response:
    article = await context.reader.articles.article(article_id)
    # One version more than the feed is long: the oldest entry needs the headline before it.
    versions = await context.reader.articles.versions(article_id, limit=feeds.LENGTH + 1)
    entries = [
        ChangeEntry(version, article, previous.headline if previous else None)
        for previous, version in zip((None, *versions), versions, strict=False)
        if not version.is_held
        # A text that others brought without its page is no change that we could tell of.
        and Cause.IMPORTED not in (version.cause, previous.cause if previous else None)
        and (version.number == 1 or (previous is not None and previous.number == version.number - 1))
    ]
    batch = Batch(tuple(reversed(entries))[: feeds.LENGTH])
    retractions = [ChangeEntry(version, article) for version in versions if version.retraction is not None]
    title, home = gettext("Changes: %(of)s", of=article.headline), f"/article/{article_id}"
    return await feeds.feed_response(request, context, feed_format, title, home, batch, retractions)


@router.get("/diff")
async def redirect_to_pair(
    request: Request, context: Context, article_id: ArticleId, a: PickedNumber = 1, b: PickedNumber = 1
) -> Response:
    """Redirect the picker's form to the URL of the pair."""
    await context.reader.articles.article(article_id)
    first, second = sorted((a, b))
    target = f"/article/{article_id}/{first}/{second}" if first != second else f"/article/{article_id}/{first}"
    return RedirectResponse(target, 303)


@router.get("/at")
async def redirect_to_moment(request: Request, context: Context, article_id: ArticleId, moment: Moment) -> Response:
    """Redirect to the version that was current at a moment, in UTC; before the first one, to that."""
    article = await context.reader.articles.article(article_id)
    versions = await context.reader.articles.versions(article_id, limit=PAGE)
    if not versions:
        raise Absent(gettext("article %(article)s has no version that may be shown", article=article.article_id))
    try:
        wanted = datetime.fromisoformat(moment).replace(tzinfo=current().tzinfo)
    except ValueError as error:
        raise HTTPException(400, gettext("there is no moment %(moment)s", moment=moment)) from error
    earlier = [version for version in versions if version.seen_at <= wanted]
    return RedirectResponse(f"/article/{article_id}/{(earlier or versions[:1])[-1].number}", 303)


@router.get("/{a:int}/{b:int}")
async def diff_page(
    request: Request, context: Context, article_id: ArticleId, a: Number, b: Number, view: View = None
) -> Response:
    if a == b:
        return RedirectResponse(f"/article/{article_id}/{a}", 303)
    article = await context.reader.articles.article(article_id)
    (old, new), versions = await asyncio.gather(
        context.reader.articles.pair(article_id, a, b), versions_around(article, context, a, b)
    )
    diff, layout = await context.compare(old.version, new.version)
    change = new.version.change if b == a + 1 else None
    shown = edit_of(context.root_url, article, old, new, diff)
    shared = Shared.of_change(context.root_url, old.version, new.version, change)
    card = await card_of(context, shown)
    image = f"{shared.url}/card.png?v={card.digest[:12]}" if isinstance(card, Card) else None
    values = {
        **article_facts(article, context),
        "a": old,
        "b": new,
        "versions": versions,
        "neighbours": neighbours(versions, a, b),
        "headline": shown.headline,
        "interval": shown.interval,
        "position": _position(article, a, b),
        "sizes": _sizes(versions, a, b),
        "diff_layout": layout,
        "paragraphs": await context.diff_markup(old.version, new.version, view or "auto"),
        "summary": shown.summary,
        "change": change,
        "view": view or "auto",
        "shared": replace(shared, image=image),
        "lacks_font": isinstance(card, NoFont),
        "snippet": snippet(context, shared.url, shared.title) if context.framed_by else None,
        "is_private": True,
    }
    return context.page(request, "diff.html", values)


def _position(article: ArticleView, a: int, b: int) -> str:
    if b == a + 1:
        return gettext("version %(number)s of %(total)s", number=b, total=article.versions)
    return gettext("versions %(first)s and %(second)s of %(total)s", first=a, second=b, total=article.versions)


@dataclass(frozen=True, slots=True)
class ChangeSize:
    """A change in the list of all of them; `pair` is the end of its URL."""

    label: str
    pair: str
    added: int
    removed: int
    is_shown: bool


def _sizes(versions: Sequence[VersionSummary], a: int, b: int) -> list[ChangeSize]:
    """Return the changes around the pair shown, with the words that each added and removed."""
    pairs = [(old, new) for old, new in pairwise(versions) if new.number == old.number + 1]
    nearest = sorted(pairs, key=lambda pair: abs(pair[1].number - b))[:MAX_SIZES]
    return [
        ChangeSize(
            label=gettext("%(old)s → %(new)s", old=old.number, new=new.number),
            pair=f"{old.number}/{new.number}",
            added=new.change.words_added,
            removed=new.change.words_removed,
            is_shown=(old.number, new.number) == (a, b),
        )
        for old, new in sorted(nearest, key=lambda pair: pair[1].number)
    ]


@dataclass(frozen=True, slots=True)
class PageRange:
    """Numbers of the versions on one page of a long history; `url` is None for the current page."""

    first: int
    last: int
    url: str | None


def _rows(
    article: ArticleView, versions: Sequence[VersionSummary], erased: Sequence[ErasedVersion], before: int | None
) -> list[VersionSummary | ErasedVersion]:
    """Return the lines of a page of versions, newest first, with the tombstones of erased ones in their places."""
    end = article.number + 1 if before is None else before
    here = [each for each in erased if end - PAGE <= each.number and (before is None or each.number < before)]
    return sorted([*versions, *here], key=lambda row: row.number, reverse=True)


def page_ranges(article: ArticleView, before: int | None) -> tuple[PageRange, ...]:
    """Return the pages of a long history, newest first; empty if one page is enough."""
    if article.number <= PAGE:
        return ()
    home = f"/article/{article.article_id}"
    current_end = article.number + 1 if before is None else before
    ranges = []
    for end in range(article.number + 1, 1, -PAGE):
        url = home if end > article.number else f"{home}?before={end}"
        ranges.append(PageRange(max(1, end - PAGE), end - 1, None if end == current_end else url))
    return tuple(ranges)


async def versions_around(article: ArticleView, context: AppContext, *numbers: int) -> tuple[VersionSummary, ...]:
    """Return at most a page of versions that includes these, with half a page of newer ones."""
    bound = max(numbers) + PAGE // 2 + 1
    before = bound if bound <= article.number else None
    return await context.reader.articles.versions(article.article_id, before=before, limit=PAGE)


def article_facts(article: ArticleView, context: AppContext) -> dict[str, Any]:
    """Return the template values that all pages of an article share."""
    return {
        "article": article,
        "next_check": next_check_sentence(article, context.clock.now()),
        "feed": {
            "base": f"/article/{article.article_id}/changes", "query": {},
            "title": gettext("Changes: %(of)s", of=article.headline),
        },
    }  # fmt: skip


def neighbours(versions: tuple[VersionSummary, ...], a: int, b: int) -> dict[str, str | None]:
    """Return the relative URLs of the changes before and after the pair shown."""
    numbers = [version.number for version in versions]
    first, last = min(a, b), max(a, b)
    earlier = [n for n in numbers if n < first]
    later = [n for n in numbers if n > last]
    return {
        "previous": f"{earlier[-1]}/{first}" if earlier else None,
        "next": f"{last}/{later[0]}" if later else None,
    }
