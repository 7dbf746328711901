"""Rows of exports as they were written: typed values again, and the versions that rows of them say. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from newscrawl.archive.cells import value as value_of_cell
from newscrawl.archive.row_files import FileRow
from newscrawl.archive.tables import COLUMNS, REQUIRED, Row, Type
from newscrawl.items import (
    Article,
    Cause,
    Evidence,
    Instant,
    OptionalText,
    OptionalType,
    PageKind,
    Precision,
    Readers,
    Shown,
    Version,
    stamp_of,
)
from newscrawl.normalize import display_digest
from newscrawl.store import version_documents
from newscrawl.store.documents import milliseconds
from newscrawl.store.erasure import is_erased_digest

# Of exports of 0.1, which did not say by which rules a text was read: whatever is read today is not compared with it.
MAX_NUMBER = 9_999_999  # of a version, as addresses of the reader have it
UNKNOWN_STAMP = stamp_of("unknown", 0, Readers("unknown"))
_PYTHON_TYPES: dict[Type, tuple[type, ...]] = {
    Type.TEXT: (str,), Type.NUMBER: (int,), Type.SHARE: (float, int), Type.FLAG: (bool,), Type.MOMENT: (datetime,),
    Type.TEXTS: (list,), Type.NUMBERS: (list,), Type.JSON: (dict, list),
}  # fmt: skip


def typed(table: str, row: FileRow) -> Row:
    """Return a row with the types of its table; columns that it lacks are None. Raises ValueError with the column."""
    found: Row = {}
    for name, column_type in COLUMNS[table].items():
        try:
            found[name] = _typed(row.values.get(name), column_type, name, is_csv=row.is_csv)
        except (ValueError, TypeError, RecursionError) as error:
            raise ValueError(f"{name}: {' '.join(str(error).split())[:200]}") from error
    for name in REQUIRED.get(table, ()):
        if found[name] is None:
            raise ValueError(f"{name}: is missing")
    return found


def _typed(stated: Any, column_type: Type, name: str, *, is_csv: bool) -> Any:
    value: Any = stated
    if is_csv:
        value = value_of_cell(value or "", column_type, name)
    elif isinstance(value, str) and column_type is Type.MOMENT:
        value = datetime.fromisoformat(value)
    elif isinstance(value, str) and column_type is Type.JSON:  # of Parquet
        value = json.loads(value)
    if value is None:
        return None
    is_odd = isinstance(value, bool) and column_type is not Type.FLAG
    if is_odd or not any(isinstance(value, each) for each in _PYTHON_TYPES[column_type]):
        raise ValueError(f"{str(value)[:40]!r} is no {column_type}")
    if column_type is Type.TEXTS and not all(isinstance(each, str) for each in value):
        raise ValueError("holds what is no text")
    if column_type is Type.MOMENT:
        return milliseconds(value if value.tzinfo else value.replace(tzinfo=UTC))
    return value


def version_of(row: Mapping[str, Any]) -> Version:
    """Return the version of a row, with the chain that it states; raises ValueError for values that cannot be.

    Its text must be the one whose digest it states: what was changed by hand would look like an edit at the next check.
    """
    headline, paragraphs = row["headline"], tuple(row["paragraphs"])
    stated = row.get("text")
    is_whole = row["chain"] is not None and not is_erased_digest(stated or "")
    if stated is not None and is_whole and stated != display_digest(headline, paragraphs):
        raise ValueError("text: is not the digest of headline and paragraphs; they were changed")
    optional_types = row.get("optional_types") or ()
    article = Article(
        source=row["source"],
        guid=row.get("guid") or "",
        url=row["url"],
        headline=headline,
        paragraphs=paragraphs,
        wording_digest=row["wording"],
        display_digest=stated or display_digest(headline, paragraphs),
        stamp=row.get("stamp") or UNKNOWN_STAMP,
        kind=PageKind(row.get("kind") or PageKind.ARTICLE),
        rules=row.get("rules") or "unknown",
        alternative_headlines=tuple(row.get("alternative_headlines") or ()),
        byline=row["byline"],
        author=tuple(row["author"] or ()),
        date_published=_instant(row, "date_published"),
        date_modified=_instant(row, "date_modified"),
        article_section=row.get("section"),
        in_language=row["language"],
        description=row.get("description"),
        is_accessible_for_free=row.get("is_accessible_for_free"),
        optional=tuple(
            OptionalText(OptionalType(kind), text)
            for kind, text in zip(optional_types, row.get("optional") or (), strict=True)
        ),
        shown=Shown(row.get("shown") or Shown.WHOLE),
        carried=row.get("carried") or 0,
    )
    if not 0 < row["number"] <= MAX_NUMBER:
        raise ValueError(f"number: {row['number']} is no number of a version")
    return Version(
        article_id=row["article_id"],
        number=row["number"],
        seen_at=row["seen_at"],
        not_before=row["not_before"],
        article=article,
        payload_digest=row["payload"] or "",
        capture=None,
        cause=Cause(row["cause"]),
        chain=row["chain"] or "",
        change=version_documents.change({"change": _change(row)}),
        is_clock_step=bool(row.get("clock_step")),
        salt=bytes.fromhex(row.get("salt") or ""),
        has_page=(row.get("evidence") or Evidence.PAGE) == Evidence.PAGE,
    )


def _change(row: Mapping[str, Any]) -> dict[str, Any]:
    stated = row.get("change")
    if stated is not None:
        return dict(stated)
    return {
        "types": row.get("change_types") or [],
        "significance": row.get("significance") or 0.0,
        "summary": row.get("summary") or "",
    }


def _instant(row: Mapping[str, Any], name: str) -> Instant | None:
    value = row[name]
    if value is None:
        return None
    precision = Precision(row.get(f"{name}_precision") or Precision.SECOND)
    return Instant(value, precision, row.get(f"{name}_stated") or value.isoformat())
