"""`newscrawl serve`: the reader on the web."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from typing import Annotated

import typer

from newscrawl.cli.demo import demo_config
from newscrawl.cli.terminal import console
from newscrawl.config import PREFIX, Config
from newscrawl.store.reader import Reader

# Two answer twice as much as one. More gain little beside the database, and each remembers its own diffs (some 100 MB).
WORKERS = min(2, os.cpu_count() or 1)


def register(app: typer.Typer) -> None:
    app.command("serve")(serve)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; default NEWSCRAWL_SERVE_HOST.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port; default NEWSCRAWL_SERVE_PORT.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer.")] = WORKERS,
    demo: Annotated[bool, typer.Option("--demo", help="Serve what `newscrawl demo` recorded.")] = False,
) -> None:
    """Serve the reader: latest changes, histories, diffs, feeds, API."""
    config = demo_config() if demo else Config.from_env()
    config = replace(config, serve_host=host or config.serve_host, serve_port=port or config.serve_port)
    # Workers are processes of their own: what the options say reaches them by their environment.
    for name in ("mongo_database", "serve_host", "serve_port"):
        os.environ[PREFIX + name.upper()] = str(getattr(config, name))
    with asyncio.Runner() as runner:
        # What is wrong with the archive is told here, with its exit code, and not by every worker; and as long as it is
        # open here, the embedded database does not stop between one worker and the next.
        reader = runner.run(Reader.open(config))
        try:
            told = f"newscrawl reader on http://{config.serve_host}:{config.serve_port} (Ctrl-C stops it)"
            console(err=True).print(told)
            _run(config, workers)
        finally:
            runner.run(reader.close())


def _run(config: Config, workers: int) -> None:
    import uvicorn

    uvicorn.run(
        "newscrawl.web.factory:app",
        factory=True,
        workers=workers,
        host=config.serve_host,
        port=config.serve_port,
        log_level="warning",
        server_header=False,
    )
