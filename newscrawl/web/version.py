"""One version: its text, its provenance, and its evidence for download. Captured pages are never rendered by us."""

from __future__ import annotations

import asyncio
import io
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from newscrawl.archive.warc_records import write_record
from newscrawl.items import Capture
from newscrawl.web.article import article_facts, neighbours, versions_around
from newscrawl.web.context import Context
from newscrawl.web.memento import link_header
from newscrawl.web.params import ArticleId, Number
from newscrawl.web.text import http_date

router = APIRouter(include_in_schema=False, prefix="/article/{article_id}")


@router.get("/{number:int}")
async def version_page(request: Request, context: Context, article_id: ArticleId, number: Number) -> Response:
    article = await context.reader.articles.article(article_id)
    view, versions, is_proved = await asyncio.gather(
        context.reader.articles.version(article_id, number),
        versions_around(article, context, number),
        context.reader.log.is_proved(article_id, number),
    )
    values = {
        **article_facts(article, context),
        "version": view.version,
        "wording": view.version.article,
        "hold": view.hold,
        "retraction": view.retraction,
        "capture": view.capture,
        "is_proved": is_proved,
        "neighbours": neighbours(versions, number, number),
        "is_private": True,
    }
    page = context.page(request, "version.html", values)
    page.headers["memento-datetime"] = http_date(view.version.seen_at)
    page.headers["link"] = link_header(context.root_url, article, versions, number)
    return page


@router.get("/{number:int}/payload")
async def payload(request: Request, context: Context, article_id: ArticleId, number: Number) -> Response:
    """Return the payload as a text file: to keep, not to render in a browser."""
    capture = await context.reader.articles.evidence(article_id, number)
    headers = _download_headers(f"{article_id}-{number}.txt", capture)
    return Response(capture.body, media_type="text/plain; charset=utf-8", headers=headers)


@router.get("/{number:int}/warc")
async def warc(request: Request, context: Context, article_id: ArticleId, number: Number) -> Response:
    """Return the capture as a WARC/1.1 file of one response record."""
    capture = await context.reader.articles.evidence(article_id, number)
    file = io.BytesIO()
    write_record(file, capture)
    headers = _download_headers(f"{article_id}-{number}.warc.gz", capture)
    return Response(file.getvalue(), media_type="application/warc", headers=headers)


def _download_headers(filename: str, capture: Capture) -> dict[str, str]:
    return {
        "content-disposition": f"attachment; filename={quote(filename)}",
        # Should a browser render the file after all, it has no origin and no rights.
        "content-security-policy": "sandbox; default-src 'none'",
        "etag": f'"{capture.payload_digest}"',
        "cache-control": "private, no-cache",
    }
