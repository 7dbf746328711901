"""A worker: one process with one event loop, one store client, one politeness and one robots cache for many crawls."""

from __future__ import annotations

import asyncio
import ctypes
import faulthandler
import os
import signal
import sys
from multiprocessing.connection import Connection

from newscrawl import bounds, logs, timings
from newscrawl.config import Config
from newscrawl.jobs.crawl import Crawl
from newscrawl.jobs.job import CrawlReport, Job
from newscrawl.jobs.messages import CrawlEnded, StartCrawl, StopWorker, WorkerReady
from newscrawl.jobs.process_scope import ProcessScope
from newscrawl.jobs.reactor import end_process_after, run_in_reactor
from newscrawl.jobs.watchdog import Watchdog
from newscrawl.jobs.worker_deaths import StacksFile

# How long a supervisor waits for a worker that it stops; the worker ends itself before.
MAX_STOP_SECONDS = 18.0
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Worker:
    def __init__(self, connection: Connection, config: Config, stacks: StacksFile) -> None:
        self._connection = connection
        self._stacks = stacks
        self._config = config
        self._scope = ProcessScope(config)
        self._crawls: dict[str, Crawl] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_stopping = asyncio.Event()

    async def run(self) -> None:
        """Crawl what the supervisor sends until it says stop."""
        loop = asyncio.get_running_loop()
        watchdog = Watchdog(self._stacks.file, max_silence_seconds=self._config.worker_silence_seconds)
        watchdog.start(loop)
        loop.add_reader(self._connection.fileno(), self._receive)
        self._connection.send(WorkerReady(os.getpid()))
        lag = loop.create_task(timings.measure_loop_lag())
        try:
            await self._is_stopping.wait()
            while self._tasks:
                await asyncio.wait(self._tasks)
        finally:
            lag.cancel()
            loop.remove_reader(self._connection.fileno())
            watchdog.stop()
            await self._scope.close()

    def stop(self) -> None:
        """Close all crawls: no new request leaves."""
        for crawl in self._crawls.values():
            crawl.stop()
        self._is_stopping.set()

    def _receive(self) -> None:
        try:
            message = self._connection.recv()
        except (EOFError, OSError):
            os._exit(70)  # the supervisor is gone, and nobody is left to report to
        if isinstance(message, StopWorker):
            end_process_after(MAX_STOP_SECONDS - 1)
            self.stop()
        elif isinstance(message, StartCrawl) and not self._is_stopping.is_set():
            task = asyncio.get_running_loop().create_task(self._crawl(message.job))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _crawl(self, job: Job) -> None:
        crawl = self._crawls[job.source] = Crawl(job, self._config, self._scope)
        try:
            report = await crawl.run()
        except Exception as error:  # noqa: BLE001  one source's fault stays its own (promise P5)
            report = CrawlReport.of_error(job.source, error)
        del self._crawls[job.source]
        self._connection.send(CrawlEnded(report))


def worker_main(connection: Connection, config: Config, stacks: StacksFile) -> None:
    """Run a worker in this process until its supervisor says stop, or is gone."""
    end_with_parent()
    faulthandler.enable(stacks.file)
    logs.install(config.log_format, config.log_level)
    bounds.prepare()
    worker: list[Worker] = []

    async def main() -> None:
        worker.append(Worker(connection, config, stacks))
        await worker[0].run()

    run_in_reactor(main, lambda: worker[0].stop() if worker else None)


def end_with_parent() -> None:
    """Let the kernel end this process when its parent ends, however that happens; elsewhere the closed pipe does."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
