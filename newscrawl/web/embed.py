"""One edit for a frame of another site: without script or form, so that nothing of it can be misused."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from newscrawl.humanize import N_
from newscrawl.store.reader import Absent, Hidden
from newscrawl.web.context import AppContext, Context
from newscrawl.web.edits import edit
from newscrawl.web.params import ArticleId, Number

router = APIRouter(include_in_schema=False, prefix="/article/{article_id}")
POLICY = "default-src 'none'; style-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors "


@router.get("/{a:int}/{b:int}/embed")
async def embed_page(request: Request, context: Context, article_id: ArticleId, a: Number, b: Number) -> Response:
    try:
        shown = await edit(context, article_id, a, b)
    except (Absent, Hidden) as error:
        # A frame shows this too: a page of ours that no frame may show would look like a fault of the other site.
        title = N_("Removed from view") if isinstance(error, Hidden) else N_("Not in the archive")
        values = {"title": title, "detail": str(error)}
        return _framed(context, context.page(request, "embed_problem.html", values, status=_status(error)))
    return _framed(context, context.page(request, "embed.html", {"edit": shown}))


def snippet(context: AppContext, url: str, title: str) -> str:
    """Return the HTML with which another site shows the edit at `url`, as text: for readers to copy."""
    return str(context.part("embed_snippet.html", url=url, title=title))


def _status(error: Absent | Hidden) -> int:
    return 410 if isinstance(error, Hidden) else 404


def _framed(context: AppContext, page: Response) -> Response:
    page.headers["content-security-policy"] = POLICY + (" ".join(context.framed_by) or "'none'")
    # For pages that ask this of all that they load (Cross-Origin-Embedder-Policy).
    page.headers["cross-origin-resource-policy"] = "cross-origin" if context.framed_by else "same-origin"
    return page
