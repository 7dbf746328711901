"""The transparency log for whoever verifies this archive: checkpoint, tiles, proofs and evidence of versions."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from newscrawl.store.reader import Absent
from newscrawl.tlog import tiles
from newscrawl.web.context import Context
from newscrawl.web.params import ArticleId, Number

router = APIRouter(include_in_schema=False)
# Tiles never change; those who may read are asked each time, as for all that a reader of an archive with tokens gets.
_FOR_GOOD = {"cache-control": "private, max-age=31536000, immutable"}
_EVERY_TIME = {"cache-control": "private, no-cache"}
_MAX_LEVEL = 63


@router.get("/log/checkpoint")
async def checkpoint(context: Context) -> Response:
    """Return the newest checkpoint (C2SP tlog-checkpoint)."""
    return PlainTextResponse((await context.reader.log.checkpoint()).note, headers={"cache-control": "no-cache"})


@router.get("/log/key")
async def keys(context: Context) -> Response:
    """Return the log's keys, the one that signs now first (C2SP signed-note)."""
    state = await context.reader.log.state()
    return PlainTextResponse("".join(f"{key}\n" for key in reversed(state.keys)))


@router.get("/log/tile/{level}/{rest:path}")
async def tile(context: Context, level: str, rest: str) -> Response:
    """Return a tile of hashes or a bundle of entries (C2SP tlog-tiles)."""
    found = tiles.parse_index(rest)
    if found is None:
        raise Absent("the log has no such tile")
    index, width = found
    if level == tiles.ENTRIES:
        data = await context.reader.log.bundle(index, width)
    elif level.isascii() and level.isdecimal() and str(int(level)) == level and int(level) <= _MAX_LEVEL:
        data = await context.reader.log.tile(int(level), index, width)
    else:
        raise Absent("the log has no such tile")
    return Response(data, media_type="application/octet-stream", headers=_FOR_GOOD)


@router.get("/article/{article_id}/{number:int}/proof")
async def proof(context: Context, article_id: ArticleId, number: Number) -> Response:
    """Return the proof that the log has a version (C2SP tlog-proof)."""
    return PlainTextResponse(await context.reader.log.proof(article_id, number), headers=_EVERY_TIME)


@router.get("/article/{article_id}/{number:int}/evidence")
async def evidence(context: Context, article_id: ArticleId, number: Number) -> Response:
    """Return the evidence file of a version: to keep, and to verify offline."""
    data = await context.reader.log.evidence(article_id, number)
    name = f"{article_id}-{number}.zip"
    headers = {**_EVERY_TIME, "content-disposition": f"attachment; filename={name}"}
    return Response(data, media_type="application/zip", headers=headers)
