"""The stage that lets one command read of several collections."""

from __future__ import annotations

from collections.abc import Sequence

from newscrawl.store.documents import Document


def union(collection: str, pipeline: Sequence[Document]) -> Document:
    """Return the stage that adds what a pipeline finds in another collection, behind what was found before it."""
    return {"$unionWith": {"coll": collection, "pipeline": list(pipeline)}}
