"""The tables of an export: their columns with types, and the rows of articles and versions (docs/export.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from newscrawl import diff
from newscrawl.diff.words import sentences
from newscrawl.items import PASSAGES, Instant, MonthOfChecks, Version
from newscrawl.store import version_documents
from newscrawl.store.reader import ArticleView, Event, VersionView

Row = dict[str, Any]
SCHEMA = 2  # of the tables; those of 0.1 had fewer columns, and no tables of held versions, events and checks


class Type(StrEnum):
    """The type of a column; only those of `REQUIRED` are never null."""

    TEXT = "text"
    NUMBER = "number"
    SHARE = "share"
    FLAG = "flag"
    MOMENT = "moment"
    TEXTS = "texts"
    NUMBERS = "numbers"
    JSON = "json"


_TEXT, _NUMBER, _MOMENT = Type.TEXT, Type.NUMBER, Type.MOMENT
_VERSION: dict[str, Type] = {
    "article_id": _TEXT, "number": _NUMBER, "source": _TEXT, "seen_at": _MOMENT, "not_before": _MOMENT, "cause": _TEXT,
    "url": _TEXT, "headline": _TEXT, "byline": _TEXT, "author": Type.TEXTS, "language": _TEXT,
    "date_published": _MOMENT, "date_modified": _MOMENT, "paragraphs": Type.TEXTS, "optional": Type.TEXTS,
    "optional_types": Type.TEXTS, "shown": _TEXT, "carried": _NUMBER, "change_types": Type.TEXTS,
    "significance": Type.SHARE, "summary": _TEXT, "wording": _TEXT, "payload": _TEXT, "chain": _TEXT,
    "evidence": _TEXT, "guid": _TEXT, "alternative_headlines": Type.TEXTS, "section": _TEXT, "description": _TEXT,
    "is_accessible_for_free": Type.FLAG, "kind": _TEXT, "rules": _TEXT, "stamp": _TEXT, "text": _TEXT,
    "date_published_stated": _TEXT, "date_published_precision": _TEXT, "date_modified_stated": _TEXT,
    "date_modified_precision": _TEXT, "clock_step": Type.FLAG, "change": Type.JSON, "salt": _TEXT,
}  # fmt: skip
_PAIR: dict[str, Type] = {
    "article_id": _TEXT, "old_number": _NUMBER, "new_number": _NUMBER, "operation": _TEXT,
    "old_positions": Type.NUMBERS, "new_positions": Type.NUMBERS, "old_text": _TEXT, "new_text": _TEXT,
}  # fmt: skip
COLUMNS: dict[str, dict[str, Type]] = {
    "articles": {
        "article_id": _TEXT, "source": _TEXT, "publisher": _TEXT, "guid": _TEXT, "url": _TEXT, "headline": _TEXT,
        "section": _TEXT, "language": _TEXT, "versions": _NUMBER, "edits": _NUMBER, "date_published": _MOMENT,
        "first_seen_at": _MOMENT, "last_changed_at": _MOMENT, "last_checked_at": _MOMENT, "state": _TEXT,
        "state_reason": _TEXT, "state_since": _MOMENT, "gone_seen_at": _MOMENT, "aliases": Type.TEXTS,
    },
    "versions": _VERSION,
    "held": {**_VERSION, "held": _TEXT, "retracted_at": _MOMENT, "retraction": _TEXT},
    "events": {"article_id": _TEXT, "at": _MOMENT, "kind": _TEXT, "detail": _TEXT},
    "checks": {"article_id": _TEXT, "month": _TEXT, "outcomes": Type.JSON},
    "paragraph_pairs": _PAIR,
    "sentence_pairs": _PAIR,
    "erasures": {
        "article_id": _TEXT, "source": _TEXT, "what": _TEXT, "number": _NUMBER, "erased_at": _MOMENT, "reason": _TEXT,
    },
}  # fmt: skip
TABLES = tuple(COLUMNS)
HISTORY = ("articles", "versions", "held", "events", "checks")  # of which an import makes histories again
# Without these a row says nothing.
REQUIRED: dict[str, tuple[str, ...]] = {
    "articles": ("article_id", "source", "guid", "url", "first_seen_at", "versions", "state"),
    "versions": ("article_id", "number", "source", "seen_at", "cause", "url", "headline", "paragraphs", "wording"),
    "held": ("article_id", "number", "source", "seen_at", "cause", "url", "headline", "paragraphs", "wording", "held"),
    "events": ("article_id", "at", "kind"),
    "checks": ("article_id", "month", "outcomes"),
    "erasures": ("article_id", "what", "erased_at"),
}
# Columns whose empty text is not null.
NEVER_NULL = frozenset({"summary", "headline", "url", "guid", "state_reason", "detail", "reason"})
_KNOWN_BY = (
    ("held", {"article_id", "number", "held", "wording"}),
    ("versions", {"article_id", "number", "wording", "paragraphs"}),
    ("articles", {"article_id", "guid", "first_seen_at", "versions"}),
    ("events", {"article_id", "at", "kind", "detail"}),
    ("checks", {"article_id", "month", "outcomes"}),
    ("paragraph_pairs", {"article_id", "old_number", "new_number", "operation"}),
    ("erasures", {"article_id", "what", "erased_at"}),
)


def table_of(columns: set[str]) -> str | None:
    """Return the table of an export that has such columns; None if it is no export of ours."""
    return next((table for table, needed in _KNOWN_BY if needed <= columns), None)


def article_row(article: ArticleView) -> Row:
    return {
        "article_id": article.article_id,
        "source": article.source,
        "publisher": article.publisher,
        "guid": article.guid,
        "url": article.url,
        "headline": article.headline,
        "section": article.section,
        "language": article.language,
        "versions": article.versions,
        "edits": article.edits,
        "date_published": article.date_published,
        "first_seen_at": article.first_seen_at,
        "last_changed_at": article.last_changed_at,
        "last_checked_at": article.last_checked_at,
        "state": str(article.state),
        "state_reason": article.state_reason,
        "state_since": article.state_since,
        "gone_seen_at": article.gone_seen_at,
        "aliases": list(article.aliases),
    }


def erasure_row(order: Mapping[str, Any]) -> Row:
    names = ("article_id", "source", "what", "number", "reason")
    return {**{name: order[name] for name in names}, "erased_at": order["at"]}


def event_row(article_id: str, event: Event) -> Row:
    return {"article_id": article_id, "at": event.at, "kind": event.kind, "detail": event.detail}


def checks_row(article_id: str, month: MonthOfChecks) -> Row:
    return {"article_id": article_id, "month": month.month, "outcomes": dict(sorted(month.outcomes.items()))}


def version_row(version: Version, *, with_salt: bool = False) -> Row:
    """Return a version's row; its salt is None where its proofs are withheld, and where it was not asked for."""
    article, change = version.article, version.change
    return {
        "article_id": version.article_id,
        "number": version.number,
        "source": article.source,
        "seen_at": version.seen_at,
        "not_before": version.not_before,
        "cause": str(version.cause),
        "url": article.url,
        "headline": article.headline,
        "byline": article.byline,
        "author": list(article.author),
        "language": article.in_language,
        "date_published": article.date_published.value if article.date_published else None,
        "date_modified": article.date_modified.value if article.date_modified else None,
        "paragraphs": list(article.paragraphs),
        "optional": [each.text for each in article.optional],
        "optional_types": [each.type.value for each in article.optional],
        "shown": article.shown.value,
        "carried": article.carried,
        "change_types": list(change.types),
        "significance": change.significance,
        "summary": change.summary,
        "wording": article.wording_digest,
        # None where anything of the article is taken down: guesses at it could be verified.
        "payload": version.payload_digest or None,
        "chain": version.chain or None,
        "evidence": version.evidence.value,
        "guid": article.guid,
        "alternative_headlines": list(article.alternative_headlines),
        "section": article.article_section,
        "description": article.description,
        "is_accessible_for_free": article.is_accessible_for_free,
        "kind": article.kind.value,
        "rules": article.rules,
        "stamp": article.stamp,
        "text": article.display_digest,
        **_stated("date_published", article.date_published),
        **_stated("date_modified", article.date_modified),
        "clock_step": version.is_clock_step,
        "change": {
            **version_documents.change_document(change),
            **{name: list(getattr(change, name)) for name in PASSAGES},
        },
        "salt": version.salt.hex() if with_salt and version.salt and version.chain else None,
    }


