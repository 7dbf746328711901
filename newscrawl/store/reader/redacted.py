"""The part of the visibility policy for passages: every text of an article passes here before it leaves the reader."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from newscrawl.items import Capture
from newscrawl.store.documents import Document
from newscrawl.store.reader.taken_down import TakenDown
from newscrawl.store.redactions import TEXT_FIELDS, Redactor

DATE_FIELDS = ("date_published", "date_modified")


def redacted(document: Mapping[str, Any], redactor: Redactor | None) -> Mapping[str, Any]:
    """Return an article's or a version's document as it may be shown."""
    if redactor is None:
        return document
    shown: Document = {name: redactor.value(document[name]) for name in TEXT_FIELDS if name in document}
    for name in DATE_FIELDS:
        if document.get(name) and document[name].get("stated"):
            shown[name] = {**document[name], "stated": redactor.text(document[name]["stated"])}
    if "wording" in document and any(shown[name] != document[name] for name in shown):
        # With the digest of the stored text, a guess at the redacted words could be verified.
        shown["wording"] = shown["text"] = _digest(shown)
    if "change" in document:
        # Single words that were added or removed match no redacted passage and could reveal it: only the numbers stay.
        shown["change"] = {**document["change"], "summary": "", "reasons": [], "excerpts": [], "noted": []}
        shown["passages"] = {}
    if document.get("capture"):
        shown["capture"] = {**document["capture"], "headers": redactor.value(document["capture"]["headers"])}
    return {**document, **shown}


def without_proofs(document: Mapping[str, Any], taken: TakenDown) -> Mapping[str, Any]:
    """Return a version's document without hashes by which guesses at what is taken down could be verified.

    The chain commits to all versions before, and to texts as they were recorded; a payload's digest to the whole page.
    """
    key = document["article_id"]
    if not taken.has_part_of(key):
        return document
    is_whole = key not in taken.redacted and document["payload"] not in taken.payloads
    return {**document, "chain": "", "payload": document["payload"] if is_whole else ""}


def shows_redacted_words(version: Mapping[str, Any], capture: Capture, redactor: Redactor) -> bool:
    """Return whether redacted words are anywhere in a version's capture, also where the rules extract nothing."""
    texts = [version.get(name) or "" for name in TEXT_FIELDS]
    if _covers(redactor, texts) or _covers(redactor, [capture.headers]):
        return True
    return redactor.is_in_page(capture.body, capture.header("content-type"))


def _covers(redactor: Redactor, value: Any) -> bool:
    if isinstance(value, str):
        return redactor.covers(value)
    return any(_covers(redactor, item) for item in (value.values() if isinstance(value, Mapping) else value))


def _digest(shown: Document) -> str:
    texts = [shown.get("headline") or "", shown.get("byline") or "", *shown.get("paragraphs", ())]
    return hashlib.sha256("\n".join(texts).encode("utf-8", "replace")).hexdigest()
