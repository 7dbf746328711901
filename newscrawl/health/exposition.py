"""Serve metrics over HTTP on a port of their own, from the process that supervises the others."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event, Thread

from newscrawl import timings
from newscrawl.config import Config
from newscrawl.errors import ConfigError, NewscrawlError
from newscrawl.store.session import Store

REFRESH_SECONDS = 15.0  # a scrape is answered from memory, however often it comes

logger = logging.getLogger(__name__)


@contextmanager
def served_metrics(config: Config, port: int, *, variable: str, with_archive: bool) -> Iterator[None]:
    """Serve what this process and those that it starts measure, with the archive's state if asked; port 0: nothing.

    Raises ConfigError, which names `variable`, if the port cannot be listened on.
    """
    if port == 0:
        yield
        return
    folder = config.home / "metrics" / str(port)
    timings.collect_into(folder)
    # Imported behind: it decides with its first import where measurements go.
    from prometheus_client import CollectorRegistry, start_http_server
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call]
    archive = _Archive(config) if with_archive else None
    if archive is not None:
        registry.register(archive.collector)
    try:
        server, thread = start_http_server(port, config.metrics_host, registry)
    except OSError as error:
        raise ConfigError(
            f"NEWSCRAWL_METRICS_HOST, {variable}: cannot listen on {config.metrics_host}:{port}: "
            f"{error.strerror or error}"
        ) from error
    for file in folder.glob("*.db"):  # left by a process that was killed; the port is ours, so nobody else's
        file.unlink()
    try:
        if archive is not None:
            archive.start()
        yield
    finally:
        if archive is not None:
            archive.stop()
        server.shutdown()
        server.server_close()
        thread.join()
        shutil.rmtree(folder, ignore_errors=True)


class _Archive(Thread):
    """Reads the archive's state every REFRESH_SECONDS, with an event loop and a connection of its own."""

    def __init__(self, config: Config) -> None:
        from newscrawl.health import metrics

        super().__init__(name="metrics", daemon=True)
        self._config = config
        self._read = metrics.archive_state
        self.collector = metrics.ArchiveCollector()
        self._is_stopping = Event()

    def run(self) -> None:
        asyncio.run(self._refresh())

    def stop(self) -> None:
        self._is_stopping.set()
        self.join()

    async def _refresh(self) -> None:
        store: Store | None = None
        while not self._is_stopping.is_set():
            try:
                store = store or await Store.open(self._config)
                self.collector.state = await self._read(store, datetime.now(UTC))
            except NewscrawlError as error:
                self.collector.state = None
                logger.warning("metrics=stale reason=%r", str(error))
            await asyncio.to_thread(self._is_stopping.wait, REFRESH_SECONDS)
        if store is not None:
            await store.close()
