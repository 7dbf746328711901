"""Rows of exports become the histories that they were made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from newscrawl.archive.exported_rows import version_of
from newscrawl.archive.row_index import RowIndex
from newscrawl.archive.tables import Row
from newscrawl.config import Config
from newscrawl.errors import SpiderFileError
from newscrawl.frontier.source_policy import SourcePolicy
from newscrawl.history.exported import ExportedArticle, ExportedHistories, ExportedVersion, HistoryClash
from newscrawl.items import Hold, Retraction
from newscrawl.jobs.import_source import FromNow
from newscrawl.jobs.leased import leased
from newscrawl.sources.catalogue import load_spider
from newscrawl.sources.spider_loader import NoSuchSource
from newscrawl.store.session import Store


@dataclass(slots=True)
class HistoriesImported:
    """What came of the exported histories of one source."""

    source: str
    articles: int = 0  # of which something was added
    known: int = 0
    versions: int = 0  # added
    refused: str = ""
    faults: list[str] = field(default_factory=list)


async def import_histories(
    store: Store, source: str, index: RowIndex, config: Config, on_done: Callable[[int], None],
    is_stopped: Callable[[], bool],
) -> HistoriesImported:  # fmt: skip
    """Write the histories of a source, also of one that this project does not have; raises LeaseHeld."""
    try:
        name = load_spider(source).policy or config.policy
    except (NoSuchSource, SpiderFileError):
        name = config.policy
    now = datetime.now(UTC)
    policy = FromNow((await SourcePolicy.open(store, source, name)).policy, now)
    done = HistoriesImported(source)
    async with leased(store, source, {"command": "import"}, is_stopped) as work:
        histories = ExportedHistories(store, policy, now)
        for article_id in index.articles(source):
            if work.is_over:
                break
            try:
                article = exported_article(index, article_id)
                added = await histories.put(article)
            except HistoryClash as error:
                done.faults.append(f"article {article_id}: {error}; it was left as it is")
            else:
                done.versions += added
                done.articles += bool(added)
                done.known += not added
            on_done(1)
        work.stats |= {"versions": done.versions}
    done.refused = work.lost
    return done


def exported_article(index: RowIndex, article_id: str) -> ExportedArticle:
    """Return all that rows say of an article; raises HistoryClash for what cannot be."""
    versions: dict[int, ExportedVersion] = {}
    for table in ("versions", "held"):
        for place, row in index.rows(article_id, table):
            try:
                version = version_of(row)
                hold, retraction = _held(row) if table == "held" else (None, None)
            except (ValueError, KeyError, TypeError) as error:
                raise HistoryClash(f"{place}: {error}") from error
            if version.number in versions:
                raise HistoryClash(f"{place}: version {version.number} is both public and held")
            versions[version.number] = ExportedVersion(version, hold, retraction)
    rows = {table: [row for _, row in index.rows(article_id, table)] for table in ("articles", "events", "checks")}
    erasures = {row["number"]: row for _, row in index.rows(article_id, "erasures") if row["number"]}
    facts = rows["articles"][0] if rows["articles"] else None
    if facts is not None and facts["versions"] != len(versions):
        raise HistoryClash(f"the export says that it has {facts['versions']} versions, and holds {len(versions)}")
    ordered = [versions[number] for number in sorted(versions)]
    return ExportedArticle(article_id, ordered, facts, rows["events"], rows["checks"], erasures)


def _held(row: Row) -> tuple[Hold, Retraction | None]:
    at: Any = row["retracted_at"]
    return Hold(row["held"]), Retraction(at, row["retraction"] or "") if at is not None else None
