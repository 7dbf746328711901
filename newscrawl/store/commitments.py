"""Salted commitments: what a version's chain covers, value by value, so that one can be erased and the rest verified.

Each value (every paragraph is one) is committed to by an HMAC under a salt of its own, and the chain covers only these
digests. Without its salt a digest confirms no guess. The salts are derived from one random `salt` of the version, and
when a value is erased, that is replaced by the `salts` of the other values: the derivation is one-way (HMAC-SHA256).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Collection, Mapping
from typing import Any

from newscrawl.store.documents import Document, to_bson

# Fields that the chain covers: everything that the newspaper published and when we saw it, and nothing that may be
# computed again (change, display digest).
CHAINED = (
    "article_id", "number", "seen_at", "cause", "payload", "url", "guid", "headline", "alternative_headlines", "byline",
    "author", "date_published", "date_modified", "section", "language", "description", "is_accessible_for_free",
    "paragraphs", "wording", "stamp", "optional", "shown", "carried",
)  # fmt: skip
SALT_BYTES = 32


def is_salted(document: Mapping[str, Any]) -> bool:
    """Return whether a version's chain covers commitments; those of older releases cover the content itself."""
    return "salt" in document or "salts" in document


def digests(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the commitments of a version's document by the names of its values; those of erased values as kept."""
    erased = (document.get("erased") or {}).get("digests", {})
    found: dict[str, str] = dict(erased)
    for name, value in _values(document).items():
        if name not in erased:
            found[name] = hmac.digest(_salt(document, name), _text(value).encode(), "sha256").hex()
    return found


def without(document: Mapping[str, Any], names: Collection[str]) -> Document:
    """Return the `salts` and `digests` that stay of a salted version when the values with these names are erased."""
    before = digests(document)
    erased = (document.get("erased") or {}).get("digests", {})
    gone = {name: before[name] for name in before if name in names or name in erased}
    return {"digests": gone, "salts": {name: _salt(document, name) for name in before if name not in gone}}


def capture_digest(document: Mapping[str, Any]) -> str | None:
    """Return the commitment to a version's capture (status, headers, times, URLs), which the log has beside the chain.

    None without a capture, and for versions that are not salted or of which something was erased.
    """
    if "salt" not in document or not document.get("capture"):
        return None
    return hmac.digest(_salt(document, "capture"), _text(document["capture"]).encode(), "sha256").hex()


def shown(document: Mapping[str, Any], withheld: Collection[str]) -> tuple[Document, dict[str, str], dict[str, str]]:
    """Return of a salted version the values that may be shown, their salts, and digests of all others.

    The salts are those of single values: none of them leads to another.
    """
    every = digests(document)
    hidden = {*withheld, *(document.get("erased") or {}).get("digests", {})}
    values = {name: json.loads(_text(value)) for name, value in _values(document).items() if name not in hidden}
    if "capture" not in hidden and (capture := capture_digest(document)) is not None:
        values["capture"], every["capture"] = json.loads(_text(document["capture"])), capture
    salts = {name: _salt(document, name).hex() for name in values}
    return values, salts, {name: digest for name, digest in every.items() if name not in values}


def whole(document: Mapping[str, Any]) -> Document:
    """Return what the chain of a version of an older release covers, as JSON has it."""
    content: Document = json.loads(text_of(document))
    return content


def all_names(document: Mapping[str, Any]) -> set[str]:
    """Return the names of the values that a version's chain covers."""
    return set(_values(document))


def text_of(document: Mapping[str, Any]) -> str:
    """Return the whole content of a version as text, which chains of older releases cover."""
    return _text({name: document[name] for name in CHAINED if name in document})


def _values(document: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: document[name] for name in CHAINED if name in document and name != "paragraphs"}
    values |= {f"paragraphs:{number}": text for number, text in enumerate(document["paragraphs"])}
    return values


def _salt(document: Mapping[str, Any], name: str) -> bytes:
    if "salt" in document:
        return hmac.digest(bytes(document["salt"]), name.encode(), "sha256")[:SALT_BYTES]
    return bytes(document["salts"].get(name, b""))


def _text(value: Any) -> str:
    return _ENCODER.encode(to_bson(value))


def _iso(moment: Any) -> str:
    """Return a moment as text for hashing: UTC, milliseconds."""
    return str(moment.isoformat(timespec="milliseconds"))


# Made once: a version has fifty values, and json.dumps makes an encoder for each.
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_iso)


def chain(previous: str, document: Mapping[str, Any]) -> str:
    """Return the SHA-256 over the previous version's chain ("" for the first) and this version's commitments."""
    content = _ENCODER.encode(digests(document)) if is_salted(document) else text_of(document)
    return hashlib.sha256(f"{previous}\n{content}".encode()).hexdigest()
