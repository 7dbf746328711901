"""Faults of the machine that crawls: its disk, its clock, its worker processes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from newscrawl.humanize import counted, short_duration
from newscrawl.items import AlarmKind, Finding

MIN_FREE_BYTES = 1 << 30
# What is recorded has the time of this machine. Servers that keep their clocks by NTP differ by milliseconds.
MAX_CLOCK_ERROR = timedelta(seconds=30)
MAX_DEATHS, DEATHS_WITHIN = 3, timedelta(hours=1)
MACHINE_KINDS = frozenset({AlarmKind.DISK, AlarmKind.CLOCK, AlarmKind.WORKER_RESTARTS})


def machine_findings(
    machine: str, folders: Sequence[Path], clock_error: timedelta, deaths: Sequence[tuple[datetime, str]]
) -> Iterator[Finding]:
    """Yield the faults of a machine; `deaths` are the workers that died within DEATHS_WITHIN, and how.

    `clock_error` is by how much its clock is ahead of the store's.
    """
    for path in folders:
        if (free := free_bytes(path)) < MIN_FREE_BYTES:
            evidence = {"machine": machine, "folder": str(path), "free_bytes": free}
            yield Finding(_of(AlarmKind.DISK, machine), f"{free / 2**20:.0f} MiB are free in {path}", evidence)
            break
    if abs(clock_error) > MAX_CLOCK_ERROR:
        way = "ahead of" if clock_error > timedelta() else "behind"
        message = f"its clock is {short_duration(abs(clock_error))} {way} that of the database"
        evidence = {"machine": machine, "seconds_ahead": clock_error.total_seconds()}
        yield Finding(_of(AlarmKind.CLOCK, machine), message, evidence)
    if len(deaths) >= MAX_DEATHS:
        processes = counted(len(deaths), "worker process", "worker processes")
        message = f"{processes} ended within an hour, the last one by {deaths[-1][1]}"
        evidence = {"machine": machine, "endings": [ending for _, ending in deaths]}
        yield Finding(_of(AlarmKind.WORKER_RESTARTS, machine), message, evidence)


def free_bytes(folder: Path) -> int:
    """Return how many bytes may be written into a folder, or into the nearest that exists."""
    return shutil.disk_usage(next(path for path in (folder, *folder.parents) if path.exists())).free


def _of(kind: AlarmKind, machine: str) -> str:
    return f"{kind}:{machine}"
