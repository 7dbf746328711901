"""`newscrawl held`, `release` and `dismiss`: list edits that are not public, and decide on them."""

from __future__ import annotations

import getpass
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from newscrawl.cli.completion import sources_like
from newscrawl.cli.opening import with_store
from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import cell, console, iso, print_json, when
from newscrawl.errors import NotFound
from newscrawl.humanize import counted

if TYPE_CHECKING:
    from newscrawl.store.held_versions import HeldVersion
    from newscrawl.store.session import Store

Decision = Callable[["Store", str, datetime], Awaitable[int]]


def register(app: typer.Typer) -> None:
    app.command("held")(held)
    app.command("release")(release)
    app.command("dismiss")(dismiss)


def held(
    source: Annotated[
        str | None,
        typer.Argument(metavar="SOURCE", help="List only edits of this source.", autocompletion=sources_like),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the edits that are recorded and not public: held for review, or pending until other articles are checked."""
    listed = with_store(lambda store: _shown(store, source))
    if as_json:
        print_json(
            [
                {
                    "article_id": version.article_id,
                    "number": version.number,
                    "source": version.source,
                    "seen_at": iso(version.seen_at),
                    "hold": version.hold.value,
                    "url": version.url,
                    "headline": version.headline,
                    "summary": version.summary,
                }
                for version in listed
            ]
        )
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("source", "seen", "why", "article", "version", "what changed", "headline"):
        table.add_column(column)
    for version in listed:
        why = version.hold.value.replace("_", " ")
        row = (version.article_id, str(version.number), cell(version.summary), cell(version.headline))
        table.add_row(version.source, when(version.seen_at), why, *row)
    console().print(table if listed else "no edit is held", markup=False)


async def _shown(store: Store, source: str | None) -> list[HeldVersion]:
    """Return the held versions that are not hidden, without redacted words."""
    from newscrawl.store.takedowns import Row

    names = ("headline", "url", "summary")
    versions = await store.held(source)
    rows = [Row(v.article_id, {name: getattr(v, name) for name in names}, v.number) for v in versions]
    shown = zip(versions, await store.all_as_shown(rows), strict=True)
    return [replace(version, **texts) for version, texts in shown if texts is not None]


def release(
    source: Annotated[
        str,
        typer.Argument(metavar="SOURCE", help="Source whose held edits are published.", autocompletion=sources_like),
    ],
    is_dismissed: Annotated[
        bool, typer.Option("--dismissed", help="Publish the dismissed edits instead of the held ones.")
    ] = False,
) -> None:
    """Publish the edits of a source that are held for review: feeds list them, and counts contain them."""

    async def decide(store: Store, by: str, at: datetime) -> int:
        publish = store.release_dismissed if is_dismissed else store.release_held
        return await publish(source, by=by, at=at)

    _decide(source, decide, "dismissed" if is_dismissed else "held", "released")


def dismiss(
    source: Annotated[
        str,
        typer.Argument(metavar="SOURCE", help="Source whose held edits are dismissed.", autocompletion=sources_like),
    ],
) -> None:
    """Mark the held edits of a source as not made by its publisher: they stay in the histories, and are not counted."""

    async def decide(store: Store, by: str, at: datetime) -> int:
        return await store.dismiss_held(source, by=by, at=at)

    _decide(source, decide, "held", "dismissed")


def _decide(source: str, decision: Decision, before: str, after: str) -> None:
    count = with_store(lambda store: decision(store, getpass.getuser(), datetime.now(UTC)))
    if not count:
        raise NotFound(f"no version of {source!r} is {before}")
    console().print(f"{counted(count, 'version')} of {source} {after}")