def held_row(view: VersionView, *, with_salt: bool = False) -> Row:
    """Return the row of a version that is not public, with the reason."""
    retraction = view.retraction
    return {
        **version_row(view.version, with_salt=with_salt),
        "held": view.hold.value if view.hold else None,
        "retracted_at": retraction.at if retraction else None,
        "retraction": retraction.reason if retraction else None,
    }


def _stated(name: str, instant: Instant | None) -> Row:
    return {
        f"{name}_stated": instant.stated if instant else None,
        f"{name}_precision": instant.precision.value if instant else None,
    }


def pair_rows(old: Version, new: Version) -> Iterator[tuple[str, Row]]:
    """Yield (table, row) for the aligned paragraphs and sentences of two consecutive versions."""
    units = (
        ("paragraph_pairs", list(old.article.paragraphs), list(new.article.paragraphs)),
        ("sentence_pairs", _sentences(old), _sentences(new)),
    )
    for table, a, b in units:
        for row in diff.compare_texts(a, b):
            yield (
                table,
                {
                    "article_id": new.article_id,
                    "old_number": old.number,
                    "new_number": new.number,
                    "operation": str(row.op),
                    "old_positions": list(row.a),
                    "new_positions": list(row.b),
                    "old_text": "\n".join(a[i] for i in row.a) or None,
                    "new_text": "\n".join(b[i] for i in row.b) or None,
                },
            )


def _sentences(version: Version) -> list[str]:
    return [text[start:end].strip() for text in version.article.paragraphs for start, end in sentences(text)]
