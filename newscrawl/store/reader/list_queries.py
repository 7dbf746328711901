"""The conditions of lists across articles, and the indexes that have them in their order."""

from __future__ import annotations

from newscrawl.items import Cause
from newscrawl.store.disclosure_mark import MARKED
from newscrawl.store.documents import Document
from newscrawl.store.reader.cursor import before, beyond
from newscrawl.store.reader.views import ListFilter

LEVELS = 4


def edits(where: ListFilter) -> tuple[Document, str]:
    """Return the condition on edits, and the index that has them in their order."""
    query: Document = {"level": {"$in": list(range(where.level, LEVELS))}, **of_source(where)}
    index = "listed" if where.source is None else "listed_source"
    if where.unnoted:
        query |= MARKED
    if where.kind is not None:
        query["change.types"] = where.kind
        return query, f"{index}_kind"
    return query, f"{index}_unnoted" if where.unnoted else index


def firsts(where: ListFilter) -> tuple[Document, str]:
    return {"cause": Cause.FIRST.value, **of_source(where)}, "cause" if where.source is None else "source_cause"


def of_source(where: ListFilter) -> Document:
    return {} if where.source is None else {"source": where.source}


def span(where: ListFilter, place: str | None, *, is_back: bool = False) -> Document:
    """Return the condition on time: the filter's and the cursor's together."""
    condition: Document = before(place) if is_back and place else beyond(place)
    moments = condition.pop("seen_at", {})
    if where.since is not None:
        moments["$gte"] = max(where.since, moments.get("$gte", where.since))
    if where.until is not None:
        moments["$lt"] = where.until
    return condition | ({"seen_at": moments} if moments else {})
