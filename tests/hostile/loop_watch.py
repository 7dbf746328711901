"""An extension that measures what each callback of the event loop takes, from the first answer on.

CPU time of the thread, since the machine may be busy with others; before the first answer modules are imported.
"""

from __future__ import annotations

import json
import time
from asyncio import events
from pathlib import Path
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler

NOTED = 0.02  # seconds; shorter callbacks are not written down


class LoopWatch:
    """Writes the longest callbacks of a crawl to the file LOOP_WATCH_FILE: seconds, and what was answered before."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._answered = ""
        self.found: list[tuple[float, str, str]] = []
        self.callbacks = self.answers = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        watch = cls(Path(crawler.settings["LOOP_WATCH_FILE"]))
        crawler.signals.connect(watch.note_answer, signals.response_received)
        crawler.signals.connect(watch.write, signals.spider_closed)
        watch.measure()
        return watch

    def note_answer(self, response: Any) -> None:
        self._answered = response.url
        self.answers += 1

    def measure(self) -> None:
        run = events.Handle._run  # type: ignore[attr-defined]

        def measured(handle: Any) -> None:
            callback = str(handle)
            start = time.thread_time()
            run(handle)
            seconds = time.thread_time() - start
            if self._answered:
                self.callbacks += 1
                if seconds > NOTED:
                    self.found.append((seconds, self._answered, callback))

        events.Handle._run = measured  # type: ignore[attr-defined]

    def write(self) -> None:
        found = {"callbacks": self.callbacks, "answers": self.answers, "found": sorted(self.found, reverse=True)}
        self._path.write_text(json.dumps(found))
