"""The list of sources, and the profile of each."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from newscrawl.web.context import Context

router = APIRouter(include_in_schema=False)
Name = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9_.-]+$")]


@router.get("/sources")
async def sources_page(request: Request, context: Context) -> Response:
    return context.page(request, "sources.html", {"title": "Sources", "sources": await context.sources()})


@router.get("/source/{name}")
async def source_page(request: Request, context: Context, name: Name) -> Response:
    profile = await context.profile(name)
    max_count = max((count for _, count in profile.days), default=0) or 1
    values = {
        "title": profile.publisher,
        "profile": profile,
        # x and height of each bar in the units of the SVG, its day and its count.
        "bars": [
            (index * 20, round(60 * count / max_count, 1), day, count)
            for index, (day, count) in enumerate(profile.days)
        ],
        "feed": {"base": "/changes", "query": {"source": name}, "title": f"Changes: {profile.publisher}"},
    }
    return context.page(request, "source.html", values)
