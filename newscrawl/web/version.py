"""One version: its text, its provenance, and its evidence for download. Evidence is never rendered by us."""

from __future__ import annotations

import asyncio
import io
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from newscrawl.archive.warc_records import write_record
from newscrawl.items import Capture
from newscrawl.web import article, memento
from newscrawl.web.context import Context
from newscrawl.web.params import ArticleId, Number
from newscrawl.web.text import http_date

router = APIRouter(include_in_schema=False, prefix="/article/{article_id}")


@router.get("/{number:int}")
async def version(request: Request, context: Context, article_id: ArticleId, number: Number) -> Response:
    story = await context.reader.articles.article(article_id)
    bound = article.around(story, number)
    text, lines = await asyncio.gather(
        context.reader.articles.version(article_id, number),
        context.reader.articles.versions(article_id, before=bound, limit=article.PAGE),
    )
    values = {
        **article.facts(story, context),
        "text": text,
        "capture": text.capture,
        "neighbours": article.neighbours(lines, number, number),
        "is_private": True,
    }
    page = context.page(request, "version.html", values)
    page.headers["memento-datetime"] = http_date(text.version.seen_at)
    page.headers["link"] = memento.links(context.address(request), story, lines, number)
    return page


@router.get("/{number:int}/payload")
async def payload(request: Request, context: Context, article_id: ArticleId, number: Number) -> Response:
    """Give the page's bytes as they came: to keep, not to look at in a browser."""
    capture = await context.reader.articles.evidence(article_id, number)
    headers = _download(f"{article_id}-{number}.txt", capture)
    return Response(capture.body, media_type="text/plain; charset=utf-8", headers=headers)


@router.get("/{number:int}/warc")
async def warc(request: Request, context: Context, article_id: ArticleId, number: Number) -> Response:
    """Give the exchange as a WARC/1.1 file of one response record."""
    capture = await context.reader.articles.evidence(article_id, number)
    file = io.BytesIO()
    write_record(file, capture)
    return Response(
        file.getvalue(), media_type="application/warc", headers=_download(f"{article_id}-{number}.warc.gz", capture)
    )


def _download(name: str, capture: Capture) -> dict[str, str]:
    return {
        "content-disposition": f"attachment; filename={quote(name)}",
        # Whatever a browser does with it, it has no origin and no rights.
        "content-security-policy": "sandbox; default-src 'none'",
        "etag": f'"{capture.payload_digest}"',
        "cache-control": "private, no-cache",
    }
