"""Manifests: what one generation of a backup consists of, as JSON with a digest of its own. Pure."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from newscrawl.store.backup.segments import Segment

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Sum:
    """How many documents a collection has, and the sum of their BLAKE2b-128 digests modulo 2^128."""

    documents: int = 0
    digest: int = 0

    def plus(self, digest: bytes) -> Sum:
        return Sum(self.documents + 1, (self.digest + int.from_bytes(digest)) % (1 << 128))


@dataclass(frozen=True, slots=True)
class Manifest:
    """One generation: a whole restore point."""

    archive: str
    generation: int
    begun_at: datetime
    ended_at: datetime
    newscrawl: str
    schema: int
    database: str
    visibility: int  # how often something had been taken down
    orders: tuple[str, ...]  # ids of the orders to erase that had been carried out
    ends_earlier: bool  # earlier generations hold what was erased since, and are deleted
    collections: Mapping[str, Sum] = field(default_factory=dict)
    segments: tuple[Segment, ...] = ()


class DamagedManifest(ValueError):
    """A manifest that cannot be read, or that does not match its digest."""


class NewerFormat(ValueError):
    """A manifest of a newer newscrawl."""


def to_json(manifest: Manifest) -> str:
    content = {
        "format": FORMAT,
        "archive": manifest.archive,
        "generation": manifest.generation,
        "begun_at": manifest.begun_at.isoformat(),
        "ended_at": manifest.ended_at.isoformat(),
        "newscrawl": manifest.newscrawl,
        "schema": manifest.schema,
        "database": manifest.database,
        "visibility": manifest.visibility,
        "orders": list(manifest.orders),
        "ends_earlier": manifest.ends_earlier,
        "collections": {
            name: {"documents": each.documents, "digest": f"{each.digest:032x}"}
            for name, each in sorted(manifest.collections.items())
        },
        "segments": [_segment_json(segment) for segment in manifest.segments],
    }
    return json.dumps({"manifest": content, "sha256": _digest(content)}, indent=1, ensure_ascii=False) + "\n"


def of_json(text: str) -> Manifest:
    """Return a manifest; raises DamagedManifest or NewerFormat."""
    try:
        document = json.loads(text)
        content = document["manifest"]
        if content["format"] > FORMAT:
            raise NewerFormat(f"format {content['format']}")
        if document["sha256"] != _digest(content):
            raise DamagedManifest("it does not match its digest")
        return _of_content(content)
    except (ValueError, LookupError, TypeError, zlib.error) as error:
        if isinstance(error, NewerFormat | DamagedManifest):
            raise
        raise DamagedManifest(f"it cannot be read: {error}") from error


def _of_content(content: Mapping[str, Any]) -> Manifest:
    return Manifest(
        archive=content["archive"],
        generation=content["generation"],
        begun_at=datetime.fromisoformat(content["begun_at"]),
        ended_at=datetime.fromisoformat(content["ended_at"]),
        newscrawl=content["newscrawl"],
        schema=content["schema"],
        database=content["database"],
        visibility=content["visibility"],
        orders=tuple(content["orders"]),
        ends_earlier=content["ends_earlier"],
        collections={
            name: Sum(each["documents"], int(each["digest"], 16)) for name, each in content["collections"].items()
        },
        segments=tuple(map(_segment, content["segments"])),
    )


def _segment_json(segment: Segment) -> dict[str, Any]:
    live = None if segment.live is None else base64.b64encode(zlib.compress(segment.live)).decode()
    return {
        "number": segment.number,
        "collection": segment.collection,
        "file": f"segments/{segment.file}",
        "documents": segment.documents,
        "bytes": segment.size_bytes,
        "unpacked_bytes": segment.unpacked_bytes,
        "sha256": segment.sha256,
        "live": live,
        "newest": segment.is_newest,
    }


def _segment(content: Mapping[str, Any]) -> Segment:
    live = content["live"]
    return Segment(
        number=content["number"],
        collection=content["collection"],
        documents=content["documents"],
        size_bytes=content["bytes"],
        unpacked_bytes=content["unpacked_bytes"],
        sha256=content["sha256"],
        live=None if live is None else zlib.decompress(base64.b64decode(live)),
        is_newest=content["newest"],
    )


def _digest(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
