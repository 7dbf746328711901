"""Answers of aggregations as they came: what is the same as before need not be decoded again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bson import Int64, encode
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo.errors import AutoReconnect

from newscrawl.store.reader.replicas import Replicas

ONE_BATCH = 10_000  # documents: more than any of these answers has
_LENGTH_BYTES = 4  # before the elements of a document
_RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """The documents of an aggregation; `raw` is all of them, so that what came again byte for byte need not be parted.

    Only answers to the same command are to be compared.
    """

    raw: bytes
    _documents: Sequence[RawBSONDocument] | RawBSONDocument

    @property
    def documents(self) -> list[bytes]:
        """Each document in BSON."""
        found = self._documents
        batch = found["firstBatch"] if isinstance(found, RawBSONDocument) else found
        return [bytes(document.raw) for document in batch]


async def raw_answer(
    replicas: Replicas, collection: str, pipeline: Sequence[Mapping[str, Any]], **options: Any
) -> RawAnswer:
    """Return what an aggregation answers.

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
    # Its end tells that it is whole, mostly: to ask by name parts all documents, which may not be needed.
    end = encode({"id": Int64(0), "ns": f"{replicas.primary.name}.{collection}"})[_LENGTH_BYTES:]
    whole = bytes(cursor.raw)
    if not whole.endswith(end) and cursor["id"]:  # larger than one answer may be
        return await _of_cursor(replicas, collection, pipeline, options)
    return RawAnswer(whole, cursor)


async def _of_cursor(
    replicas: Replicas, collection: str, pipeline: Sequence[Mapping[str, Any]], options: dict[str, Any]
) -> RawAnswer:
    raw = replicas.db[collection].with_options(codec_options=_RAW)
    found = await (await raw.aggregate(pipeline, batchSize=ONE_BATCH, **options)).to_list()
    return RawAnswer(b"".join(document.raw for document in found), found)
