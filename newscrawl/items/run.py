"""The record of one crawl."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RunLease:
    """The lease of a run on its source; the token grows with each run."""

    source: str
    run_id: str
    token: int


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run: a crawl of one source, recorded for operators; `exit_code` is None while it runs."""

    run_id: str
    source: str
    started_at: datetime
    heartbeat_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""  # Scrapy's finish reason, or one of newscrawl's
    exit_code: int | None = None
    arguments: Mapping[str, str] = field(default_factory=dict)
    settings_hash: str = ""
    code_version: str = ""
    host: str = ""
    pid: int = 0
    process: str = ""  # identity of the process beyond its pid, which alone does not tell processes apart
    token: int = 0  # fencing token of the source's lease
    stats: Mapping[str, object] = field(default_factory=dict)
    errors: tuple[tuple[str, int], ...] = ()  # the first distinct errors, with their counts
