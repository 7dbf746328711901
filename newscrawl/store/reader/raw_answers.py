"""Answers of aggregations as they came: what is the same as before need not be decoded again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo.errors import AutoReconnect

from newscrawl.store.documents import Document
from newscrawl.store.reader.replicas import Replicas

ONE_BATCH = 10_000  # documents: more than any of these answers has
_RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)


async def raw_documents(
    replicas: Replicas, collection: str, pipeline: Sequence[Document], **options: Any
) -> list[bytes]:
    """Return the documents of an aggregation, each in BSON.

    It is asked as one command: a cursor costs the client half as much again. Commands are for the primary alone, and
    the driver does not retry them.
    """
    if replicas.is_replicated:
        return await _of_cursor(replicas, collection, pipeline, options)
    command = {"pipeline": pipeline, "cursor": {"batchSize": ONE_BATCH}, **options}
    try:
        answer = await replicas.primary.command("aggregate", collection, codec_options=_RAW, **command)
    except AutoReconnect:  # as of a primary that steps down
        return await _of_cursor(replicas, collection, pipeline, options)
    cursor = answer["cursor"]
    if cursor["id"]:  # larger than one answer may be
        return await _of_cursor(replicas, collection, pipeline, options)
    return [bytes(document.raw) for document in cursor["firstBatch"]]


async def _of_cursor(
    replicas: Replicas, collection: str, pipeline: Sequence[Document], options: dict[str, Any]
) -> list[bytes]:
    raw = replicas.db[collection].with_options(codec_options=_RAW)
    found = await (await raw.aggregate(pipeline, batchSize=ONE_BATCH, **options)).to_list()
    return [bytes(document.raw) for document in found]
