"""For crawlers of search engines: robots.txt, and a sitemap if the operator lets them index the archive."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from fastapi import APIRouter, Request
from markupsafe import escape
from starlette.responses import FileResponse, PlainTextResponse, Response

from newscrawl.humanize import gettext
from newscrawl.store.reader import Absent
from newscrawl.web.changes import TABS
from newscrawl.web.context import AppContext, Context
from newscrawl.web.templating import STATIC

router = APIRouter(include_in_schema=False)
LISTS = "lists"
PART = re.compile(r"articles(?:-([a-z2-7]{1,3}))?")
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@router.get("/robots.txt")
async def robots(request: Request) -> Response:
    context: AppContext = request.app.state.context
    sitemap = f"Sitemap: {context.root_url}/sitemap.xml\n" if context.is_indexed else ""
    return PlainTextResponse(f"User-agent: *\nDisallow: /search\nDisallow: /url/\nDisallow: /subscribe\n{sitemap}")


@router.get("/favicon.ico")
async def favicon() -> Response:
    """Answer those who ask for an icon without having read a page: feed readers, bookmarks."""
    return FileResponse(STATIC / "favicon.ico")


@router.get("/sitemap.xml")
async def sitemap_index(request: Request, context: Context) -> Response:
    _require_indexed(context)
    prefixes = await context.reader.sitemap_scan.prefixes()
    names = [LISTS, *(f"articles-{prefix}" if prefix else "articles" for prefix in prefixes)]
    urls = ((f"{context.root_url}/sitemap-{name}.xml", None) for name in names)
    return _xml("sitemapindex", "sitemap", urls)


# Beside the index: a sitemap speaks for addresses below its own folder only (sitemaps.org, "Sitemap file location").
@router.get("/sitemap-{name}.xml")
async def sitemap_part(request: Request, context: Context, name: str) -> Response:
    """Return the addresses of lists, or of a part of the histories: versions and changes are not for indexing."""
    _require_indexed(context)
    root = context.root_url
    if name == LISTS:
        sources = [f"/source/{source}" for source, _ in await context.sources()]
        paths = [*(tab.home for tab in TABS), "/sources", "/about", *sources]
        return _xml("urlset", "url", ((root + path, None) for path in paths))
    part = PART.fullmatch(name)
    if part is None:
        raise Absent(gettext("the sitemap has no such part"))
    articles = await context.reader.sitemap_scan.articles(part[1] or "")
    return _xml("urlset", "url", ((f"{root}/article/{each.article_id}", each.changed_at) for each in articles))


def _require_indexed(context: AppContext) -> None:
    if not context.is_indexed:
        raise Absent(gettext("there is no sitemap: search engines are asked to leave this archive alone"))


def _xml(root: str, entry: str, urls: Iterable[tuple[str, datetime | None]]) -> Response:
    lines = (f"<{entry}><loc>{escape(url)}</loc>{_lastmod(at)}</{entry}>\n" for url, at in urls)
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{NAMESPACE}">\n{"".join(lines)}</{root}>\n'
    return Response(body, media_type="application/xml")


def _lastmod(at: datetime | None) -> str:
    return f"<lastmod>{at.isoformat(timespec='seconds')}</lastmod>" if at else ""
