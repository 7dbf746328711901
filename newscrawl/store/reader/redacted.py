"""The part of the visibility policy that covers passages: no text of an article leaves the reader without it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from newscrawl.items import Capture
from newscrawl.store.redactions import TEXTS, Redactor

Document = dict[str, Any]
DATES = ("date_published", "date_modified")


def redacted(document: Mapping[str, Any], redactor: Redactor | None) -> Mapping[str, Any]:
    """Return an article's or a version's document as it may be told."""
    if redactor is None:
        return document
    told: Document = {name: redactor.value(document[name]) for name in TEXTS if name in document}
    for name in DATES:
        if document.get(name) and document[name].get("stated"):
            told[name] = {**document[name], "stated": redactor.text(document[name]["stated"])}
    if "wording" in document and any(told[name] != document[name] for name in told):
        # The fingerprint of the stored text would let guesses at the missing words be tried.
        told["wording"] = told["text"] = _fingerprint(told)
    if "change" in document:
        # Words that came or went one by one are no passage any more, and would tell it: only the numbers stay.
        told["change"] = {**document["change"], "summary": "", "reasons": []}
        told["passages"] = {}
    if document.get("capture"):
        told["capture"] = {**document["capture"], "headers": redactor.value(document["capture"]["headers"])}
    return {**document, **told}


def is_withheld(version: Mapping[str, Any], capture: Capture, redactor: Redactor) -> bool:
    """Tell whether the evidence of a version shows withheld words, be it where our rules do not look."""
    texts = [version.get(name) or "" for name in TEXTS]
    return _covers(redactor, texts) or _covers(redactor, [capture.headers]) or redactor.is_in_page(capture.body)


def _covers(redactor: Redactor, value: Any) -> bool:
    return redactor.covers(value) if isinstance(value, str) else any(_covers(redactor, item) for item in value)


def _fingerprint(told: Document) -> str:
    texts = [told.get("headline") or "", told.get("byline") or "", *told.get("paragraphs", ())]
    return hashlib.sha256("\n".join(texts).encode("utf-8", "replace")).hexdigest()
