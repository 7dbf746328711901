"""From documents to the reader's views."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from newscrawl.items import Cause, Change, Retraction, State
from newscrawl.store import version_documents
from newscrawl.store.held_versions import hold_of
from newscrawl.store.reader.redacted import redacted
from newscrawl.store.reader.taken_down import TakenDown
from newscrawl.store.reader.views import ArticleView, Event, RightsSignals, Run, VersionSummary
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
    "clock_step": 1,
    "retraction": 1,
    **NEEDED,
}
CHANGE_FIELDS = SUMMARY_FIELDS | {"passages": 1}  # with the passages that were added and removed
ARTICLE_PROJECTION = {"track": 0, "validators": 0, "lease": 0}


def article_view(document: Mapping[str, Any], taken: TakenDown) -> ArticleView:
    """Return an article's view: redacted, with the facts of its newest visible version and counts of visible ones."""
    document = redacted(with_visible_facts(document), Redactor.of(document))
    key = document["_id"]
    hidden_urls = set(document.get("hidden_urls", ()))
    return ArticleView(
        article_id=key,
        source=document["source"],
        publisher=document.get("publisher") or document["source"],
        guid=document["guid"],
        url=document["url"],
        headline=document["headline"],
        number=document["head"]["number"],
        versions=document.get("versions", document["head"]["number"]) - len(taken.versions.get(key, ())),
        edits=max(0, document.get("edits", 0) - taken.edits.get(key, 0)),
        first_seen_at=document["first_seen_at"],
        date_published=(document.get("date_published") or {}).get("value"),
        last_changed_at=document.get("last_changed_at"),
        last_checked_at=document.get("last_checked_at"),
        next_check_at=document.get("next_check_at"),
        next_check_reason=document.get("next_check_reason") or "",
        state=State(document["state"]),
        state_reason=document.get("state_reason") or "",
        state_since=document.get("state_since"),
        gone_seen_at=document.get("gone_seen_at"),
        section=document.get("section"),
        language=document.get("language"),
        aliases=tuple(url for url in document.get("aliases", ()) if url not in hidden_urls),
        withheld_changes=(document.get("withheld") or {}).get("changes", 0),
    )


def version_summary(
    document: Mapping[str, Any], *, is_orphan: bool = False, redactor: Redactor | None = None
) -> VersionSummary:
    """Return a version's summary; the change of an orphan would reveal the hidden version before it and is left out."""
    document = redacted(document, redactor)
    return VersionSummary(
        article_id=document["article_id"],
        number=document["number"],
        source=document["source"],
        url=document["url"],
        seen_at=document["seen_at"],
        not_before=document["not_before"],
        cause=Cause(document["cause"]),
        headline=document["headline"],
        language=document["language"],
        change=Change() if is_orphan else version_documents.change(document),
        is_held=bool(document.get("held")),
        is_clock_step=bool(document.get("clock_step")),
        hold=hold_of(document),
        retraction=retraction(document),
    )


def retraction(document: Mapping[str, Any]) -> Retraction | None:
    found = document.get("retraction")
    return Retraction(at=found["at"], reason=found["reason"]) if found else None


def event(document: Mapping[str, Any], *, redactor: Redactor | None = None) -> Event:
    detail = str(document.get("detail") or "")
    return Event(at=document["at"], kind=str(document["kind"]), detail=redactor.text(detail) if redactor else detail)


def run(document: Mapping[str, Any]) -> Run:
    return Run(
        started_at=document["started_at"],
        ended_at=document.get("ended_at"),
        reason=str(document.get("reason") or ""),
        exit_code=document.get("exit_code"),
        stats=dict(document.get("stats") or {}),
    )


def rights(state: Mapping[str, Any] | None) -> RightsSignals | None:
    """Return the rights signals of a source from its state; None if no crawl has read a page."""
    found = (state or {}).get("rights")
    return RightsSignals(found["at"], found["pages"], found["noarchive"], found["tdm_reservation"]) if found else None
