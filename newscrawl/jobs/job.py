"""One crawl as asked for, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from newscrawl.clock import Clock
from newscrawl.errors import NewscrawlError
from newscrawl.jobs.exit_codes import INTERNAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to crawl and how; paths are absolute."""

    source: str
    arguments: Mapping[str, str] = field(default_factory=dict)  # the spider's -a arguments
    record: Path | None = None
    replay: Path | None = None
    clock: Clock | None = None
    fail_on: int = 1  # 0: never
    fail_on_drift: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)
    log_level: str | None = None
    shows_progress: bool = False
    may_yield: bool = False  # ends early where other sources wait for its place, and goes on in its next turn


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlReport:
    """What a crawl came to; the same as its run record."""

    source: str
    run_id: str = ""
    reason: str
    exit_code: int
    discovered: int = 0
    checked: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    excused: str = ""  # why the exit code does not count in a round: paused, acknowledged

    @classmethod
    def failed(cls, source: str, *, reason: str, exit_code: int, error: str) -> CrawlReport:
        """Return the report of a crawl that has no run record."""
        return cls(source=source, reason=reason, exit_code=exit_code, errors={error: 1})

    @classmethod
    def of_error(cls, source: str, error: BaseException) -> CrawlReport:
        """Return the report of a crawl that an exception ended before it began, or that has a defect."""
        if isinstance(error, NewscrawlError):
            return cls.failed(source, reason="not_started", exit_code=error.exit_code, error=str(error))
        return cls.failed(source, reason="defect", exit_code=INTERNAL, error=f"{type(error).__name__}: {error}")

    @classmethod
    def of_editions(cls, reports: Sequence[CrawlReport]) -> CrawlReport:
        """Return one report of the crawls of a replay: their sums, and reason and exit code of the worst."""
        worst = max(reports, key=lambda report: (report.reason != "finished", report.exit_code))
        return replace(
            worst,
            discovered=max(report.discovered for report in reports),
            checked=sum(report.checked for report in reports),
            outcomes=_sum(report.outcomes for report in reports),
            errors=_sum(report.errors for report in reports),
            seconds=sum(report.seconds for report in reports),
        )

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def _sum(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(total)
