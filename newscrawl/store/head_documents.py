"""Documents of heads: an article's schedule and check history; and the lines of the check log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import timedelta
from typing import Any

from newscrawl.items import Check, CheckHistory, Head, PageKind, State, Validators
from newscrawl.store.documents import Document, milliseconds, to_bson

# Fields that 0.1 stored under other names; stored names stay, so that no archive needs a migration.
_STORED_NAMES = {
    "unchanged_streak": "quiet",
    "interval": "period",
    "seen_headline_keys": "listed_as",
    "expected_edits": "expected",
    "payload_digest": "payload",
    "is_clock_step": "clock_step",
}


_RARE = {"payload", "clock_step"}  # fields of few lines of the check log; the others have none


def _stored_name(field: str) -> str:
    return _STORED_NAMES.get(field, field)


def check_document(check: Check) -> Document:
    document: Document = to_bson({_stored_name(field.name): getattr(check, field.name) for field in fields(check)})
    return {name: value for name, value in document.items() if name not in _RARE or value}


def check_history_document(history: CheckHistory) -> Document:
    names = [field.name for field in fields(history) if field.name != "source"]
    document: Document = to_bson({_stored_name(name): getattr(history, name) for name in names})
    if not history.is_backfilled:
        del document["is_backfilled"]
    return document


def check_history(document: Mapping[str, Any], source: str) -> CheckHistory:
    stored_names = {field.name: _stored_name(field.name) for field in fields(CheckHistory)}
    values = {name: document[stored] for name, stored in stored_names.items() if stored in document}
    seconds = values.get("interval")
    values["interval"] = None if seconds is None else timedelta(seconds=seconds)
    values["kind"] = PageKind(values.get("kind", PageKind.ARTICLE))
    values["seen_headline_keys"] = tuple(values.get("seen_headline_keys", ()))
    return CheckHistory(source=source, **values)


def schedule_document(head: Head) -> Document:
    """Return the fields of an article that every check refreshes, whatever its outcome."""
    document: Document = to_bson(
        {
            "url": head.url,
            "guid": head.guid,
            "aliases": head.aliases,
            "headline": head.headline,
            "last_changed_at": head.check_history.last_changed_at,
            "last_checked_at": head.check_history.last_checked_at,
            "first_seen_at": head.check_history.first_seen_at,
            "next_check_at": head.next_check_at,
            "claim_at": head.next_check_at,
            "next_check_reason": head.next_check_reason,
            "value": head.priority,
            "state": head.state,
            "state_reason": head.state_reason,
            "state_since": head.state_since,
            "gone_seen_at": head.gone_seen_at,
            "validators": {"etag": head.validators.etag, "last_modified": head.validators.last_modified},
        }
    )
    document["track"] = check_history_document(head.check_history)
    document["head"] = {
        "number": head.number,
        "wording": head.wording_digest,
        "text": head.display_digest,
        "stamp": head.stamp,
        "chain": head.chain,
        "payload": head.payload_digest,
        "seen_at": milliseconds(head.seen_at),
        "reading": head.reading_digest,
        "containers": head.containers_digest,
    }
    return document


def head(document: Mapping[str, Any], *, lease: int = 0) -> Head:
    """Return the head of an article's document; `lease` is the token of a claim just made, 0 after a mere read."""
    newest = document["head"]
    return Head(
        article_id=document["_id"],
        source=document["source"],
        guid=document["guid"],
        url=document["url"],
        number=newest["number"],
        wording_digest=newest["wording"],
        display_digest=newest["text"],
        stamp=newest["stamp"],
        chain=newest["chain"],
        payload_digest=newest["payload"],
        seen_at=newest["seen_at"],
        headline=document["headline"],
        state=State(document["state"]),
        check_history=check_history(document["track"], document["source"]),
        aliases=tuple(document["aliases"]),
        validators=Validators(document["validators"]["etag"], document["validators"]["last_modified"]),
        next_check_at=document["next_check_at"],
        next_check_reason=document["next_check_reason"],
        priority=document["value"],
        state_reason=document["state_reason"],
        state_since=document["state_since"],
        gone_seen_at=document["gone_seen_at"],
        reading_digest=newest.get("reading", ""),
        containers_digest=newest.get("containers", ""),
        lease=lease,
    )
