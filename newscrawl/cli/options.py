"""Arguments and options that several commands share."""

from __future__ import annotations

import re
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


# A name that becomes a file or folder: no separator, no dot, no dash first, shorter than any file system's bound.
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}\Z")


def require_name(name: str, option: str) -> str:
    """Return a name that becomes one of a file or folder; raises ConfigError, which names the option, for any other."""
    if _NAME.match(name) is None:
        raise ConfigError(
            f"{option} {name!r}: must be at most 64 lower-case letters, digits, - and _, not - or _ first"
        )
    return name
