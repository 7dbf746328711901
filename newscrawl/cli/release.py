"""`newscrawl release`: publish versions that were held after a bulk change."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from typing import Annotated

import typer

from newscrawl.cli.opening import with_store
from newscrawl.cli.terminal import console
from newscrawl.errors import NotFound
from newscrawl.humanize import counted


def register(app: typer.Typer) -> None:
    app.command("release")(release)


def release(source: Annotated[str, typer.Argument(help="Source whose held versions are published.")]) -> None:
    """Publish the versions of a source that are held after a bulk change: list them in feeds, and count their edits."""
    count = with_store(lambda store: store.release_held(source, by=getpass.getuser(), at=datetime.now(UTC)))
    if not count:
        raise NotFound(f"no version of {source!r} is held")
    console().print(f"{counted(count, 'version')} of {source} released")
