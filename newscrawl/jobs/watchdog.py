"""A thread that ends the process when its event loop has been silent for too long.

One spider that blocks stops all crawls of a process, and nothing inside the loop can notice: the thread writes the
stacks of all threads to a report and ends the process, so that the supervisor replaces it.
"""

from __future__ import annotations

import asyncio
import faulthandler
import os
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

MAX_SILENCE_SECONDS = 30.0
BEAT_SECONDS = 1.0
EXIT_CODE = 70


class Watchdog:
    """Started in the process it watches; `folder` is where reports go."""

    def __init__(self, folder: Path, *, max_silence_seconds: float = MAX_SILENCE_SECONDS) -> None:
        self._folder = folder
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
        path = self._folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}-stalled.txt"
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with path.open("w", encoding="utf-8") as report:
                report.write(f"the event loop was silent for {silent_seconds:.0f} s; stacks of all threads:\n\n")
                report.flush()
                faulthandler.dump_traceback(report, all_threads=True)
        except OSError as error:
            sys.stderr.write(f"newscrawl: the report could not be written: {error}\n")
            faulthandler.dump_traceback(all_threads=True)
        sys.stderr.write(f"newscrawl: the event loop was silent for {silent_seconds:.0f} s; ending; report: {path}\n")
        os._exit(EXIT_CODE)
