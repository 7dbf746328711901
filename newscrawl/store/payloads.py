"""Payloads: response bodies, each digest once, a story's later ones compressed against the one before."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from newscrawl.errors import NewscrawlError
from newscrawl.store.documents import Document

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Database = AsyncDatabase[Document]

LEVEL = 3  # on 174 real pages of 263 kB: 47 kB in 0.7 ms, against 43 kB in 2.2 ms at level 6
# A payload is at most so many steps from one that stands alone: a read decompresses at most so many and one more.
MAX_DEPTH = 8
MAX_WINDOW_LOG = 27  # 128 MB: what any zstd decoder accepts
PART_BYTES = 12 * 2**20  # of compressed bytes in one document, which MongoDB bounds to 16 MB
# Above so many bytes (some 5 ms of work) compressing moves to a thread, so that the crawl goes on.
THREAD_BYTES = 512 * 2**10


class Damaged(NewscrawlError):
    """Raised for a payload whose stored bytes cannot be decompressed; `newscrawl verify` lists them all."""


def compressed(body: bytes, base: bytes | None = None) -> bytes:
    """Return `body` as one zstd frame; with `base` its text serves as prefix, so that a repeated page costs little."""
    options: dict[int, int] = {zstd.CompressionParameter.compression_level: LEVEL}
    if not base:
        return zstd.compress(body, options=options)
    # The window must reach from the end of the body back to the start of the base.
    window = min(max((len(base) + len(body)).bit_length(), 17), MAX_WINDOW_LOG)
    options |= {
        zstd.CompressionParameter.window_log: window,
        zstd.CompressionParameter.enable_long_distance_matching: 1,
    }
    return zstd.compress(body, options=options, zstd_dict=zstd.ZstdDict(base, is_raw=True).as_prefix)


def decompressed(data: bytes, base: bytes | None = None) -> bytes:
    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: MAX_WINDOW_LOG}
    if not base:
        return zstd.decompress(data, options=options)
    return zstd.decompress(data, options=options, zstd_dict=zstd.ZstdDict(base, is_raw=True).as_prefix)


async def put(db: Database, digest: str, body: bytes, *, base: str | None = None) -> None:
    """Keep `body` under its digest, once; `base` names the story's payload before it."""
    if await db.payloads.find_one({"_id": digest}, {"_id": 1}) is not None:
        return
    chain = await _chain(db, base) if base and base != digest else []
    document: Document = {"_id": digest, "size": len(body), "depth": 0}
    before: bytes | None = None
    if chain and chain[0]["depth"] < MAX_DEPTH:
        before = _unrolled(chain)
        document |= {"base": base, "depth": chain[0]["depth"] + 1}
    if len(body) > THREAD_BYTES:
        data = await asyncio.to_thread(compressed, body, before)
    else:
        data = compressed(body, before)
    await _insert(db, document, data)


async def _insert(db: Database, document: Document, data: bytes) -> None:
    """Insert the parts beyond the first before the document that counts on them.

    Another worker may keep the same bytes at the same time, which is what the digest says; parts are named after the
    base as well, since they are parts of another frame when the other worker compressed against another one.
    """
    parts = [data[start : start + PART_BYTES] for start in range(0, len(data), PART_BYTES)]
    names = [f"{document['_id']}:{document.get('base', '')}:{n}" for n in range(1, len(parts))]
    for name, part in zip(names, parts[1:], strict=True):
        await _once(db, {"_id": name, "z": part, "part_of": document["_id"]})
    await _once(db, {**document, "z": parts[0], **({"parts": names} if names else {})})


async def _once(db: Database, document: Document) -> None:
    try:
        await db.payloads.insert_one(document)
    except DuplicateKeyError:
        return


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
        for name in found.get("parts", ()):
            part = await db.payloads.find_one({"_id": name}) or {"z": b""}
            found["z"] += part["z"]
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
