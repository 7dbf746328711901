"""`newscrawl sources`: what is watched."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from newscrawl.cli.terminal import console, print_json
from newscrawl.config import PROJECT_ROOT, Config


def register(app: typer.Typer) -> None:
    app.command("sources")(sources)


def sources(as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """List the sources: name, publisher, languages, what is watched and when it was last crawled."""
    from newscrawl.jobs.due import overview

    rows = overview(Config.from_env())
    if as_json:
        print_json(rows)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("source", "publisher", "languages", "feeds", "sitemaps", "articles", "due", "last run"):
        table.add_column(column, justify="right" if column in {"feeds", "sitemaps", "articles", "due"} else "left")
    for row in rows:
        table.add_row(*(str(row[k] if row[k] is not None else "–") for k in row))
    console().print(table)
    console(err=True).print(f"{len(rows)} sources in {PROJECT_ROOT / 'spiders'}", style="dim")
