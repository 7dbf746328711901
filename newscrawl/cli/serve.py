"""`newscrawl serve`: serve the reader over HTTP."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from typing import Annotated

import typer

from newscrawl.cli.demo import demo_config
from newscrawl.cli.terminal import console
from newscrawl.config import Config

# Two processes answer twice as many requests as one. More gain little, since the database becomes the bottleneck, and
# each has its own cache of diffs (about 100 MB).
WORKERS = min(2, os.cpu_count() or 1)


def register(app: typer.Typer) -> None:
    app.command("serve")(serve)


def serve(
    host: Annotated[
        str | None, typer.Option(help="Host or address to listen on; default: NEWSCRAWL_SERVE_HOST.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port to listen on; default: NEWSCRAWL_SERVE_PORT.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Number of processes.")] = WORKERS,
    demo: Annotated[bool, typer.Option("--demo", help="Serve the archive of `newscrawl demo`.")] = False,
) -> None:
    """Serve the reader over HTTP: latest changes, histories, diffs, feeds, search, API."""
    from newscrawl.store.reader import Reader
    from newscrawl.web import processes
    from newscrawl.web.access import require_access_rule, require_subscription_settings

    config = demo_config() if demo else Config.from_env()
    config = replace(config, serve_host=host or config.serve_host, serve_port=port or config.serve_port)
    require_access_rule(config)
    require_subscription_settings(config)
    # An error of the archive is reported here once, with its exit code, and not by every process. While the archive
    # is open here, the embedded database does not stop when one process ends before the next has started.
    with asyncio.Runner() as runner:
        reader = runner.run(Reader.open(config))
        try:
            raise typer.Exit(processes.serve(config, processes=workers, listens=lambda: _announce(config)))
        finally:
            runner.run(reader.close())


def _announce(config: Config) -> None:
    console(err=True).print(f"newscrawl reader on {config.serve_url} (press Ctrl-C to stop)", soft_wrap=True)
