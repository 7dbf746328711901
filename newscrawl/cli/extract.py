"""`newscrawl extract`: extract articles from saved pages, for evaluation by other tools."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from newscrawl.cli.options import existing


def register(app: typer.Typer) -> None:
    app.command("extract")(extract)


def extract(
    pages: Annotated[
        Path, typer.Option(help="File of JSON lines, one per page: id, source, url, html, captured, status, headers.")
    ],
    root: Annotated[
        Path | None, typer.Option(help="Folder to which the html paths are relative; default: that of the list.")
    ] = None,
) -> None:
    """Read saved pages by their sources' rules and print one JSON line per page, for evaluation by other tools."""
    existing(pages, "--pages")
    existing(root or pages.parent, "--root")
    from newscrawl.cli.extract_pages import extract_pages

    extract_pages(pages, root or pages.parent, sys.stdout)
