"""`newscrawl pause` and `unpause`: exclude a source from rounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from newscrawl.cli.opening import with_store
from newscrawl.cli.terminal import console

if TYPE_CHECKING:
    pass


def register(app: typer.Typer) -> None:
    app.command("pause")(pause)
    app.command("unpause")(unpause)


def pause(
    source: Annotated[str, typer.Argument(help="Source that `crawl --due` shall leave alone.")],
    reason: Annotated[str, typer.Option(help="Why; shown by `explain`.")] = "",
) -> None:
    """Leave a source alone in rounds of `crawl --due`; naming it still crawls it."""
    _pause(source, is_paused=True, reason=reason)
    console().print(f"{source} is paused: newscrawl unpause {source}")


def unpause(source: Annotated[str, typer.Argument(help="Source to look at again.")]) -> None:
    """Let rounds of `crawl --due` look at a source again."""
    _pause(source, is_paused=False, reason="")
    console().print(f"{source} is looked at again")


def _pause(source: str, *, is_paused: bool, reason: str) -> None:
    from newscrawl.items import SourceState
    from newscrawl.sources.catalogue import check_source

    state = SourceState(source=check_source(source), is_paused=is_paused, paused_reason=reason)
    with_store(lambda store: store.save_source_state(state, only=("is_paused", "paused_reason")))
