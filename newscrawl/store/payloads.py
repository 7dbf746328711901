"""Payloads: response bodies, stored once per digest, an article's later ones compressed against the one before."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.errors import NewscrawlError
from newscrawl.items import Capture
from newscrawl.store.documents import Document
from newscrawl.store.gathered_commands import GatheredCollection, GatheredCommands

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Database = AsyncDatabase[Document]

LEVEL = 3  # on 174 real pages of 263 kB: 47 kB in 0.7 ms, against 43 kB in 2.2 ms at level 6
# Steps from a payload to one that is compressed alone: a read decompresses at most one more than this.
MAX_DEPTH = 8
MAX_WINDOW_LOG = 27  # 128 MB: what any zstd decoder accepts
PART_BYTES = 12 * 2**20  # compressed bytes in one document, which MongoDB limits to 16 MB
# Larger bodies (from some 5 ms of work on) are compressed in a thread, so that the crawl goes on.
THREAD_BYTES = 512 * 2**10


class Damaged(NewscrawlError):
    """Raised for a payload whose stored bytes cannot be decompressed; `newscrawl verify` lists them all."""


def compressed(body: bytes, base: bytes | None = None) -> bytes:
    """Return `body` as one zstd frame; with `base` as its prefix a page with few changes becomes small."""
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


async def put(gathered: GatheredCommands, digest: str, body: bytes, *, base: str | None = None) -> None:
    """Store `body` under its digest, once; `base` is the digest of the article's payload before it."""
    if base == digest:
        return
    chain = await _chain(gathered, base) if base else []
    document: Document = {"_id": digest, "size": len(body), "depth": 0}
    prefix: bytes | None = None
    if chain and chain[0]["depth"] < MAX_DEPTH:
        prefix = _decompress_chain(chain)
        document |= {"base": base, "depth": chain[0]["depth"] + 1}
    if len(body) > THREAD_BYTES:
        data = await asyncio.to_thread(compressed, body, prefix)
    else:
        data = compressed(body, prefix)
    await _insert(gathered.payloads, document, data)


async def put_capture(gathered: GatheredCommands, capture: Capture, *, base: str | None = None) -> None:
    """Store the body of a capture; with it, of a page that scripts drew, the response that it was drawn from.

    The response belongs to the payload, and goes with it.
    """
    digest, response = capture.payload_digest, capture.response_digest
    if capture.response_body is not None:
        data = await asyncio.to_thread(compressed, capture.response_body)
        for start in range(0, len(data), PART_BYTES):
            part = {"z": data[start : start + PART_BYTES], "part_of": digest, "response": response}
            await gathered.payloads.insert({"_id": f"{digest}:response:{response}:{start // PART_BYTES}", **part})
    await put(gathered, digest, capture.body, base=base)


async def response_of(db: Database, digest: str, response_digest: str) -> bytes | None:
    """Return the response that scripts drew a stored page from; None if it is not there. Raises Damaged."""
    cursor = db.payloads.find({"part_of": digest, "response": response_digest}).sort("_id")
    parts = [part["z"] async for part in cursor]
    try:
        return decompressed(b"".join(parts)) if parts else None
    except zstd.ZstdError as error:
        raise Damaged(f"response {response_digest} cannot be decompressed: {error}") from error


async def _insert(payloads: GatheredCollection, document: Document, data: bytes) -> None:
    """Insert the parts beyond the first, then the document that lists them.

    Another worker may store the same digest at the same time, and with it the same body. Its frame differs if it was
    compressed against another base, so the ids of parts contain the base too.
    """
    *parts, whole = _documents(document, data)
    for part in parts:
        await payloads.insert(part)
    await payloads.insert(whole)


def _documents(document: Document, data: bytes) -> list[Document]:
    """Return the documents that hold a frame: its parts beyond the first, and last the one that lists them."""
    parts = [data[start : start + PART_BYTES] for start in range(0, len(data), PART_BYTES)]
    ids = [f"{document['_id']}:{document.get('base', '')}:{n}" for n in range(1, len(parts))]
    whole = {**document, "z": parts[0], **({"parts": ids} if ids else {})}
    others = zip(ids, parts[1:], strict=True)
    return [*({"_id": part_id, "z": part, "part_of": document["_id"]} for part_id, part in others), whole]


async def rewrite(db: Database, digest: str, body: bytes) -> None:
    """Store a payload that is there already compressed alone, in the place of a frame that needs a base."""
    data = await asyncio.to_thread(compressed, body)
    documents = _documents({"_id": digest, "size": len(body), "depth": 0}, data)
    for document in documents:
        await db.payloads.replace_one({"_id": document["_id"]}, document, upsert=True)
    written = [document["_id"] for document in documents]
    await db.payloads.delete_many({"part_of": digest, "_id": {"$nin": written}, "response": None})


async def get(db: Database, digest: str) -> bytes | None:
    """Return a stored body; raises Damaged."""
    chain = await _chain(GatheredCommands(db), digest)
    return _decompress_chain(chain) if chain else None


async def _chain(gathered: GatheredCommands, digest: str) -> list[Document]:
    """Return the payload's document and the ones it is compressed against, in that order; empty if one is missing."""
    chain: list[Document] = []
    next_digest: str | None = digest
    while next_digest is not None:
        payload = await gathered.payloads.get(next_digest)
        if payload is None:
            return []
        for part_id in payload.get("parts", ()):
            part = await gathered.payloads.get(part_id) or {"z": b""}
            payload["z"] += part["z"]
        chain.append(payload)
        next_digest = payload.get("base")
    return chain


def _decompress_chain(chain: Sequence[dict[str, Any]]) -> bytes:
    """Return the body of the chain's first payload."""
    body: bytes | None = None
    for payload in reversed(chain):
        try:
            body = decompressed(payload["z"], body)
        except zstd.ZstdError as error:
            raise Damaged(f"payload {payload['_id']} cannot be decompressed: {error}") from error
    return body or b""
