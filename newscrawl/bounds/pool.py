"""Calls answered by worker processes: of each source one at a time, tried again once in a new process."""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import signal
import socket
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from newscrawl import timings
from newscrawl.bounds import inherited
from newscrawl.bounds.fork_server import PRELOADED, ForkServer
from newscrawl.bounds.frames import exchange
from newscrawl.bounds.worker import NO_MEMORY, Answer, Limits
from newscrawl.errors import Abandoned, TooCostly

P = ParamSpec("P")
T = TypeVar("T")
SIZE = 2  # workers: where one source's pages take seconds, another's are read by the other
TRIES = 2

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Worker:
    fork_server: ForkServer
    pid: int
    channel: socket.socket


@dataclass(frozen=True, slots=True)
class _Call:
    lane: str
    frame: bytes
    abandoned: int  # how often the lane had been abandoned before


@dataclass(slots=True)
class _Turns:
    """Who waits for a worker in one event loop: of each lane one call at a time, so that the lanes take turns."""

    workers: asyncio.Semaphore
    fork_server: asyncio.Lock = field(default_factory=asyncio.Lock)
    lanes: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))


class Pool:
    """Worker processes of this process; they are started when they are needed, and end with it."""

    def __init__(self, limits: Limits | None = None, size: int = SIZE, preloaded: Sequence[str] = PRELOADED) -> None:
        self._limits = limits or Limits()
        self._size = size
        self._preloaded = preloaded
        self._idle: list[_Worker] = []
        self._fork_server = ForkServer(preloaded)
        self._former: list[ForkServer] = []  # replaced, and closed when their workers have answered
        self._needed: list[ForkServer] = []  # whose workers are asked, one entry each
        self._asked: dict[str, _Worker] = {}  # by lane
        self._is_closed = False
        self._abandoned: Counter[str] = Counter()  # by lane: how often
        self._turns: WeakKeyDictionary[asyncio.AbstractEventLoop, _Turns] = WeakKeyDictionary()

    @property
    def owner(self) -> int:
        """The process that may use it: not one that was forked from it."""
        return self._fork_server.owner

    async def call(self, lane: str, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what a function returns, or raise what it raises; the function is one that can be imported.

        Raises TooCostly if it exceeds the limits, or ends its process, twice, and Abandoned after `abandon`.
        """
        frame, needed = inherited.framed((function, args, kwargs))
        if needed > self._fork_server.inherited:
            self.renew()
        answer = await self._in_turn(_Call(lane, frame, self._abandoned[lane]))
        if answer.error is not None:
            raise answer.error
        value: T = answer.value
        return value

    async def _in_turn(self, call: _Call) -> Answer:
        turns = self._turns.setdefault(asyncio.get_running_loop(), _Turns(asyncio.Semaphore(self._size)))
        reasons = []
        async with turns.lanes[call.lane]:
            for number in range(TRIES):
                async with turns.workers:
                    answer = await self._answer(call, turns.fork_server, in_new=number > 0)
                if isinstance(answer, Answer):
                    return answer
                reasons.append(answer)
                logger.warning("decision=too_costly source=%s reason=%r", call.lane, answer)
        raise TooCostly(" and ".join(dict.fromkeys(reasons)))

    async def _answer(self, call: _Call, fork_server: asyncio.Lock, *, in_new: bool) -> Answer | str:
        """Return a worker's answer, or why there is none; `in_new` asks for one that has answered nothing yet."""
        self._raise_if_abandoned(call)
        is_idle = bool(self._idle) and not in_new
        worker = self._idle.pop() if is_idle else await self._forked(fork_server)
        with self._needing(worker.fork_server):
            try:
                answer = await self._exchange(call, worker)
            except (EOFError, OSError):
                worker.channel.close()
                self._raise_if_abandoned(call)
                return await self._how_ended(worker, fork_server)
            except BaseException:
                worker.channel.close()  # it ends, as its answer would be taken for that of the next call
                raise
        if answer.is_last or worker.fork_server is not self._fork_server or len(self._idle) >= self._size:
            worker.channel.close()
        else:
            self._idle.append(worker)
        return answer

    async def _exchange(self, call: _Call, worker: _Worker) -> Answer:
        self._raise_if_abandoned(call)  # while its worker was forked
        self._asked[call.lane] = worker
        try:
            answer: Answer = await exchange(worker.channel, call.frame)
        finally:
            self._asked.pop(call.lane, None)
        return answer

    def abandon(self, lane: str) -> None:
        """Give up the calls of a source whose crawl nobody waits for any more: its worker ends, they raise Abandoned.

        One that waits for something uses no CPU time, and would keep its place for ever.
        """
        self._abandoned[lane] += 1
        if worker := self._asked.get(lane):
            worker.channel.shutdown(socket.SHUT_RDWR)

    def _raise_if_abandoned(self, call: _Call) -> None:
        if self._abandoned[call.lane] != call.abandoned:
            raise Abandoned(f"{call.lane}: its crawl was given up")

    @contextmanager
    def _needing(self, fork_server: ForkServer) -> Iterator[None]:
        self._needed.append(fork_server)
        try:
            yield
        finally:
            self._needed.remove(fork_server)
            self._close_former()

    def renew(self) -> None:
        """Let new workers be forked from this process as it is now; those that are busy answer first."""
        self._close_idle()
        self._former.append(self._fork_server)
        self._fork_server = ForkServer(self._preloaded)
        self._close_former()

    def _close_former(self) -> None:
        for fork_server in [each for each in self._former if each not in self._needed]:
            self._former.remove(fork_server)
            fork_server.close()

    async def _forked(self, fork_server: asyncio.Lock) -> _Worker:
        async with fork_server:
            asked = self._fork_server
            try:
                return await self._fork_of(asked)
            except (EOFError, OSError):
                if self._is_closed:
                    raise
                logger.warning("decision=new_fork_server reason=%r", "the process that workers are forked from is gone")
                if asked is self._fork_server:
                    self.renew()
                return await self._fork_of(self._fork_server)

    async def _fork_of(self, fork_server: ForkServer) -> _Worker:
        with self._needing(fork_server):
            return _Worker(fork_server, *await fork_server.fork(self._limits))

    async def _how_ended(self, worker: _Worker, fork_server: asyncio.Lock) -> str:
        async with fork_server:
            try:
                status = await worker.fork_server.how_ended(worker.pid)
            except (EOFError, OSError):
                return "its process is gone"
        code = os.waitstatus_to_exitcode(status)
        if code == -signal.SIGPROF:
            return f"more than {self._limits.cpu_seconds:g} s of CPU time"
        if code == NO_MEMORY:
            return f"more than {self._limits.memory_bytes >> 20} MB of memory"
        return f"its process ended with {signal.Signals(-code).name if code < 0 else f'exit code {code}'}"

    def close(self) -> None:
        """End all workers, whatever they do."""
        self._is_closed = True
        self._close_idle()
        for fork_server in (self._fork_server, *self._former):
            fork_server.close()

    def _close_idle(self) -> None:
        for worker in self._idle:
            worker.channel.close()
        self._idle.clear()


_pools: list[Pool] = []  # at most one: this process's


def prepare(limits: Limits | None = None) -> Pool:
    """Return this process's pool, made with these limits. To be called early, while the process has one thread."""
    if _pools and _pools[0].owner != os.getpid():
        _pools.clear()
    if not _pools:
        _pools.append(Pool(limits))
    return _pools[0]


@atexit.register
def close() -> None:
    """End this process's pool, if it has one."""
    if _pools and _pools[0].owner == os.getpid():
        _pools.pop().close()


async def within_bounds(lane: str, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what a function returns in a worker process; raises what it raises, TooCostly, and Abandoned.

    `lane` names the source. The function is one that can be imported; of classes that it needs this is not asked.
    """
    with timings.measured(timings.READ):
        return await prepare().call(lane, function, *args, **kwargs)


def abandon(lane: str) -> None:
    """Give up the calls of a source in this process's pool, if it has one."""
    if _pools and _pools[0].owner == os.getpid():
        _pools[0].abandon(lane)
