"""What is known of a worker that died, its report, and the end of a source that ends every process that crawls it."""

from __future__ import annotations

import os
import signal
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from multiprocessing import reduction
from pathlib import Path
from typing import IO, Any, Self

from newscrawl.config import Config
from newscrawl.errors import LeaseHeld
from newscrawl.health.findings import set_aside, worker_died
from newscrawl.jobs.exit_codes import INTERNAL
from newscrawl.sources.catalogue import digest_of_spider
from newscrawl.store.process_identity import process_identity
from newscrawl.store.session import Store

WORKER_DIED = "worker_died"  # the reason in reports and run records
MAX_STACKS_BYTES = 1_000_000


class StacksFile:
    """An anonymous file that a worker and its supervisor share: the stacks of a worker that ends by a fault or silence.

    Passed to the worker as an argument of its process. It outlives the worker, and nothing is left of it afterwards.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    @classmethod
    def make(cls) -> Self:
        return cls(tempfile.TemporaryFile(buffering=0))

    def __reduce__(self) -> tuple[Any, ...]:
        return _opened, (reduction.DupFd(self.file.fileno()),)

    def read(self) -> str:
        """Return what the worker wrote."""
        return os.pread(self.file.fileno(), MAX_STACKS_BYTES, 0).decode("utf-8", "replace")

    def close(self) -> None:
        self.file.close()


def _opened(duplicate: Any) -> StacksFile:
    return StacksFile(os.fdopen(duplicate.detach(), "wb", buffering=0))


@dataclass(frozen=True, slots=True)
class WorkerDeath:
    """A worker that ended while it crawled."""

    pid: int
    exit_code: int | None  # negative: the signal that ended it
    sources: Sequence[str]  # that it crawled
    at: datetime
    stacks: str = ""  # of its threads, if it was blocked or ended by a fault

    @property
    def signal(self) -> str:
        """The name of the signal that ended it; empty if it exited."""
        if self.exit_code is None or self.exit_code >= 0:
            return ""
        try:
            return signal.Signals(-self.exit_code).name
        except ValueError:
            return f"signal {-self.exit_code}"

    @property
    def ending(self) -> str:
        return self.signal or f"exit code {self.exit_code}"


def write_report(home: Path, death: WorkerDeath) -> str:
    """Write what is known of a worker's end into the folder of reports; return the path, or why it was not written."""
    folder = home / "reports"
    path = folder / f"{death.at:%Y%m%dT%H%M%S}-{death.pid}-worker.txt"
    lines = [
        f"worker {death.pid} ended with {death.ending}, noticed at {death.at:%Y-%m-%dT%H:%M:%SZ}",
        f"it crawled: {', '.join(death.sources)}",
        "",
        death.stacks or "It left no stacks: it was killed, or it exited by itself.",
    ]
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        return f"(could not be written: {error})"
    return str(path)


async def set_source_aside(config: Config, source: str, death: WorkerDeath, report: str) -> None:
    """Leave a source out of rounds until its file changes or a crawl of it ends, and raise the alarms that say so.

    Raises StoreUnavailable.
    """
    evidence = {
        "pid": death.pid,
        "exit_code": death.exit_code,
        "signal": death.signal,
        "report": report,
        "has_stacks": bool(death.stacks),
    }
    at = datetime.now(UTC)
    store = await Store.open(config)
    try:
        await _end_run(store, source, death, report)
        await store.set_source_aside(source, death.ending, at, spider_digest=digest_of_spider(source))
        for finding in (worker_died(death.ending, evidence), set_aside(death.ending, evidence)):
            await store.open_alarm(source, finding, at=at)
    finally:
        await store.close()


async def set_lost_source_aside(store: Store, source: str, lost: int) -> None:
    """Leave a source out of rounds with which so many supervisors in succession vanished. Raises StoreUnavailable."""
    at = datetime.now(UTC)
    ending = f"{lost} supervisors in succession vanished while they crawled it"
    await store.set_source_aside(source, ending, at, spider_digest=digest_of_spider(source))
    await store.open_alarm(source, set_aside(ending, {"lost_takers": lost}), at=at)


async def _end_run(store: Store, source: str, death: WorkerDeath, report: str) -> None:
    """Take over what the dead process's run left, as the next run of the source would, and record how it ended."""
    newest = next(iter(await store.runs(source, 1)), None)
    if newest is None or newest.ended_at is not None or newest.pid != death.pid:
        return  # it died before it took the lease
    record = replace(newest, run_id=uuid.uuid4().hex, started_at=death.at, pid=os.getpid(), process=process_identity())
    try:
        run = await store.start_run(record, dead_run=newest.run_id)
    except LeaseHeld:
        return
    error = f"the process of run {newest.run_id} ended with {death.ending}; report: {report}"
    ended = replace(run, ended_at=datetime.now(UTC), reason=WORKER_DIED, exit_code=INTERNAL, errors=((error, 1),))
    await store.end_run(ended)
