"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newscrawl.errors import ConfigError

AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON.")]
Replay = Annotated[Path | None, typer.Option(help="Answer from this WARC file or folder, not from the network.")]


def existing(path: Path, option: str) -> None:
    """Raise ConfigError naming the option whose file or folder is missing."""
    if not path.exists():
        raise ConfigError(f"{option} {path}: no such file or folder")
