"""Tasks of an import in several processes: one that is killed costs its task another try, and nothing else."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, Protocol, TypeVar

from newscrawl import bounds
from newscrawl.errors import NewscrawlError

T = TypeVar("T")
R_co = TypeVar("R_co", covariant=True)
TRIES = 3  # of a task whose process ends
MAX_STOP_SECONDS = 15.0  # for a process that is to end
PRELOADED = ["newscrawl.jobs.importing", "newscrawl.spider", "trafilatura"]


class Task(Protocol[R_co]):
    """What a process does; it is pickled."""

    def run(self, on_done: Callable[[int], None]) -> R_co:
        """Do it; `on_done` gets how much of it is done. SIGTERM ends it early, perhaps by KeyboardInterrupt."""
        ...


@dataclass(frozen=True, slots=True)
class Ended(Generic[T]):
    """How a task ended: with a result; without one because it was stopped; or its processes ended, for a reason."""

    result: T | None = None
    fault: str = ""


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    channel: Connection
    task: int | None = None


@dataclass(slots=True)
class _Pool(Generic[T]):
    tasks: Sequence[Task[T]]
    on_done: Callable[[int], None]
    waiting: deque[int]
    workers: list[_Worker] = field(default_factory=list)
    ended: dict[int, Ended[T]] = field(default_factory=dict)
    tries: dict[int, int] = field(default_factory=dict)
    done: dict[int, int] = field(default_factory=dict)
    is_stopped: bool = False


def run_tasks(tasks: Sequence[Task[T]], jobs: int, on_done: Callable[[int], None]) -> tuple[list[Ended[T]], bool]:
    """Return how each task ended, and whether a signal ended them all; raises the NewscrawlError that one raised.

    SIGINT and SIGTERM are passed on to the processes; what waits is not begun then.
    """
    pool = _Pool(tasks, on_done, deque(range(len(tasks))))
    with _signals(pool):
        try:
            for _ in range(min(jobs, len(tasks))):
                pool.workers.append(_started())
            _run(pool)
        finally:
            _end(pool)
    return [pool.ended.get(number, Ended()) for number in range(len(tasks))], pool.is_stopped


def _run(pool: _Pool[T]) -> None:
    while True:
        for worker in pool.workers:
            if worker.task is None and pool.waiting and not pool.is_stopped:
                _begin(pool, worker, pool.waiting.popleft())
        busy = {worker.channel: worker for worker in pool.workers if worker.task is not None}
        if not busy:
            return
        for channel in wait(list(busy)):
            _hear(pool, busy[channel])  # type: ignore[index]


def _begin(pool: _Pool[T], worker: _Worker, number: int) -> None:
    worker.task = number
    with suppress(OSError):  # it has ended; that is heard of next
        worker.channel.send(pool.tasks[number])


def _hear(pool: _Pool[T], worker: _Worker) -> None:
    number = worker.task
    if number is None:
        return
    try:
        kind, value = worker.channel.recv()
    except (EOFError, OSError):
        _lost(pool, worker, number)
        return
    if kind == "done":
        pool.done[number] = value
        pool.on_done(sum(pool.done.values()))
        return
    worker.task = None
    if kind == "error":
        raise value
    pool.ended[number] = Ended(value)


def _lost(pool: _Pool[T], worker: _Worker, number: int) -> None:
    """Let a new process take the place of one that has ended."""
    worker.channel.close()
    worker.process.join()
    pool.workers.remove(worker)
    pool.tries[number] = pool.tries.get(number, 0) + 1
    if pool.is_stopped:
        return
    if pool.tries[number] < TRIES:
        pool.waiting.appendleft(number)
    else:
        code = worker.process.exitcode or 0
        how = signal.Signals(-code).name if code < 0 else f"code {code}"
        pool.ended[number] = Ended(fault=f"{TRIES} processes ended while they were at it, the last with {how}")
    pool.workers.append(_started())


def _started() -> _Worker:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _end(pool: _Pool[T]) -> None:
    for worker in pool.workers:
        if worker.task is not None and worker.process.is_alive():  # an error ends the import
            worker.process.terminate()
        worker.channel.close()
    for worker in pool.workers:
        worker.process.join(MAX_STOP_SECONDS)
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join()


@contextmanager
def _signals(pool: _Pool[T]) -> Iterator[None]:
    """Pass signals on while tasks run."""

    def stop(number: int, frame: object) -> None:
        pool.is_stopped = True
        for worker in pool.workers:
            if worker.task is not None and worker.process.pid is not None:
                with suppress(ProcessLookupError):
                    os.kill(worker.process.pid, signal.SIGTERM)

    former = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _work(channel: Connection) -> None:
    """Do what comes through the channel until its other side is closed, also by the end of that process."""
    bounds.prepare()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the process that began this one passes it on
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            task: Task[Any] = channel.recv()
            channel.send(_answer(task, lambda done: channel.send(("done", done))))
    bounds.close()


def _answer(task: Task[Any], on_done: Callable[[int], None]) -> tuple[str, Any]:
    try:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        return "result", task.run(on_done)
    except KeyboardInterrupt:
        return "result", None
    except NewscrawlError as error:
        return "error", error
