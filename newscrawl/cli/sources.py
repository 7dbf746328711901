"""`newscrawl sources`: list the sources."""

from __future__ import annotations

import typer
from rich.table import Table

from newscrawl.cli.address_lists import AsCsv, AsOpml, Reader, print_sources
from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import console, print_json
from newscrawl.config import Config

COLUMNS = (
    "source", "publisher", "languages", "feeds", "sitemaps", "articles", "due", "last run", "open alarms", "",
)  # fmt: skip
MARKS = {"paused": "paused", "unverified": "unverified", "set_aside": "set aside"}  # in the last column
NUMBERS = {"feeds", "sitemaps", "articles", "due", "open alarms"}


def register(app: typer.Typer) -> None:
    app.command("sources")(sources)


def sources(as_opml: AsOpml = False, as_csv: AsCsv = False, reader: Reader = None, as_json: AsJson = False) -> None:
    """List the sources: publisher, languages, listings, numbers of articles and due checks, last run, open alarms."""
    if as_opml or as_csv or reader is not None:
        print_sources(as_opml=as_opml, reader=reader)
        return
    from newscrawl.jobs.overview import overview
    from newscrawl.sources.folders import SHIPPED

    rows = overview(Config.from_env())
    if as_json:
        print_json(rows)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in COLUMNS:
        table.add_column(column, justify="right" if column in NUMBERS else "left")
    for row in rows:
        origin, replaced = row.pop("origin"), row.pop("replaces")
        marks = [word for key, word in MARKS.items() if row.pop(key)]
        marks += [] if origin == SHIPPED else [origin + (f", in place of the {replaced} one" if replaced else "")]
        cells = ["–" if value is None else str(value) for value in row.values()]
        table.add_row(*cells, ", ".join(marks))
    console().print(table)
    console(err=True).print(f"{len(rows)} sources in {_places()}", style="dim", markup=False)


def _places() -> str:
    """Return the folders that the sources are in."""
    from newscrawl.sources.folders import source_folders

    return " and ".join(str(folder.folder) for folder in source_folders())
