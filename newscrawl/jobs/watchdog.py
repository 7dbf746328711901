"""A thread that ends the process when its event loop has been silent for too long.

One spider that blocks stops all crawls of a process, and nothing inside the loop can notice: the thread writes the
stacks of all threads for the supervisor's report and ends the process, so that the supervisor replaces it.
"""

from __future__ import annotations

import asyncio
import faulthandler
import os
import sys
import threading
import time
from typing import IO

BEAT_SECONDS = 1.0
EXIT_CODE = 70


class Watchdog:
    """Started in the process it watches; the stacks of its threads go to a file that survives it."""

    def __init__(self, stacks: IO[bytes], *, max_silence_seconds: float) -> None:
        self._stacks = stacks
        self._max_silence = max_silence_seconds
        self._beaten_at = time.monotonic()
        self._is_stopped = threading.Event()

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        self._beat(loop)
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def stop(self) -> None:
        self._is_stopped.set()

    def _beat(self, loop: asyncio.AbstractEventLoop) -> None:
        self._beaten_at = time.monotonic()
        if not self._is_stopped.is_set():
            loop.call_later(BEAT_SECONDS, self._beat, loop)

    def _watch(self) -> None:
        checked_at = time.monotonic()
        while not self._is_stopped.wait(BEAT_SECONDS):
            now = time.monotonic()
            if now - checked_at > 5 * BEAT_SECONDS:  # the whole process stood still (SIGSTOP, a suspended machine)
                self._beaten_at = now
            checked_at = now
            if now - self._beaten_at > self._max_silence:
                self._end(now - self._beaten_at)

    def _end(self, silent_seconds: float) -> None:
        self._stacks.write(f"The event loop was silent for {silent_seconds:.0f} s. Stacks of all threads:\n\n".encode())
        faulthandler.dump_traceback(self._stacks, all_threads=True)
        sys.stderr.write(
            f"newscrawl: the event loop did nothing for {silent_seconds:.0f} s; ending process {os.getpid()}\n"
        )
        sys.stderr.flush()
        os._exit(EXIT_CODE)
