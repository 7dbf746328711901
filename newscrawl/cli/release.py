"""`newscrawl release`: announce versions that were held after a bulk change."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from newscrawl.cli.opening import with_store
from newscrawl.cli.terminal import console
from newscrawl.errors import NotFound

if TYPE_CHECKING:
    pass


def register(app: typer.Typer) -> None:
    app.command("release")(release)


def release(source: Annotated[str, typer.Argument(help="Source whose held versions may be announced.")]) -> None:
    """Let the held versions of a source, after a mass change, be announced and counted."""
    count = with_store(lambda store: store.release_held(source, by=getpass.getuser(), at=datetime.now(UTC)))
    if not count:
        raise NotFound(f"no version of {source!r} is held")
    console().print(f"{count} version{'' if count == 1 else 's'} of {source} released")
