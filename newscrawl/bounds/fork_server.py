"""The process that workers are forked from: small, with one thread, and without the sockets of the crawl.

A crawl has threads and connections when it needs a worker, and a fork of it would have them too. This process is forked
before, imports what reading needs when the first worker is asked for, and knows how its workers ended. The one of
`multiprocessing` is started by exec: it imports all that again, .3 s of CPU time for each crawl.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import gc
import importlib
import os
import pickle
import signal
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from newscrawl.bounds import inherited
from newscrawl.bounds.frames import exchange, framed, receive
from newscrawl.bounds.worker import Limits, work

PRELOADED = ("newscrawl.reading", "newscrawl.discover", "dateparser", "trafilatura")
MAX_ENDED = 1000  # statuses of ended workers that are remembered until somebody asks
_MAX_FD = 1 << 20
_WITH_SOCKET, _ALONE = b"+", b"-"  # the byte before a message: a descriptor is sent along with it, or none


@dataclass(frozen=True, slots=True)
class Fork:
    """Asks for a worker with these limits; its socket comes with the message. Answered by its process id."""

    limits: Limits
    path: tuple[str, ...]  # sys.path, to which a project may have been added since the fork server was forked


@dataclass(frozen=True, slots=True)
class HowEnded:
    """Asks how a worker ended that closed its socket. Answered by its status, as waitpid returns it."""

    pid: int


class ForkServer:
    """The fork server as seen by the process that started it."""

    def __init__(self, preloaded: Sequence[str] = PRELOADED) -> None:
        """Fork the fork server of this process."""
        self._channel, theirs = socket.socketpair()
        self.owner = os.getpid()
        self.inherited = inherited.count()
        self._asking: asyncio.Future[Any] | None = None
        self._is_closed = False
        self.pid = os.fork()
        if self.pid == 0:
            _serve(theirs, preloaded)
        theirs.close()
        self._channel.setblocking(False)

    async def fork(self, limits: Limits) -> tuple[int, socket.socket]:
        """Return a new worker's process id and the socket to it; raises EOFError or OSError if it is gone."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(self._channel, [_WITH_SOCKET], [theirs.fileno()])
            pid: int = await self._answer(framed(Fork(limits, tuple(sys.path))))
        except BaseException:
            ours.close()
            raise
        ours.setblocking(False)
        return pid, ours

    async def how_ended(self, pid: int) -> int:
        """Return the wait status of a worker that has closed its socket; raises EOFError or OSError as `fork` does."""
        status: int = await self._answer(_ALONE + framed(HowEnded(pid)))
        return status

    async def _answer(self, frame: bytes) -> Any:
        """Return the answer to a message; read also if nobody waits for it any more: the next one is not this one."""
        asking = self._asking = asyncio.ensure_future(exchange(self._channel, frame))
        try:
            return await asyncio.shield(asking)
        finally:
            await _until_done(asking)
            if asking.cancelled() or self._is_closed:  # with its event loop; a part of the answer may be left
                self._channel.close()

    def close(self) -> None:
        """Let the fork server end, and wait for it."""
        self._is_closed = True
        if self._channel.fileno() >= 0:
            self._channel.shutdown(socket.SHUT_RDWR)  # wakes up who waits for an answer, as closing it would not
        if self._asking is None or self._asking.done():
            self._channel.close()
        if self.owner == os.getpid():
            try:
                os.waitpid(self.pid, 0)
            except ChildProcessError:  # somebody else has waited for all children
                return


async def _until_done(task: asyncio.Future[Any]) -> None:
    """Wait for a short task, whoever is cancelled meanwhile; the first cancellation goes on afterwards."""
    while not task.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait([task])


def _serve(channel: socket.socket, preloaded: Sequence[str]) -> NoReturn:
    """Fork workers until the other side closes the channel. Never returns into what the fork interrupted."""
    forks = _Forks(channel, preloaded)
    try:
        _leave_behind(channel.fileno())
        forks.run()
    except (EOFError, OSError):
        forks.end()
        os._exit(0)
    except BaseException:  # noqa: BLE001  it must not run on as a copy of the crawl
        sys.excepthook(*sys.exc_info())
        os._exit(1)


def _leave_behind(kept: int) -> None:
    """Let go of what belongs to the process that was forked, and take no part in its signals."""
    faulthandler.disable()
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    for number in (signal.SIGCHLD, signal.SIGPROF, signal.SIGALRM, signal.SIGVTALRM):
        signal.signal(number, signal.SIG_DFL)
    gc.freeze()  # what the other process holds is never finalised here
    gc.disable()
    empty = os.open(os.devnull, os.O_RDWR)
    os.dup2(empty, 0)
    os.dup2(empty, 1)
    # Not closed before the worker is there: a library may close what it has in each child of a fork, and abort where
    # that fails. Arrow, once it has read CSV, ended every worker so.
    for descriptor in {int(path.name) for path in Path("/dev/fd").iterdir()} - {0, 1, 2, kept}:
        with contextlib.suppress(OSError):  # that of the listing itself
            os.fstat(descriptor)
            os.dup2(empty, descriptor)


def _close_all_but(kept: int) -> None:
    os.closerange(3, kept)
    os.closerange(kept + 1, _MAX_FD)


class _Forks:
    def __init__(self, channel: socket.socket, preloaded: Sequence[str]) -> None:
        self._channel = channel
        self._preloaded = preloaded
        self._living: set[int] = set()
        self._ended: dict[int, int] = {}

    def end(self) -> None:
        """End all workers, whatever they do: nobody waits for their answers."""
        for pid in self._living:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

    def run(self) -> NoReturn:
        while True:
            _, descriptors, _, _ = socket.recv_fds(self._channel, 1, 1)
            message: Any = pickle.loads(receive(self._channel))  # noqa: S301  sent by the process that forked this one
            self._collect()
            answer = self._fork(message, descriptors[0]) if isinstance(message, Fork) else self._status(message.pid)
            self._channel.sendall(framed(answer))

    def _fork(self, message: Fork, descriptor: int) -> int:
        for name in self._preloaded:
            importlib.import_module(name)
        gc.freeze()
        pid = os.fork()
        if pid == 0:
            try:
                _close_all_but(descriptor)
                gc.enable()
                sys.path[:] = message.path
                work(socket.socket(fileno=descriptor), message.limits)
            finally:
                os._exit(1)  # it must not run on as a copy of this process
        os.close(descriptor)
        self._living.add(pid)
        self._ended.pop(pid, None)  # of a former process with this number
        return pid

    def _status(self, pid: int) -> int:
        if pid not in self._ended:
            self._note(*os.waitpid(pid, 0))
        return self._ended.pop(pid)

    def _note(self, pid: int, status: int) -> None:
        self._living.discard(pid)
        self._ended[pid] = status
        if len(self._ended) > MAX_ENDED:
            del self._ended[next(iter(self._ended))]

    def _collect(self) -> None:
        """Take note of the workers that have ended, so that none remains a zombie."""
        while (ended := _next_ended()) is not None:
            self._note(*ended)


def _next_ended() -> tuple[int, int] | None:
    try:
        pid, status = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return None
    return (pid, status) if pid else None
