"""What operators ask about one source or one run: its hosts, turn and quarantine; a run's checks and versions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from newscrawl.items import RunRecord
from newscrawl.store import check_log, claims, host_conditions, quarantine, runs, source_schedule, versions
from newscrawl.store.crawl_records import CrawlRecords
from newscrawl.store.documents import Document
from newscrawl.store.retries import translate_errors


class OperatorRecords(CrawlRecords):
    """Base of `Store`; all of this is read only."""

    @translate_errors
    async def hosts_of(self, domains: Sequence[str], names: Collection[str]) -> list[host_conditions.HostCondition]:
        """Return the hosts on these domains, and those with these names, as far as they were ever requested."""
        return await host_conditions.conditions(self.db, domains, names)

    @translate_errors
    async def backlog(self, source: str, now: datetime) -> claims.Backlog | None:
        """Return what is due of one source."""
        return (await claims.backlogs(self.db, now, source)).get(source)

    @translate_errors
    async def source_turn(self, source: str) -> source_schedule.Turn:
        """Return when a source is due, and who crawls it."""
        return await source_schedule.turn(self.db, source)

    @translate_errors
    async def quarantine_counts(self, source: str) -> dict[str, int]:
        """Return the number of a source's open entries by reason, the most frequent first."""
        return await quarantine.counts(self.db, source)

    @translate_errors
    async def runs_like(self, prefix: str, limit: int) -> list[RunRecord]:
        """Return the newest runs whose ids begin like this."""
        return await runs.like(self.db, prefix, limit)

    @translate_errors
    async def checks_of(self, run: RunRecord) -> list[Document]:
        """Return the lines that a run wrote to the check log, in the order of their times, while they are kept."""
        return await check_log.lines_of_run(self.db, run)

    @translate_errors
    async def versions_seen(self, seen: Collection[tuple[str, object]]) -> list[Document]:
        """Return key, cause, headline and URL of the versions that were seen at these moments, by article."""
        return await versions.seen(self.db, seen)
