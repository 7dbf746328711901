"""`newscrawl serve`: the reader on the web."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from newscrawl.cli.demo import demo_config
from newscrawl.cli.terminal import console
from newscrawl.config import Config


def register(app: typer.Typer) -> None:
    app.command("serve")(serve)


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; default NEWSCRAWL_SERVE_HOST.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port; default NEWSCRAWL_SERVE_PORT.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Serve what `newscrawl demo` recorded.")] = False,
) -> None:
    """Serve the reader: latest changes, histories, diffs, feeds, API."""
    import uvicorn

    from newscrawl.web import create_app

    config = demo_config() if demo else Config.from_env()
    config = replace(config, serve_host=host or config.serve_host, serve_port=port or config.serve_port)
    console(err=True).print(f"newscrawl reader on http://{config.serve_host}:{config.serve_port} (Ctrl-C stops it)")
    uvicorn.run(
        create_app(config), host=config.serve_host, port=config.serve_port, log_level="warning", server_header=False
    )
