"""Documents of one fetched page: its capture, and what rules extracted from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from newscrawl.items import Capture, Extraction, PageKind
from newscrawl.store.documents import Document, to_bson


def capture_document(capture: Capture) -> Document:
    """Return everything of a capture but its bodies, which are stored as a payload."""
    names = {field.name for field in fields(capture)} - {"body", "response_body"}
    values = {field.name: getattr(capture, field.name) for field in fields(capture) if field.name in names}
    for name in ("certificate_fault", "response_digest", "provenance"):
        if values[name] is None:  # of nearly all
            del values[name]
    document: Document = to_bson(values)
    return document


def capture(document: Mapping[str, Any], body: bytes) -> Capture:
    return Capture(
        target_uri=document["target_uri"],
        final_uri=document["final_uri"],
        status=document["status"],
        headers=tuple((key, value) for key, value in document["headers"]),
        body=body,
        fetched_at=document["fetched_at"],
        redirects=tuple(document["redirects"]),
        elapsed_ms=document["elapsed_ms"],
        certificate_fault=document.get("certificate_fault"),
        response_digest=document.get("response_digest"),
        provenance=document.get("provenance"),
    )


def extraction_document(extraction: Extraction) -> Document:
    """Return an extraction without origins and fingerprint: the rules give them again when it is re-extracted."""
    document: Document = to_bson(asdict(extraction))
    del document["origins"], document["containers"]
    return document


def extraction(document: Mapping[str, Any]) -> Extraction:
    values: dict[str, Any] = {
        field.name: document[field.name] for field in fields(Extraction) if field.name in document
    }
    values["kind"] = PageKind(values["kind"])
    for name, value in values.items():
        values[name] = tuple(value) if isinstance(value, list) else value
    return Extraction(**values)
