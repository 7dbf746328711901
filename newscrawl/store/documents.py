"""Between the nouns of newscrawl.items and BSON documents: names, types and limits as MongoDB wants them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

import bson
from bson.errors import InvalidDocument, InvalidStringData
from bson.raw_bson import RawBSONDocument

from newscrawl.errors import DocumentTooLarge
from newscrawl.items import (
    Article,
    Capture,
    Cause,
    Change,
    Check,
    CheckHistory,
    Extraction,
    Head,
    Instant,
    PageKind,
    Precision,
    State,
    Validators,
    Version,
)
from newscrawl.store.terms import terms

Document = dict[str, Any]
_CHANGE = tuple(f.name for f in fields(Change))  # asked once: lists read a hundred changes a page
# What 0.1 stored under another name than the noun has today; stored names stay, so that no archive needs a migration.
_STORED_NAMES = {
    "unchanged_streak": "quiet",
    "interval": "period",
    "seen_headline_keys": "listed_as",
    "expected_edits": "expected",
}
MAX_BYTES = 16 * 2**20 - 16 * 2**10  # MongoDB's bound, less room for fields that updates add


def milliseconds(moment: datetime) -> datetime:
    """Return `moment` as BSON keeps it: in UTC, cut to milliseconds."""
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def repaired(text: str) -> str:
    """Return `text` as UTF-8 can hold it: surrogate pairs joined, lone surrogates as U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def plain(value: Any) -> Any:
    """Return a value in the types that BSON has; strings and keys that it refuses are repaired."""
    if isinstance(value, str):
        return repaired(value.value if isinstance(value, Enum) else value)
    if isinstance(value, datetime):
        return milliseconds(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Mapping):
        return {_key(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return float(value)
    return value


def _key(key: object) -> str:
    text = repaired(str(key)).replace("\0", "�")
    return "＄" + text[1:] if text.startswith("$") else text


def encoded(document: Document, what: str) -> RawBSONDocument:
    """Return `document` ready to insert; raises DocumentTooLarge naming `what` beyond MongoDB's bound."""
    try:
        raw = bson.encode(document)
    except (InvalidDocument, InvalidStringData, UnicodeEncodeError, OverflowError):
        raw = bson.encode(plain(document))
    if len(raw) > MAX_BYTES:
        raise DocumentTooLarge(f"{what} takes {len(raw):,} bytes; MongoDB holds {MAX_BYTES:,} in one document")
    return RawBSONDocument(raw)


def version_id(article_id: str, number: int) -> str:
    return f"{article_id}:{number}"


def instant_document(instant: Instant | None) -> Document | None:
    return None if instant is None else plain(asdict(instant))


def instant(document: Mapping[str, Any] | None) -> Instant | None:
    if document is None:
        return None
    return Instant(document["value"], Precision(document["precision"]), document["stated"])


def capture_document(capture: Capture) -> Document:
    """Return everything of a capture but its body, which is a payload."""
    found = {f.name: getattr(capture, f.name) for f in fields(capture) if f.name != "body"}
    result: Document = plain(found)
    return result


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
    )


def change_document(change: Change) -> Document:
    result: Document = plain({f.name: getattr(change, f.name) for f in fields(change)})
    del result["added"], result["removed"]
    return result


def change(document: Mapping[str, Any]) -> Change:
    """Return the change of a version's document, with its passages."""
    found = {**document["change"], **document.get("passages", {})}
    values = {name: found[name] for name in _CHANGE if name in found}
    for name in ("types", "reasons", "added", "removed"):
        values[name] = tuple(values.get(name, ()))
    return Change(**values)


def level(significance: float) -> int:
    """Return which quarter a significance lies in, 0..3: equality on it lets lists of the weightier use an index."""
    return max(0, min(3, int(significance * 4)))


def content_document(version: Version) -> Document:
    """Return what a version says and when it was seen: the part of its document that the chain covers."""
    article = version.article
    return {
        "article_id": version.article_id,
        "number": version.number,
        "source": article.source,
        "seen_at": milliseconds(version.seen_at),
        "cause": str(version.cause),
        "stamp": article.stamp,
        "wording": article.wording_digest,
        "text": article.display_digest,
        "payload": version.payload_digest,
        **article_fields(article),
    }


def version_document(version: Version, *, is_held: bool) -> Document:
    article = version.article
    document: Document = {
        "_id": version_id(version.article_id, version.number),
        **content_document(version),
        "not_before": None if version.not_before is None else milliseconds(version.not_before),
        "chain": version.chain,
        "capture": None if version.capture is None else capture_document(version.capture),
        "change": change_document(version.change),
        "terms": terms((article.headline, article.byline or "", *article.paragraphs)),
    }
    if version.cause in (Cause.EDIT, Cause.RESTORED):
        document["level"] = level(version.change.significance)
    if version.change.added or version.change.removed:
        # What `added` and `removed` are made from, should a kill come before them.
        document["passages"] = {"added": list(version.change.added), "removed": list(version.change.removed)}
    if is_held:
        document["held"] = True
    return document


def article_fields(article: Article) -> Document:
    """Return the fields of an article under the names that `versions` has for them."""
    return {
        "url": article.url,
        "guid": article.guid,
        "headline": article.headline,
        "alternative_headlines": list(article.alternative_headlines),
        "byline": article.byline,
        "author": list(article.author),
        "date_published": instant_document(article.date_published),
        "date_modified": instant_document(article.date_modified),
        "section": article.article_section,
        "language": article.in_language,
        "description": article.description,
        "is_accessible_for_free": article.is_accessible_for_free,
        "kind": str(article.kind),
        "rules": article.rules,
        "paragraphs": list(article.paragraphs),
    }


def article(document: Mapping[str, Any]) -> Article:
    return Article(
        source=document["source"],
        guid=document["guid"],
        url=document["url"],
        headline=document["headline"],
        paragraphs=tuple(document["paragraphs"]),
        wording_digest=document["wording"],
        display_digest=document["text"],
        stamp=document["stamp"],
        kind=PageKind(document["kind"]),
        rules=document["rules"],
        alternative_headlines=tuple(document["alternative_headlines"]),
        byline=document["byline"],
        author=tuple(document["author"]),
        date_published=instant(document["date_published"]),
        date_modified=instant(document["date_modified"]),
        article_section=document["section"],
        in_language=document["language"],
        description=document["description"],
        is_accessible_for_free=document["is_accessible_for_free"],
    )


def version(document: Mapping[str, Any]) -> Version:
    """Return a stored version without its capture: `Store.capture` has it, body included."""
    return Version(
        article_id=document["article_id"],
        number=document["number"],
        seen_at=document["seen_at"],
        not_before=document["not_before"],
        article=article(document),
        payload_digest=document["payload"],
        capture=None,
        cause=Cause(document["cause"]),
        chain=document["chain"],
        change=change(document),
    )


def check_history_document(past: CheckHistory) -> Document:
    result: Document = plain({_stored_name(f.name): getattr(past, f.name) for f in fields(past) if f.name != "source"})
    return result


def check_history(document: Mapping[str, Any], source: str) -> CheckHistory:
    stored = {f.name: _stored_name(f.name) for f in fields(CheckHistory)}
    values = {name: document[key] for name, key in stored.items() if key in document}
    seconds = values.get("interval")
    values["interval"] = None if seconds is None else timedelta(seconds=seconds)
    values["kind"] = PageKind(values.get("kind", PageKind.ARTICLE))
    values["seen_headline_keys"] = tuple(values.get("seen_headline_keys", ()))
    return CheckHistory(source=source, **values)


def _stored_name(field: str) -> str:
    return _STORED_NAMES.get(field, field)


def schedule_document(head: Head) -> Document:
    """Return the fields of an article that every check refreshes, whatever came of it."""
    result: Document = plain(
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
    result["track"] = check_history_document(head.check_history)
    result["head"] = {
        "number": head.number,
        "wording": head.wording_digest,
        "text": head.display_digest,
        "stamp": head.stamp,
        "chain": head.chain,
        "payload": head.payload_digest,
        "seen_at": milliseconds(head.seen_at),
    }
    return result


def head(document: Mapping[str, Any], *, lease: int = 0) -> Head:
    """Return an article's head; `lease` is the token of a claim just made, since reading alone is no claim."""
    found = document["head"]
    return Head(
        article_id=document["_id"],
        source=document["source"],
        guid=document["guid"],
        url=document["url"],
        number=found["number"],
        wording_digest=found["wording"],
        display_digest=found["text"],
        stamp=found["stamp"],
        chain=found["chain"],
        payload_digest=found["payload"],
        seen_at=found["seen_at"],
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
        lease=lease,
    )


def check_document(check: Check) -> Document:
    result: Document = plain({_stored_name(f.name): getattr(check, f.name) for f in fields(check)})
    return result


def extraction_document(extraction: Extraction) -> Document:
    """Return an extraction as it is kept: without its origins, which the rules give again when they read again."""
    result: Document = plain(asdict(extraction))
    del result["origins"]
    return result


def extraction(document: Mapping[str, Any]) -> Extraction:
    values: dict[str, Any] = {f.name: document[f.name] for f in fields(Extraction) if f.name in document}
    values["kind"] = PageKind(values["kind"])
    for name, value in values.items():
        values[name] = tuple(value) if isinstance(value, list) else value
    return Extraction(**values)
