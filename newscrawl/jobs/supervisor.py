"""A supervisor: the parent of worker processes. It assigns sources to them, replaces those that die, and ends them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from newscrawl.cancelling import cancelled
from newscrawl.config import Config
from newscrawl.errors import NewscrawlError
from newscrawl.jobs.assigning import Assignments
from newscrawl.jobs.beside import Beside
from newscrawl.jobs.exit_codes import INTERNAL, INTERRUPTED
from newscrawl.jobs.job import CrawlReport, Job
from newscrawl.jobs.messages import CrawlEnded, StartCrawl, StopWorker, WorkerReady
from newscrawl.jobs.reactor import MAX_SECOND_STOP_SECONDS, end_process_after
from newscrawl.jobs.worker import MAX_STOP_SECONDS, worker_main
from newscrawl.jobs.worker_deaths import WORKER_DIED, StacksFile, WorkerDeath, set_source_aside, write_report
from newscrawl.preloaded import SCRAPY
from newscrawl.project import project

logger = logging.getLogger(__name__)

# Imported once by the server that forks the workers. None of them installs a reactor.
PRELOADED = ["newscrawl.jobs.worker", "newscrawl.spider", f"{project().stages}.record", *SCRAPY, "trafilatura"]
# Most crawls wait, a second or more for the pace of their host. With 8, 500 due sources waited for slots: 76 s on two
# cores until the first request to the last of them, against 37 s with 16 (make bench BENCH=fairness).
CRAWLS_AT_ONCE = 16


@dataclass(slots=True)
class WorkerProcess:
    process: BaseProcess
    connection: Connection
    stacks: StacksFile
    is_alone: bool = False  # takes one job only: a source that was at work when another worker died
    started_at: float = field(default_factory=time.monotonic)
    is_ready: bool = False
    running: dict[str, Job] = field(default_factory=dict)
    hosts: dict[str, frozenset[str]] = field(default_factory=dict)


class Supervisor:
    def __init__(
        self,
        config: Config,
        assignments: Assignments,
        *,
        processes: int | None = None,
        crawls_at_once: int = CRAWLS_AT_ONCE,
        beside: Beside | None = None,
    ) -> None:
        self._config = config
        self._beside = beside or Beside()
        self._assignments = assignments
        self._count = processes or os.cpu_count() or 1
        self._crawls_at_once = crawls_at_once
        self._workers: list[WorkerProcess] = []
        self._to_try_alone: deque[Job] = deque()
        self._context = multiprocessing.get_context("forkserver")
        self._changed = asyncio.Event()
        self._is_stopping = False
        self._tasks: set[asyncio.Task[None]] = set()
        self.reports: list[CrawlReport] = []

    async def run(self) -> list[CrawlReport]:
        """Run until the assignments are done or `stop` was called, and all workers are gone."""
        self._context.set_forkserver_preload(PRELOADED)
        announcing: list[asyncio.Task[None]] = []
        try:
            await self._assign()
            if self._beside.announcer is not None:  # now that the store has answered: one line says if it does not
                announcing.append(asyncio.ensure_future(self._beside.announcer.run()))
            while not self._is_over():
                await self._wait_for_change()
                await self._assign()
                if (store := self._assignments.store()) is not None:
                    for work in self._beside.due(store):
                        self._spawn(work)
        finally:
            await cancelled(announcing)
            await self._end_workers()
            for job in self._to_try_alone:
                await self._end_job(job, "shutdown", INTERRUPTED, "stopped before it was tried alone")
            await self._assignments.close()
        return self.reports

    def stop(self) -> None:
        """Let every worker close its crawls; a second call ends them at once."""
        if self._is_stopping:
            for worker in self._workers:
                worker.process.kill()
        self._is_stopping = True
        self._assignments.stop()
        for worker in self._workers:
            self._send(worker, StopWorker())
        self._changed.set()

    def _is_over(self) -> bool:
        if any(worker.running for worker in self._workers):
            return False
        return self._is_stopping or (self._assignments.is_done() and not self._to_try_alone)

    # Assignments

    async def _assign(self) -> None:
        if self._is_stopping:
            return
        while self._to_try_alone and not any(worker.is_alone for worker in self._workers):
            worker = self._start_worker(is_alone=True)
            self._give(worker, self._to_try_alone.popleft())
        running = [source for worker in self._workers for source in worker.running]
        free = self._count * self._crawls_at_once - sum(not w.is_alone and len(w.running) for w in self._workers)
        for job in await self._assignments.next_jobs(free, running) if free > 0 else ():
            self._give(self._worker_for(job.source), job)

    def _worker_for(self, source: str) -> WorkerProcess:
        """Return the worker that holds one of the source's hosts, else the least busy one; starts missing ones."""
        shared = [worker for worker in self._workers if not worker.is_alone]
        hosts = self._assignments.hosts_of(source)
        for worker in shared:
            if any(hosts & held for held in worker.hosts.values()):
                return worker
        if len(shared) < self._count:
            return self._start_worker()
        return min(shared, key=lambda worker: len(worker.running))

    def _give(self, worker: WorkerProcess, job: Job) -> None:
        worker.running[job.source] = job
        worker.hosts[job.source] = self._assignments.hosts_of(job.source)
        self._send(worker, StartCrawl(job))

    def _send(self, worker: WorkerProcess, message: StartCrawl | StopWorker) -> None:
        with contextlib.suppress(OSError):  # it just died: its end is noticed by the pipe
            worker.connection.send(message)

    def _start_worker(self, *, is_alone: bool = False) -> WorkerProcess:
        ours, theirs = self._context.Pipe()
        stacks = StacksFile.make()
        process = self._context.Process(target=worker_main, args=(theirs, self._config, stacks), daemon=True)
        process.start()
        theirs.close()
        worker = WorkerProcess(process, ours, stacks, is_alone=is_alone)
        self._workers.append(worker)
        loop = asyncio.get_running_loop()
        loop.add_reader(ours.fileno(), self._receive, worker)
        return worker

    def _receive(self, worker: WorkerProcess) -> None:
        try:
            while worker.connection.poll():
                message = worker.connection.recv()
                if isinstance(message, WorkerReady):
                    worker.is_ready = True
                elif isinstance(message, CrawlEnded):
                    self._ended(worker, message.report)
        except (EOFError, OSError):
            asyncio.get_running_loop().remove_reader(worker.connection.fileno())
            self._spawn(self._bury(worker))
        self._changed.set()

    def _ended(self, worker: WorkerProcess, report: CrawlReport) -> None:
        worker.running.pop(report.source, None)
        worker.hosts.pop(report.source, None)
        self.reports.append(report)
        self._beside.ping.note(report)
        if self._beside.announcer is not None:
            self._beside.announcer.crawl_ended()
        self._spawn(self._assignments.ended(report))
        if worker.is_alone:
            self._send(worker, StopWorker())

    async def _bury(self, worker: WorkerProcess) -> None:
        """Take note of a worker that is gone: its sources are tried alone once before any is given up."""
        await asyncio.to_thread(worker.process.join)
        death = _death_of(worker)
        worker.connection.close()
        worker.stacks.close()
        self._workers.remove(worker)
        if death.sources and not self._is_stopping:
            if self._beside.examining is not None:
                self._beside.examining.note_death(death.ending)
            await self._try_alone(worker, death)
        else:
            for job in worker.running.values():
                await self._end_job(job, "shutdown", INTERRUPTED, f"its process ended with {death.ending}")
        self._changed.set()

    async def _try_alone(self, worker: WorkerProcess, death: WorkerDeath) -> None:
        """Try the sources of a dead worker alone; one that was alone already is set aside, if it had begun."""
        path = write_report(self._config.home, death)
        sources = ", ".join(death.sources)
        logger.error("worker=died pid=%s ending=%r sources=%s report=%s", death.pid, death.ending, sources, path)
        if not worker.is_alone:
            self._to_try_alone.extend(worker.running.values())
            return
        for job in worker.running.values():
            if worker.is_ready:
                await self._set_aside(job.source, death, path)
            message = f"its process ended with {death.ending}, also when crawled alone; report: {path}"
            await self._end_job(job, WORKER_DIED, INTERNAL, message)

    async def _set_aside(self, source: str, death: WorkerDeath, path: str) -> None:
        try:
            await set_source_aside(self._config, source, death, path)
        except NewscrawlError as error:
            logger.error("source=%s could not be set aside: %s", source, error)

    async def _end_job(self, job: Job, reason: str, exit_code: int, error: str) -> None:
        report = CrawlReport.failed(job.source, reason=reason, exit_code=exit_code, error=error)
        self.reports.append(report)
        self._beside.ping.note(report)
        await self._assignments.ended(report)

    async def _end_workers(self) -> None:
        """End all workers, and kill those that do not."""
        for worker in self._workers:
            self._send(worker, StopWorker())
        deadline = time.monotonic() + MAX_STOP_SECONDS
        while self._workers and time.monotonic() < deadline:
            await self._wait_for_change(timeout_seconds=0.2)
        for worker in list(self._workers):
            worker.process.kill()
        while self._workers:
            await self._wait_for_change(timeout_seconds=0.2)
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _wait_for_change(self, *, timeout_seconds: float | None = None) -> None:
        waits: Iterable[asyncio.Task[object]] = [asyncio.ensure_future(self._changed.wait())]
        if timeout_seconds is None:
            waits = [*waits, asyncio.ensure_future(self._assignments.wait())]
        _, pending = await asyncio.wait(waits, timeout=timeout_seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        self._changed.clear()


def _death_of(worker: WorkerProcess) -> WorkerDeath:
    return WorkerDeath(
        pid=worker.process.pid or 0,
        exit_code=worker.process.exitcode,
        sources=sorted(worker.running),
        at=datetime.now(UTC),
        stacks=worker.stacks.read(),
    )


def supervise(supervisor: Callable[[], Supervisor]) -> list[CrawlReport]:
    """Run a supervisor in this process; SIGTERM and SIGINT stop it, a second one at once.

    It ends after its workers, at the latest a moment after they must have ended: also where it waits for the store.
    """

    async def main() -> list[CrawlReport]:
        made = supervisor()
        seconds = deque([MAX_STOP_SECONDS + 1, MAX_SECOND_STOP_SECONDS])

        def stop() -> None:
            if seconds:
                end_process_after(seconds.popleft())
            made.stop()

        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop)
        return await made.run()

    return asyncio.run(main())
