"""An archive compared with an export of it, article by article and version by version: each difference has a name.

What was removed from view by order since is no difference, and neither is what came since: newer versions, and newer
articles. docs/export.md says what "the same history" means.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from newscrawl.archive.row_index import RowIndex
from newscrawl.archive.tables import Row, article_row, event_row, held_row
from newscrawl.items import Evidence, State
from newscrawl.store.erasure import is_erased_digest
from newscrawl.store.reader import Absent, ArticleView, Hidden, Reader, VersionView

MAX_SHOWN = 60  # characters of a value in a message
MAX_LISTED = 1000  # differences, and notes, that are kept one by one; all are counted
# Compared of a version; `chain` is, where it is that of this archive, and `payload` where it is not withheld.
VERSION_FIELDS = (
    "number", "source", "seen_at", "not_before", "cause", "url", "headline", "byline", "author", "language",
    "date_published", "date_modified", "paragraphs", "optional", "optional_types", "shown", "carried", "guid",
    "alternative_headlines", "section", "description", "is_accessible_for_free", "kind", "rules", "stamp", "wording",
    "text", "date_published_stated", "date_published_precision", "date_modified_stated", "date_modified_precision",
    "clock_step", "change_types", "significance", "summary", "change",
)  # fmt: skip
# Of an article, always, and while it has no newer versions.
ARTICLE_FIELDS = ("source", "guid", "publisher", "first_seen_at")
NEWEST_FIELDS = ("url", "headline", "section", "language", "date_published", "edits", "last_changed_at")
# Events that depend on the schedule of an archive, or on its own decisions, and not on what the newspaper did.
UNCOMPARED_EVENTS = frozenset(
    {"retired", "watched_again", "hidden", "unhidden", "passage withheld", "passage shown again"}
)
_MARK = re.compile(r"\[(?:passage withheld: [^\]]*|erased by order on \d{4}-\d\d-\d\d)\]")
_PROOFS = ("payload", "chain", "wording", "text")  # withheld or computed otherwise where something is taken down


@dataclass(slots=True)
class Comparison:
    """What was compared, and what differs, one sentence each; of many the first ones."""

    articles: int = 0
    versions: int = 0
    captures: int = 0
    differences: list[str] = field(default_factory=list)
    differing: int = 0  # how many differences there are
    notes: list[str] = field(default_factory=list)  # what is no difference, and to be known
    noted: int = 0

    def differ(self, sentence: str) -> None:
        self.differing += 1
        if len(self.differences) < MAX_LISTED:
            self.differences.append(sentence)

    def note(self, sentence: str) -> None:
        self.noted += 1
        if len(self.notes) < MAX_LISTED:
            self.notes.append(sentence)

    def differs(self, article_id: str, number: int | None, name: str, said: Any, stored: Any) -> None:
        where = f"article {article_id}" + (f", version {number}" if number is not None else "")
        self.differ(f"{where}, {name}: {_shown(said)} in the export, {_shown(stored)} here")


async def compare_rows(reader: Reader, index: RowIndex, found: Comparison) -> None:
    """Compare every article of an export with the archive."""
    for article_id in index.articles():
        found.articles += 1
        await _compare_article(reader, index, article_id, found)


async def _compare_article(reader: Reader, index: RowIndex, article_id: str, found: Comparison) -> None:
    rows = {table: {row["number"]: row for _, row in index.rows(article_id, table)} for table in ("versions", "held")}
    said: dict[int, Row] = {**rows["versions"], **rows["held"]}
    found.versions += len(said)
    facts = next((row for _, row in index.rows(article_id, "articles")), None)
    try:
        view = await reader.articles.article(article_id)
    except Hidden as error:
        found.note(f"article {article_id}: removed from view since: {error}")
        return
    except Absent:
        found.differ(f"article {article_id}: is missing here")
        return
    if facts is None:
        found.differ(f"article {article_id}: its row of articles is missing in the export")
    elif facts["versions"] != len(said):
        found.differs(
            article_id, None, "versions", f"{facts['versions']} are stated and {len(said)} there", view.versions
        )
    stored = {each.version.number: each async for each in reader.export_scan.texts(article_id, with_held=True)}
    is_partly_down = await reader.export_scan.has_part_taken_down(article_id)
    for number in sorted(said.keys() | stored.keys()):
        if number not in stored:
            await _missing_here(reader, article_id, number, found)
        elif number not in said:
            _missing_there(article_id, number, max(said, default=0), found)
        else:
            _compare_version(said[number], stored[number], found, is_lenient=is_partly_down)
    has_newer = max(stored, default=0) > max(said, default=0)
    if facts is not None and not is_partly_down:
        _compare_facts(facts, article_row(view), found, has_newer=has_newer)
    await _compare_beside(reader, index, view, found, is_partly_down=is_partly_down)


async def _missing_here(reader: Reader, article_id: str, number: int, found: Comparison) -> None:
    if await reader.export_scan.is_taken_down(article_id, number):
        found.note(f"article {article_id}, version {number}: removed from view by order since")
    else:
        found.differ(f"article {article_id}, version {number}: is missing here")


def _missing_there(article_id: str, number: int, newest: int, found: Comparison) -> None:
    if number > newest:
        found.note(f"article {article_id}, version {number}: came since")
    else:
        found.differ(f"article {article_id}, version {number}: is missing in the export")


def _compare_version(said: Mapping[str, Any], view: VersionView, found: Comparison, *, is_lenient: bool) -> None:
    version = view.version
    stored = held_row(view)
    is_lenient = is_lenient or is_erased_digest(version.article.display_digest)
    was_withheld = said["chain"] is None  # something of the article was taken down when it was exported
    for name in VERSION_FIELDS:
        if name not in said or said[name] == stored[name] or _is_unsaid(name, said):
            continue
        if (is_lenient or was_withheld) and (name in _PROOFS or _are_one_with_marks(name, said[name], stored[name])):
            continue
        found.differs(version.article_id, version.number, name, said[name], stored[name])
    if said["payload"] and version.payload_digest and said["payload"] != version.payload_digest:
        found.differs(version.article_id, version.number, "payload", said["payload"], version.payload_digest)
    is_own_chain = version.evidence is Evidence.PAGE or said.get("salt")
    if is_own_chain and said["chain"] and version.chain and said["chain"] != version.chain:
        found.differs(version.article_id, version.number, "chain", said["chain"], version.chain)
    hold = view.hold.value if view.hold else None
    if said.get("held") != hold:
        where = f"article {version.article_id}, version {version.number}"
        found.note(f"{where}: was {said.get('held') or 'public'} and is {hold or 'public'}")
    elif said.get("retraction") != stored["retraction"] or said.get("retracted_at") != stored["retracted_at"]:
        found.differs(version.article_id, version.number, "retraction", said.get("retraction"), stored["retraction"])


def _is_unsaid(name: str, said: Mapping[str, Any]) -> bool:
    """Return whether an export of 0.1 did not have a column."""
    return said[name] is None and said.get("stamp") is None


def _are_one_with_marks(name: str, one: Any, other: Any) -> bool:
    """Return whether two values differ only in that one has marks in the place of words of the other."""
    if name in {"change", "summary", "change_types", "significance"}:
        return True  # against a hidden version, and of redacted texts, they are left out
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_are_one_with_marks(name, *pair) for pair in zip(one, other, strict=True))
    if not isinstance(one, str) or not isinstance(other, str):
        return bool(one == other)
    return one == other or _fits(one, other) or _fits(other, one)


def _fits(marked: str, whole: str) -> bool:
    pieces = _MARK.split(marked)
    if len(pieces) < 2 or not whole.startswith(pieces[0]) or not whole.endswith(pieces[-1]):
        return False
    at = 0
    for piece in pieces[:-1]:
        at = whole.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return at + len(pieces[-1]) <= len(whole)


def _compare_facts(said: Mapping[str, Any], stored: Row, found: Comparison, *, has_newer: bool) -> None:
    key = said["article_id"]
    for name in (*ARTICLE_FIELDS, *(() if has_newer else NEWEST_FIELDS)):
        if said[name] != stored[name]:
            found.differs(key, None, name, said[name], stored[name])
    checked = said["last_checked_at"], stored["last_checked_at"]
    if checked[0] is not None and (checked[1] is None or checked[1] < checked[0]):
        found.differs(key, None, "last_checked_at", *checked)
    if not has_newer and checked[0] == checked[1] and (said["state"] == State.GONE) != (stored["state"] == State.GONE):
        found.differs(key, None, "state", said["state"], stored["state"])


async def _compare_beside(
    reader: Reader, index: RowIndex, view: ArticleView, found: Comparison, *, is_partly_down: bool
) -> None:
    """Compare events and checks: what the export says must be here; what came since is no difference."""
    key = view.article_id
    if not is_partly_down:
        stored = {_event_key(event_row(key, event)) for event in await reader.articles.events(key)}
        for _, row in index.rows(key, "events"):
            if row["kind"] not in UNCOMPARED_EVENTS and _event_key(row) not in stored:
                found.differs(key, None, f"event {row['kind']}", row["at"], None)
    months = {month.month: month.outcomes for month in await reader.articles.months_of_checks(key)}
    for _, row in index.rows(key, "checks"):
        here = months.get(row["month"], {})
        if any(here.get(outcome, 0) < number for outcome, number in row["outcomes"].items()):
            found.differs(key, None, f"checks in {row['month']}", row["outcomes"], dict(here))


def _event_key(row: Mapping[str, Any]) -> tuple[datetime, str]:
    return row["at"], row["kind"]


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    text = str(value)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"
