"""Payloads: response bodies, each digest once, a story's later ones compressed against the one before."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from newscrawl.errors import NewscrawlError
from newscrawl.store import documents
from newscrawl.store.documents import Document

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Database = AsyncDatabase[Document]

LEVEL = 6
# A payload is at most so many steps from one that stands alone: a read decompresses at most so many and one more.
MAX_DEPTH = 8


class Damaged(NewscrawlError):
    """Raised for a payload whose stored bytes cannot be decompressed; `newscrawl verify` lists them all."""


def compressed(body: bytes, base: bytes | None = None) -> bytes:
    """Return `body` as one zstd frame; with `base` its text serves as prefix, so that a repeated page costs little."""
    options: dict[int, int] = {zstd.CompressionParameter.compression_level: LEVEL}
    if not base:
        return zstd.compress(body, options=options)
    # The window must reach from the end of the body back to the start of the base.
    window = min(max((len(base) + len(body)).bit_length(), 17), 27)
    options |= {
        zstd.CompressionParameter.window_log: window,
        zstd.CompressionParameter.enable_long_distance_matching: 1,
    }
    return zstd.compress(body, options=options, zstd_dict=zstd.ZstdDict(base, is_raw=True).as_prefix)


def decompressed(data: bytes, base: bytes | None = None) -> bytes:
    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: 27}
    if not base:
        return zstd.decompress(data, options=options)
    return zstd.decompress(data, options=options, zstd_dict=zstd.ZstdDict(base, is_raw=True).as_prefix)


async def put(db: Database, digest: str, body: bytes, *, base: str | None = None) -> None:
    """Keep `body` under its digest, once; `base` names the story's payload before it."""
    if await db.payloads.find_one({"_id": digest}, {"_id": 1}) is not None:
        return
    chain = await _chain(db, base) if base and base != digest else []
    document: Document = {"_id": digest, "z": b"", "size": len(body), "depth": 0}
    if chain and chain[0]["depth"] < MAX_DEPTH:
        document |= {"z": compressed(body, _unrolled(chain)), "base": base, "depth": chain[0]["depth"] + 1}
    else:
        document["z"] = compressed(body)
    try:
        await db.payloads.insert_one(documents.encoded(document, f"payload {digest}"))
    except DuplicateKeyError:
        return  # another worker keeps the same bytes: that is what the digest says


async def get(db: Database, digest: str) -> bytes | None:
    chain = await _chain(db, digest)
    return _unrolled(chain) if chain else None


async def _chain(db: Database, digest: str) -> list[Document]:
    """Return the payload's document and the ones it is compressed against, in that order; empty if one is missing."""
    chain: list[Document] = []
    wanted: str | None = digest
    while wanted is not None:
        found = await db.payloads.find_one({"_id": wanted})
        if found is None:
            return []
        chain.append(found)
        wanted = found.get("base")
    return chain


def _unrolled(chain: Sequence[dict[str, Any]]) -> bytes:
    body: bytes | None = None
    for document in reversed(chain):
        try:
            body = decompressed(document["z"], body)
        except zstd.ZstdError as error:
            raise Damaged(f"payload {document['_id']} cannot be decompressed: {error}") from error
    return body or b""
