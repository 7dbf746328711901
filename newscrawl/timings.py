"""Durations and sizes that a process measures, as Prometheus has them; nothing is kept where nobody asks for them.

They are asked for by `collect_into`, in the process that shows them and before it starts others: each writes what it
measures into a file of that folder, by `prometheus_client`'s mode for many processes.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client import Counter, Histogram

# Read by prometheus_client when it is imported, in this process and in all that it starts.
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
LAG_EVERY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Duration:
    """A histogram of seconds."""

    name: str
    meaning: str
    label: str = ""
    buckets: tuple[float, ...] = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


@dataclass(frozen=True, slots=True)
class Count:
    """A counter; its name ends in `_total`."""

    name: str
    meaning: str
    label: str = ""


FETCH = Duration("newscrawl_fetch_seconds", "Time from a request's turn at its host to its complete response.")
READ = Duration("newscrawl_read_seconds", "Time to read a page or listing, with the wait for a process that reads.")
STORE = Duration("newscrawl_db_seconds", "Time of a command to MongoDB, as its client measures it.", "command")
LOOP_LAG = Duration("newscrawl_loop_lag_seconds", "How much later than asked for the event loop of a process wakes up.")
RECEIVED = Count("newscrawl_received_bytes_total", "Bytes of decoded responses.")
REQUESTS = Count("newscrawl_http_requests_total", "Requests that the reader answered, by status.", "status")
ANSWER = Duration("newscrawl_http_request_seconds", "Time in which the reader answered a request.")
DURATIONS = (FETCH, READ, STORE, LOOP_LAG, ANSWER)
COUNTS = (RECEIVED, REQUESTS)


def collect_into(folder: Path) -> None:
    """Let this process and those that it starts write their measurements to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ[FOLDER_VARIABLE] = str(folder)


def is_asked_for() -> bool:
    """Return whether this process keeps what it measures."""
    return FOLDER_VARIABLE in os.environ


def observe(duration: Duration, seconds: float, label: str = "") -> None:
    if is_asked_for():
        _histogram(duration, label).observe(seconds)


def add(count: Count, amount: float = 1, label: str = "") -> None:
    if is_asked_for():
        _counter(count, label).inc(amount)


@contextmanager
def measured(duration: Duration, label: str = "") -> Iterator[None]:
    """Observe how long a block takes, also if it raises."""
    started = time.monotonic()
    try:
        yield
    finally:
        observe(duration, time.monotonic() - started, label)


async def measure_loop_lag() -> None:
    """Observe once a second, until cancelled, how late the event loop is: what runs long in it delays all else."""
    loop = asyncio.get_running_loop()
    while is_asked_for():
        due_at = loop.time() + LAG_EVERY_SECONDS
        await asyncio.sleep(LAG_EVERY_SECONDS)
        observe(LOOP_LAG, max(0.0, loop.time() - due_at))


@cache
def _histogram(duration: Duration, label: str) -> Histogram:
    if duration.label and label:
        return _histogram(duration, "").labels(label)
    from prometheus_client import Histogram  # 45 ms, which a crawl that is not measured need not wait

    labels = [duration.label] if duration.label else []
    return Histogram(duration.name, duration.meaning, labels, buckets=duration.buckets)


@cache
def _counter(count: Count, label: str) -> Counter:
    if count.label and label:
        return _counter(count, "").labels(label)
    from prometheus_client import Counter

    return Counter(count.name, count.meaning, [count.label] if count.label else [])
