"""The part of the visibility policy that covers passages: no text of an article leaves the reader without it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from newscrawl.items import Capture
from newscrawl.store.passages import TEXTS, Veil

Document = dict[str, Any]
DATES = ("date_published", "date_modified")


def veiled(document: Mapping[str, Any], veil: Veil | None) -> Mapping[str, Any]:
    """Return an article's or a version's document as it may be told."""
    if veil is None:
        return document
    told: Document = {name: veil.value(document[name]) for name in TEXTS if name in document}
    for name in DATES:
        if document.get(name) and document[name].get("stated"):
            told[name] = {**document[name], "stated": veil.text(document[name]["stated"])}
    if "wording" in document and any(told[name] != document[name] for name in told):
        # The fingerprint of the stored text would let guesses at the missing words be tried.
        told["wording"] = told["text"] = _fingerprint(told)
    if "change" in document:
        # Words that came or went one by one are no passage any more, and would tell it: only the numbers stay.
        told["change"] = {**document["change"], "summary": "", "reasons": []}
        told["passages"] = {}
    if document.get("capture"):
        told["capture"] = {**document["capture"], "headers": veil.value(document["capture"]["headers"])}
    return {**document, **told}


def is_withheld(version: Mapping[str, Any], capture: Capture, veil: Veil) -> bool:
    """Tell whether the evidence of a version shows withheld words, be it where our rules do not look."""
    texts = [version.get(name) or "" for name in TEXTS]
    return _covers(veil, texts) or _covers(veil, [capture.headers]) or veil.is_in_page(capture.body)


def _covers(veil: Veil, value: Any) -> bool:
    return veil.covers(value) if isinstance(value, str) else any(_covers(veil, item) for item in value)


def _fingerprint(told: Document) -> str:
    texts = [told.get("headline") or "", told.get("byline") or "", *told.get("paragraphs", ())]
    return hashlib.sha256("\n".join(texts).encode("utf-8", "replace")).hexdigest()
