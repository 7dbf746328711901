"""What stays of erased articles and versions: tombstones, and texts with a mark in the place of a passage. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from newscrawl.items import ERASED_BY_ORDER, Article, Change, CheckHistory, PageKind, State
from newscrawl.store import commitments
from newscrawl.store.documents import Document
from newscrawl.store.erasure.order import Order, What, erased_digest
from newscrawl.store.head_documents import check_history_document
from newscrawl.store.redactions import TEXT_FIELDS, Redactor
from newscrawl.store.terms import terms
from newscrawl.store.version_documents import UNLOGGED, article_fields, change_document

DATE_FIELDS = ("date_published", "date_modified")
# Of an erased version and article: when they were seen and how they stand in the history, nothing of their content.
_KEPT_OF_VERSION = (
    "_id", "article_id", "number", "source", "seen_at", "not_before", "cause", "stamp", "chain", "held", "clock_step",
    "lease", UNLOGGED,
)  # fmt: skip
_STILL_COMMITTED = {"article_id", "number", "seen_at", "cause", "stamp"}
_KEPT_OF_ARTICLE = (
    "_id", "source", "publisher", "versions", "edits", "claims", "first_seen_at", "last_checked_at", "last_changed_at",
)  # fmt: skip
_STRENGTH = (What.PAYLOAD, What.PASSAGE, What.VERSION, What.ARTICLE)


def is_erased(document: Mapping[str, Any]) -> bool:
    """Return whether nothing of a version's content is left."""
    return (document.get("erased") or {}).get("what") in (What.VERSION, What.ARTICLE)


def erased_version(document: Mapping[str, Any], order: Order) -> Document:
    """Return the tombstone of a version: its place in the chain, without content."""
    blank = Article(
        source=document["source"], guid="", url="", headline="", paragraphs=(), wording_digest="", display_digest="",
        stamp=document["stamp"], kind=PageKind(document["kind"]), rules=document["rules"],
    )  # fmt: skip
    return {
        **{name: document[name] for name in _KEPT_OF_VERSION if name in document},
        **article_fields(blank),
        "wording": erased_digest(),
        "text": erased_digest(),
        "payload": "",
        "capture": None,
        "change": change_document(Change()),
        "terms": [],
        "hidden": order.decision,
        **erased_marks(document, order, commitments.all_names(document) - _STILL_COMMITTED),
    }


def redacted_version(document: Mapping[str, Any], order: Order, redactor: Redactor) -> Document | None:
    """Return a version with a mark in the place of words; None if it does not contain them."""
    texts = {name: redactor.value(document[name]) for name in TEXT_FIELDS if name in document}
    for name in DATE_FIELDS:
        if document.get(name):
            texts[name] = {**document[name], "stated": redactor.value(document[name]["stated"])}
    changed = {name for name, value in texts.items() if value != document[name]}
    if not changed:
        return None
    names = (changed - {"paragraphs"}) | {"wording"}
    pairs = zip(document["paragraphs"], texts["paragraphs"], strict=True)
    names |= {f"paragraphs:{number}" for number, (old, new) in enumerate(pairs) if old != new}
    capture = document.get("capture")
    redacted: Document = {
        **without_change(document),
        **texts,
        "wording": erased_digest(),
        "text": erased_digest(),
        "capture": capture and {**capture, "headers": redactor.value(capture["headers"])},
        "terms": terms((texts["headline"], texts["byline"] or "", *texts["paragraphs"])),
    }
    redacted.pop("salt", None)
    return redacted | erased_marks(document, order, names)


def without_change(document: Mapping[str, Any]) -> Document:
    """Return a version without what its change quotes of it and of the version before."""
    change = {**document["change"], "summary": "", "reasons": [], "excerpts": [], "noted": []}
    return {name: value for name, value in document.items() if name != "passages"} | {"change": change}


def without_payload(document: Mapping[str, Any], order: Order) -> Document:
    """Return a version without the page that it was read from; its text stays."""
    rest = {name: value for name, value in document.items() if name != "salt"}
    return {**rest, "payload": "", **erased_marks(document, order, {"payload"})}


def erased_marks(document: Mapping[str, Any], order: Order, names: Collection[str]) -> Document:
    """Return the fields that say what was erased of a version; the salts of the values with these names are not among
    those that stay.
    """
    before = document.get("erased") or {}
    what = max(order.what, What(before.get("what", order.what)), key=_STRENGTH.index)
    erased = {**order.decision, "what": what.value}
    if not commitments.is_salted(document):
        return {"erased": erased}
    kept = commitments.without(document, names)
    return {"erased": {**erased, "digests": kept["digests"]}, "salts": kept["salts"]}


def erased_article(document: Mapping[str, Any], order: Order) -> Document:
    """Return the tombstone of an article: under its id no crawl records it again."""
    return {
        **{name: document[name] for name in _KEPT_OF_ARTICLE if name in document},
        "url": "",
        "guid": "",
        "aliases": [],
        "headline": "",
        "section": None,
        "language": None,
        "date_published": None,
        "checked_lease": document.get("claims", 0),
        "track": check_history_document(CheckHistory(document["source"], document["first_seen_at"])),
        "hidden": order.decision,
        "erased": {**order.decision, "what": order.what.value},
        "withheld": {"passages": [], "changes": (document.get("withheld") or {}).get("changes", 0)},
        "head": erased_head(document["head"]),
        **unscheduled(order, State.HIDDEN),
        "gone_seen_at": None,
    }


def erased_head(head: Mapping[str, Any]) -> Document:
    return {**head, "wording": erased_digest(), "text": erased_digest(), "payload": "", "reading": "", "containers": ""}


def unscheduled(order: Order, state: State) -> Document:
    """Return the fields of an article that is not checked: a check would record again what was erased."""
    return {
        "state": state.value,
        "state_reason": ERASED_BY_ORDER,
        "state_since": order.decision["at"],
        "next_check_at": None,
        "claim_at": None,
        "next_check_reason": "",
        "value": 0.0,
        "validators": {"etag": None, "last_modified": None},
    }
