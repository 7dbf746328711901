"""The log of versions as it was at one size: what was appended to it since is left out. Pure.

Its collections only ever grow, so that whatever a state of the log needs is there once that state was read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from newscrawl.store.documents import Document
from newscrawl.tlog.tiles import ENTRIES, HASH_BYTES, WIDTH, bundle, entries_of, sizes


def as_of(name: str, document: Mapping[str, Any], size: int) -> Document | None:
    """Return a document of the log as far as the first `size` entries need it; None if they do not."""
    if name == "tlog_leaves":
        return dict(document) if document["index"] < size else None
    if name == "tlog_checkpoints":
        return dict(document) if document["_id"] <= size else None
    level, _, index = str(document["_id"]).partition(":")
    count = size if level == ENTRIES else dict(sizes(size)).get(int(level), 0)
    width = min(WIDTH, count - int(index) * WIDTH)
    if width <= 0:
        return None
    if document["width"] <= width:
        return dict(document)
    data = bytes(document["data"])
    kept = bundle(list(entries_of(data))[:width]) if level == ENTRIES else data[: width * HASH_BYTES]
    return {**document, "width": width, "data": kept}
