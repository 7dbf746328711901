"""`newscrawl sources`: list the sources."""

from __future__ import annotations

import typer
from rich.table import Table

from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import console, print_json
from newscrawl.config import PROJECT_ROOT, Config

COLUMNS = (
    "source", "publisher", "languages", "feeds", "sitemaps", "articles", "due", "last run", "open alarms", "",
)  # fmt: skip
NUMBERS = {"feeds", "sitemaps", "articles", "due", "open alarms"}


def register(app: typer.Typer) -> None:
    app.command("sources")(sources)


def sources(as_json: AsJson = False) -> None:
    """List the sources: publisher, languages, listings, numbers of articles and due checks, last run, open alarms."""
    from newscrawl.jobs.overview import overview

    rows = overview(Config.from_env())
    if as_json:
        print_json(rows)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in COLUMNS:
        table.add_column(column, justify="right" if column in NUMBERS else "left")
    for row in rows:
        row["paused"] = "paused" if row["paused"] else ""
        table.add_row(*("–" if value is None else str(value) for value in row.values()))
    console().print(table)
    console(err=True).print(f"{len(rows)} sources in {PROJECT_ROOT / 'spiders'}", style="dim")
