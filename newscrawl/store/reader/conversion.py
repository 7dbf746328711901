"""From documents to the reader's values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from newscrawl.items import Cause, Change, State
from newscrawl.store import documents
from newscrawl.store.reader.redacted import redacted
from newscrawl.store.reader.views import ArticleView, Event, Run, VersionSummary
from newscrawl.store.reader.visibility import NEEDED, with_visible_facts
from newscrawl.store.redactions import Redactor

SUMMARY_FIELDS = {
    "article_id": 1,
    "number": 1,
    "source": 1,
    "url": 1,
    "seen_at": 1,
    "not_before": 1,
    "cause": 1,
    "headline": 1,
    "language": 1,
    "change": 1,
    **NEEDED,
}
ARTICLE_LEFT_OUT = {"track": 0, "validators": 0, "lease": 0}


def article_view(found: Mapping[str, Any]) -> ArticleView:
    found = redacted(with_visible_facts(found), Redactor.of(found))
    return ArticleView(
        article_id=found["_id"],
        source=found["source"],
        publisher=found.get("publisher") or found["source"],
        guid=found["guid"],
        url=found["url"],
        headline=found["headline"],
        number=found["head"]["number"],
        versions=found.get("versions", found["head"]["number"]),
        edits=found.get("edits", 0),
        first_seen_at=found["first_seen_at"],
        date_published=(found.get("date_published") or {}).get("value"),
        last_changed_at=found.get("last_changed_at"),
        last_checked_at=found.get("last_checked_at"),
        next_check_at=found.get("next_check_at"),
        next_check_reason=found.get("next_check_reason") or "",
        state=State(found["state"]),
        state_reason=found.get("state_reason") or "",
        state_since=found.get("state_since"),
        gone_seen_at=found.get("gone_seen_at"),
        section=found.get("section"),
        language=found.get("language"),
        aliases=tuple(found.get("aliases", ())),
        withheld_changes=(found.get("withheld") or {}).get("changes", 0),
    )


def version_summary(
    found: Mapping[str, Any], *, is_orphan: bool = False, redactor: Redactor | None = None
) -> VersionSummary:
    """Return a version's line; an orphan's change would tell what stood in the hidden version before it."""
    found = redacted(found, redactor)
    return VersionSummary(
        article_id=found["article_id"],
        number=found["number"],
        source=found["source"],
        url=found["url"],
        seen_at=found["seen_at"],
        not_before=found["not_before"],
        cause=Cause(found["cause"]),
        headline=found["headline"],
        language=found["language"],
        change=Change() if is_orphan else documents.change(found),
        is_held=bool(found.get("held")),
    )


def event(found: Mapping[str, Any], *, redactor: Redactor | None = None) -> Event:
    detail = str(found.get("detail") or "")
    return Event(at=found["at"], kind=str(found["kind"]), detail=redactor.text(detail) if redactor else detail)


def run(found: Mapping[str, Any]) -> Run:
    return Run(
        started_at=found["started_at"],
        ended_at=found.get("ended_at"),
        reason=str(found.get("reason") or ""),
        exit_code=found.get("exit_code"),
        stats=dict(found.get("stats") or {}),
    )
