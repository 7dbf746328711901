"""One coroutine run on a Twisted reactor in this process, with signals of ours."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from scrapy.utils.reactor import install_reactor

from newscrawl.jobs.exit_codes import INTERRUPTED

T = TypeVar("T")
REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
# Names are resolved in these threads: the loop's default of cores + 4 lets a few slow name servers hold up all hosts.
RESOLVER_THREADS = 32
# What an interrupted process may take in all, and after a second signal; beyond it, it ends as it is.
MAX_STOP_SECONDS, MAX_SECOND_STOP_SECONDS = 17.0, 4.0


def run_in_reactor(main: Callable[[], Awaitable[T]], stop: Callable[[], None]) -> T:
    """Run `main` to its end; the first SIGTERM or SIGINT calls `stop`. A reactor starts only once in a process.

    A process that has not ended within its time after a signal ends hard, with the exit code of an interruption: its
    run records stay open and are closed by the next run.
    """
    install_reactor(REACTOR)
    from twisted.internet import reactor as installed

    reactor: Any = installed
    # Twisted's timers go by the system's clock, which may be set (twisted/python/runtime.py, Twisted 26).
    reactor.seconds = time.monotonic

    loop = asyncio.get_event_loop()
    loop.set_default_executor(ThreadPoolExecutor(RESOLVER_THREADS, thread_name_prefix="resolver"))
    results: list[T] = []
    errors: list[BaseException] = []

    async def guarded() -> None:
        try:
            results.append(await main())
        except BaseException as error:  # noqa: BLE001  raised again below, outside the loop
            errors.append(error)
        finally:
            reactor.stop()

    signals = _StopSignals(stop)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, signals.received)
    task = loop.create_task(guarded())
    reactor.run(installSignalHandlers=False)
    del task  # held until here: the loop keeps only a weak reference
    if errors:
        raise errors[0]
    return results[0]


class _StopSignals:
    """Stops once, and sets a time beyond which the process ends whatever the loop does."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        self._count = 0

    def received(self) -> None:
        self._count += 1
        end_process_after(MAX_STOP_SECONDS if self._count == 1 else MAX_SECOND_STOP_SECONDS)
        if self._count == 1:
            self._stop()


def end_process_after(seconds: float) -> None:
    """End this process with the code of an interruption after a time, from a thread: also where the loop is blocked."""
    timer = threading.Timer(seconds, _end_process)
    timer.daemon = True
    timer.start()


def _end_process() -> None:
    sys.stderr.write("newscrawl: did not end in time after a signal; ending now, the next run completes what is open\n")
    sys.stderr.flush()
    os._exit(INTERRUPTED)
