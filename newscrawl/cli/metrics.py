"""`newscrawl metrics`: the archive's state for Prometheus, printed or written to a file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newscrawl.cli.opening import with_store
from newscrawl.errors import ConfigError

if TYPE_CHECKING:
    from newscrawl.health.metrics import ArchiveState
    from newscrawl.store.session import Store


def register(app: typer.Typer) -> None:
    app.command("metrics")(metrics)


def metrics(
    textfile: Annotated[
        Path | None,
        typer.Option(help="Write to this file, at once or not at all, for the textfile collector of node_exporter."),
    ] = None,
) -> None:
    """Print metrics of sources and hosts in Prometheus' text format; run it after `newscrawl crawl --due`."""
    from prometheus_client import CollectorRegistry, generate_latest, write_to_textfile

    from newscrawl.health.metrics import ArchiveCollector, archive_state

    async def read(store: Store) -> ArchiveState:
        return await archive_state(store, datetime.now(UTC))

    registry, collector = CollectorRegistry(), ArchiveCollector()
    collector.state = with_store(read)
    registry.register(collector)
    if textfile is None:
        typer.echo(generate_latest(registry).decode(), nl=False)
        return
    try:
        write_to_textfile(str(textfile), registry)
    except OSError as error:
        raise ConfigError(f"--textfile {textfile}: {error.strerror or error}") from error
