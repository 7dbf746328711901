"""What a worker process does: it answers calls, each within limits that the kernel enforces."""

from __future__ import annotations

import fcntl
import gc
import os
import pickle
import resource
import select
import signal
import socket
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from newscrawl.bounds.frames import framed, receive

CPU_SECONDS = 5.0
MEMORY_BYTES = 512 * 2**20
NO_MEMORY = 77  # exit code
# A worker that has answered so many calls, or has grown by so much, is replaced: parsers keep what they once took.
MAX_CALLS = 2000
MAX_GROWTH_BYTES = 128 * 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one call: CPU time in seconds, and bytes of memory beyond what an idle worker has."""

    cpu_seconds: float = CPU_SECONDS
    memory_bytes: int = MEMORY_BYTES


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call returned, or the exception that it raised."""

    value: Any = None
    error: BaseException | None = None
    is_last: bool = False  # the worker ends


def work(channel: socket.socket, limits: Limits) -> NoReturn:
    """Answer calls until the other side closes the channel, or a limit ends the process."""
    # What ends a crawl is its own to decide: a terminal and systemd send these to the whole group.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for number in (signal.SIGPROF, signal.SIGIO):
        signal.signal(number, signal.SIG_DFL)  # ends the process, also within a parser in C
    fcntl.fcntl(channel, fcntl.F_SETOWN, os.getpid())
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.freeze()
    idle = _pages("size")
    resource.setrlimit(resource.RLIMIT_AS, (idle + limits.memory_bytes, resource.RLIM_INFINITY))
    resident = _pages("resident")
    calls = 0
    while True:
        try:
            message = receive(channel)
        except (EOFError, OSError):
            os._exit(0)
        calls += 1
        with _while_asked(channel):
            answer = _answer(message, limits)
        if calls >= MAX_CALLS or _pages("resident") > resident + MAX_GROWTH_BYTES:
            answer = Answer(answer.value, answer.error, is_last=True)
        _send(channel, answer)
        del message
        if answer.is_last:
            os._exit(0)


@contextmanager
def _while_asked(channel: socket.socket) -> Iterator[None]:
    """End the process at once, by SIGIO, when nobody waits for its answer any more and closes the channel."""
    flags = fcntl.fcntl(channel, fcntl.F_GETFL)
    fcntl.fcntl(channel, fcntl.F_SETFL, flags | os.O_ASYNC)
    if select.select([channel], [], [], 0)[0]:  # closed before that: nothing else is sent before the answer
        os._exit(0)
    yield
    fcntl.fcntl(channel, fcntl.F_SETFL, flags)


def _answer(message: bytes, limits: Limits) -> Answer:
    signal.setitimer(signal.ITIMER_PROF, limits.cpu_seconds)
    try:
        function, args, kwargs = pickle.loads(message)  # noqa: S301  sent by the process that started this one
        return Answer(function(*args, **kwargs))
    except MemoryError:
        os._exit(NO_MEMORY)
    except Exception as error:  # noqa: BLE001  raised again where the call came from
        error.add_note("".join(traceback.format_exception(error)))
        return Answer(error=error)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _send(channel: socket.socket, answer: Answer) -> None:
    try:
        frame = framed(answer)
        if answer.error is not None:
            pickle.loads(pickle.dumps(answer.error))  # noqa: S301  its own; one that needs arguments fails here
    except MemoryError:
        os._exit(NO_MEMORY)
    except Exception as error:  # noqa: BLE001  of one that cannot be pickled the message is sent
        frame = framed(Answer(error=_as_text(answer.error or error), is_last=answer.is_last))
    try:
        channel.sendall(frame)
    except OSError:
        os._exit(0)


def _as_text(error: BaseException) -> RuntimeError:
    sent = RuntimeError(f"{type(error).__name__}: {error}")
    for note in getattr(error, "__notes__", ()):
        sent.add_note(note)
    return sent


def _pages(name: str) -> int:
    """Return the size or the resident size of this process in bytes."""
    size, resident, *_ = Path("/proc/self/statm").read_text("ascii").split()
    return int({"size": size, "resident": resident}[name]) * resource.getpagesize()
