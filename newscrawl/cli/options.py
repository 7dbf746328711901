"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newscrawl.errors import ConfigError

ArticleArgument = Annotated[str, typer.Argument(metavar="URL|ID", help="URL or id of the article.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Replay = Annotated[Path | None, typer.Option(help="Answer from this WARC file or folder, never from the network.")]


def existing(path: Path, option: str) -> None:
    """Raise ConfigError, which names the option, if its file or folder does not exist."""
    if not path.exists():
        raise ConfigError(f"{option} {path}: no such file or folder")
