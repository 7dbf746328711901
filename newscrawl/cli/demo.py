"""`newscrawl demo`: crawl an invented newspaper, offline."""

from __future__ import annotations

from dataclasses import replace

import typer

from newscrawl.config import Config

DATABASE = "newscrawl_demo"  # separate from the real archive; emptied by each demo


def register(app: typer.Typer) -> None:
    app.command("demo")(demo)


def demo_config() -> Config:
    # Nobody goes on watching the demo's paper.
    return replace(Config.from_env(), mongo_database=DATABASE, unwatched_after_seconds=0.0)


def demo() -> None:
    """Crawl every edition of an invented newspaper over HTTP on loopback, and show what was recorded."""
    from newscrawl.cli.demo_run import run_demo

    run_demo(demo_config())
