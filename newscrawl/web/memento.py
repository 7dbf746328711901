"""Memento (RFC 7089): versions by original URL and datetime, for clients of web archives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from newscrawl.errors import NotFound
from newscrawl.harmless_text import harmless
from newscrawl.humanize import gettext
from newscrawl.store.reader import Absent, ArticleView, VersionSummary
from newscrawl.web.article import PAGE
from newscrawl.web.context import AppContext, Context
from newscrawl.web.text import http_date

router = APIRouter(include_in_schema=False)


@router.get("/timegate/{original:path}")
async def timegate(request: Request, context: Context, original: str) -> Response:
    """Redirect to the version that was current at Accept-Datetime; without that header, to the newest."""
    article, versions = await _history(context, original_url(request, original))
    wanted = _accept_datetime(request.headers.get("accept-datetime"))
    version = version_at(versions, wanted) if wanted else versions[-1]
    root = context.root_url
    headers = {"vary": "accept-datetime", "link": link_header(root, article, versions, version.number)}
    return RedirectResponse(_memento_url(root, version), 302, headers=headers)


@router.get("/timemap/link/{original:path}")
async def timemap(request: Request, context: Context, original: str) -> Response:
    """List every version with its datetime, in link format."""
    article, versions = await _history(context, original_url(request, original))
    root = context.root_url
    own_url = f"{root}/timemap/link/{article.url}"
    links = [
        _link(article.url, "original"),
        _link(f"{root}/timegate/{article.url}", "timegate"),
        f"{_link(own_url, 'self', type='application/link-format')}; "
        f'from="{http_date(versions[0].seen_at)}"; until="{http_date(versions[-1].seen_at)}"',
        *(_memento_link(root, version, _rel(version, versions)) for version in versions),
    ]
    return Response(",\n".join(links) + "\n", media_type="application/link-format")


@router.get("/timemap/json/{original:path}")
async def timemap_json(request: Request, context: Context, original: str) -> Response:
    article, versions = await _history(context, original_url(request, original))
    root = context.root_url
    mementos = [{"uri": _memento_url(root, version), "datetime": version.seen_at.isoformat()} for version in versions]
    body = {
        "original_uri": article.url,
        "timegate_uri": f"{root}/timegate/{article.url}",
        "timemap_uri": {
            "link_format": f"{root}/timemap/link/{article.url}",
            "json_format": f"{root}/timemap/json/{article.url}",
        },
        "mementos": {"list": mementos, "first": mementos[0], "last": mementos[-1]},
    }
    return JSONResponse(body)


def original_url(request: Request, path_end: str) -> str:
    """Return the original URL at the end of a path: the query of the request belongs to it."""
    return f"{path_end}?{request.url.query}" if request.url.query else path_end


def link_header(root: str, article: ArticleView, versions: Sequence[VersionSummary], number: int) -> str:
    """Return the Link header of version `number`."""
    links = [
        _link(article.url, "original"),
        _link(f"{root}/timegate/{article.url}", "timegate"),
        _link(f"{root}/timemap/link/{article.url}", "timemap", type="application/link-format"),
    ]
    current = next((index for index, version in enumerate(versions) if version.number == number), None)
    # `versions` is one page of a long history: its ends need not be the first and the last version.
    is_complete = article.number <= PAGE
    ends = {0} if is_complete or versions[0].number == 1 else set()
    ends |= {len(versions) - 1} if is_complete or versions[-1].number == article.number else set()
    linked = ends | (set() if current is None else {current - 1, current, current + 1})
    for index in sorted(linked & set(range(len(versions)))):
        version = versions[index]
        rel = _rel(version, versions) if index in ends else "memento"
        if current is not None and index == current - 1:
            rel += " prev"
        if current is not None and index == current + 1:
            rel += " next"
        links.append(_memento_link(root, version, rel))
    return ", ".join(links)


def version_at(versions: Sequence[VersionSummary], wanted: datetime) -> VersionSummary:
    """Return the version that was current at a time; the first one for a time before it."""
    earlier = [version for version in versions if version.seen_at.replace(microsecond=0) <= wanted]
    return earlier[-1] if earlier else versions[0]


async def _history(context: AppContext, original: str) -> tuple[ArticleView, tuple[VersionSummary, ...]]:
    """Return the article at an original URL and its versions, oldest first.

    Raises Absent or Hidden; Absent also if several articles had the URL, since none of them is its history.
    """
    try:
        article = await context.reader.articles.find_one(original)
    except NotFound as error:
        raise Absent(str(error)) from error
    versions = [version for version in await _all_versions(context, article) if not version.is_held]
    if not versions:
        raise Absent(gettext("no version of this URL can be shown"))
    return article, tuple(versions)


async def _all_versions(context: AppContext, article: ArticleView) -> list[VersionSummary]:
    """Return all versions, oldest first: a TimeMap must be complete."""
    versions: list[VersionSummary] = []
    for bound in range(article.number + 1, 1, -PAGE):
        before = None if bound > article.number else bound
        versions[:0] = await context.reader.articles.versions(article.article_id, before=before, limit=PAGE)
    return versions


def _accept_datetime(header: str | None) -> datetime | None:
    if header is None:
        return None
    try:
        wanted = parsedate_to_datetime(header)
    except ValueError as error:
        raise HTTPException(400, gettext("Accept-Datetime is not in the format of RFC 7089")) from error
    return wanted if wanted.tzinfo else wanted.replace(tzinfo=UTC)


def _rel(version: VersionSummary, versions: Sequence[VersionSummary]) -> str:
    relations = ["first"] * (version is versions[0]) + ["last"] * (version is versions[-1])
    return " ".join([*relations, "memento"])


def _memento_url(root: str, version: VersionSummary) -> str:
    return f"{root}/article/{version.article_id}/{version.number}"


def _memento_link(root: str, version: VersionSummary, rel: str) -> str:
    return _link(_memento_url(root, version), rel, datetime=http_date(version.seen_at))


def _link(target: str, rel: str, **attributes: str) -> str:
    """Return one link; characters that would end its brackets or the header line are percent-encoded."""
    safe = quote(harmless(target), safe="%/:=&?~#+!$,;'@()*[]")
    return "; ".join([f"<{safe}>", f'rel="{rel}"', *(f'{name}="{value}"' for name, value in attributes.items())])
