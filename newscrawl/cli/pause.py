"""`newscrawl pause` and `unpause`: exclude a source from `crawl --due`."""

from __future__ import annotations

from typing import Annotated

import typer

from newscrawl.cli.completion import sources_like
from newscrawl.cli.opening import with_store
from newscrawl.cli.terminal import console


def register(app: typer.Typer) -> None:
    app.command("pause")(pause)
    app.command("unpause")(unpause)


def pause(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="Source to leave out.", autocompletion=sources_like)],
    reason: Annotated[str, typer.Option(help="Reason; shown by `newscrawl explain`.")] = "",
) -> None:
    """Leave a source out of rounds (`newscrawl crawl --due`, workers); `newscrawl crawl SOURCE` still crawls it."""
    _set_paused(source, is_paused=True, reason=reason)
    console().print(f"{source} is paused until `newscrawl unpause {source}`", markup=False)


def unpause(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="Source to crawl again.", autocompletion=sources_like)
    ],
) -> None:
    """Crawl a paused source in rounds again."""
    _set_paused(source, is_paused=False, reason="")
    console().print(f"{source} is no longer paused")


def _set_paused(source: str, *, is_paused: bool, reason: str) -> None:
    from newscrawl.items import SourceState
    from newscrawl.sources.catalogue import check_source

    state = SourceState(source=check_source(source), is_paused=is_paused, paused_reason=reason)
    with_store(lambda store: store.save_source_state(state, only=("is_paused", "paused_reason")))
