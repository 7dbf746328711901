"""Memento (RFC 7089): versions by original address and moment, for machines that know web archives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from newscrawl.store.reader import Absent, ArticleView, VersionSummary
from newscrawl.web.article import PAGE
from newscrawl.web.context import AppContext, Context
from newscrawl.web.text import harmless, http_date

router = APIRouter(include_in_schema=False)


@router.get("/timegate/{original:path}")
async def timegate(request: Request, context: Context, original: str) -> Response:
    """Send to the version that stood at Accept-Datetime; without one, to the newest."""
    story, lines = await _history(context, whole(request, original))
    wanted = _wanted(request.headers.get("accept-datetime"))
    line = standing(lines, wanted) if wanted else lines[-1]
    root = context.address(request)
    headers = {"vary": "accept-datetime", "link": links(root, story, lines, line.number)}
    return RedirectResponse(_memento(root, line), 302, headers=headers)


@router.get("/timemap/link/{original:path}")
async def timemap(request: Request, context: Context, original: str) -> Response:
    """List every version with its moment, in link format."""
    story, lines = await _history(context, whole(request, original))
    root = context.address(request)
    own = f"{root}/timemap/link/{story.url}"
    entries = [
        _link(story.url, "original"),
        _link(f"{root}/timegate/{story.url}", "timegate"),
        f"{_link(own, 'self', type='application/link-format')}; "
        f'from="{http_date(lines[0].seen_at)}"; until="{http_date(lines[-1].seen_at)}"',
        *(_link(_memento(root, line), _rel(line, lines), datetime=http_date(line.seen_at)) for line in lines),
    ]
    return Response(",\n".join(entries) + "\n", media_type="application/link-format")


@router.get("/timemap/json/{original:path}")
async def timemap_json(request: Request, context: Context, original: str) -> Response:
    story, lines = await _history(context, whole(request, original))
    root = context.address(request)
    mementos = [{"uri": _memento(root, line), "datetime": line.seen_at.isoformat()} for line in lines]
    body = {
        "original_uri": story.url,
        "timegate_uri": f"{root}/timegate/{story.url}",
        "timemap_uri": {
            "link_format": f"{root}/timemap/link/{story.url}",
            "json_format": f"{root}/timemap/json/{story.url}",
        },
        "mementos": {"list": mementos, "first": mementos[0], "last": mementos[-1]},
    }
    return JSONResponse(body)


def whole(request: Request, original: str) -> str:
    """Return the original address of a path that ends in one: its own query belongs to it."""
    return f"{original}?{request.url.query}" if request.url.query else original


def links(root: str, story: ArticleView, lines: Sequence[VersionSummary], number: int) -> str:
    """Return the Link header of a version."""
    found = [
        _link(story.url, "original"),
        _link(f"{root}/timegate/{story.url}", "timegate"),
        _link(f"{root}/timemap/link/{story.url}", "timemap", type="application/link-format"),
    ]
    at = next((at for at, line in enumerate(lines) if line.number == number), None)
    # Of a very long history only a stretch was read: its ends are neither the first version nor the last.
    is_whole = story.number <= PAGE
    ends = {0} if is_whole or lines[0].number == 1 else set()
    ends |= {len(lines) - 1} if is_whole or lines[-1].number == story.number else set()
    near = ends | (set() if at is None else {at - 1, at, at + 1})
    for index in sorted(near & set(range(len(lines)))):
        line = lines[index]
        rel = _rel(line, lines) if index in ends else "memento"
        if at is not None and index == at - 1:
            rel += " prev"
        if at is not None and index == at + 1:
            rel += " next"
        found.append(_link(_memento(root, line), rel, datetime=http_date(line.seen_at)))
    return ", ".join(found)


def standing(lines: Sequence[VersionSummary], wanted: datetime) -> VersionSummary:
    """Return the version that stood at a moment; before the first one, the first."""
    before = [line for line in lines if line.seen_at.replace(microsecond=0) <= wanted]
    return before[-1] if before else lines[0]


async def _history(context: AppContext, original: str) -> tuple[ArticleView, tuple[VersionSummary, ...]]:
    found = await context.reader.articles.find(original)
    if not found:
        raise Absent("this address was never recorded")
    lines = [line for line in await _every(context, found[0]) if not line.is_held]
    if not lines:
        raise Absent("no version of this address can be shown")
    return found[0], tuple(lines)


async def _every(context: AppContext, story: ArticleView) -> list[VersionSummary]:
    """Return all versions, oldest first: a TimeMap may leave none out."""
    lines: list[VersionSummary] = []
    for bound in range(story.number + 1, 1, -PAGE):
        before = None if bound > story.number else bound
        lines[:0] = await context.reader.articles.versions(story.article_id, before=before, limit=PAGE)
    return lines


def _wanted(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        wanted = parsedate_to_datetime(text)
    except ValueError as error:
        raise HTTPException(400, "Accept-Datetime is not in the form of RFC 7089") from error
    return wanted if wanted.tzinfo else wanted.replace(tzinfo=UTC)


def _rel(line: VersionSummary, lines: Sequence[VersionSummary]) -> str:
    words = ["first"] * (line is lines[0]) + ["last"] * (line is lines[-1])
    return " ".join([*words, "memento"])


def _memento(root: str, line: VersionSummary) -> str:
    return f"{root}/article/{line.article_id}/{line.number}"


def _link(target: str, rel: str, **attributes: str) -> str:
    """Return one link; a target that could end its brackets or the header line is percent-encoded there."""
    safe = quote(harmless(target), safe="%/:=&?~#+!$,;'@()*[]")
    return "; ".join([f"<{safe}>", f'rel="{rel}"', *(f'{name}="{value}"' for name, value in attributes.items())])
