"""Commands for evaluation and care: `extract`, `simulate`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from newscrawl.cli.terminal import console, print_json
from newscrawl.errors import ConfigError


def register(app: typer.Typer) -> None:
    app.command("extract")(extract)
    app.command("simulate")(simulate)


def _existing(path: Path, option: str) -> None:
    if not path.exists():
        raise ConfigError(f"{option} {path}: no such file or folder")


def extract(
    pages: Annotated[Path, typer.Option(help="JSON lines: id, source, url, html, captured.")],
    root: Annotated[Path, typer.Option(help="Folder that the html paths are below.")],
) -> None:
    """Read saved pages by their sources' rules and print one JSON line a page, for outside evaluation."""
    _existing(pages, "--pages")
    _existing(root, "--root")
    from newscrawl.cli.batch import extract_pages

    extract_pages(pages, root, sys.stdout)


def simulate(
    histories: Annotated[list[Path], typer.Option(help="JSON lines of histories (.jsonl or .jsonl.gz).")],
    policy: Annotated[list[str], typer.Option(help="Policy to replay them through, e.g. hazard or hazard:price=0.02.")],
    no_signals: Annotated[bool, typer.Option("--no-signals", help="Leave the signals out.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Replay histories through recheck policies: checks a story, wordings caught, delays."""
    for path in histories:
        _existing(path, "--histories")
    from newscrawl.cli.simulate import simulate_files, table

    rows = simulate_files(histories, policy, signals=not no_signals)
    if as_json:
        print_json(rows)
    else:
        console().print(table(rows))
