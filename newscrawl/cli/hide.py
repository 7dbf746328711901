"""`newscrawl hide` and `newscrawl unhide`: take an article or version from view for legal reasons, on the record."""

from __future__ import annotations

import asyncio
import getpass
from datetime import UTC, datetime
from typing import Annotated

import typer

from newscrawl.cli.read import NotFound
from newscrawl.cli.terminal import console
from newscrawl.config import Config
from newscrawl.errors import ConfigError

Key = Annotated[str, typer.Argument(help="The 16 letters of an article's id.")]
Number = Annotated[
    int | None, typer.Option("--version", min=1, help="Only this version; without it the whole article.")
]
Reason = Annotated[str, typer.Option(help="Why; readers are told.")]


def register(app: typer.Typer) -> None:
    app.command("hide")(hide)
    app.command("unhide")(unhide)


def hide(article_id: Key, reason: Reason, number: Number = None) -> None:
    """Hide an article or a version from every page, feed, search, interface and export."""
    asyncio.run(_decide(article_id, number, reason, is_hidden=True))
    console().print(f"Hidden: {_named(article_id, number)}. Readers are told: {reason}", markup=False)


def unhide(article_id: Key, reason: Reason, number: Number = None) -> None:
    """Show again what was hidden."""
    asyncio.run(_decide(article_id, number, reason, is_hidden=False))
    console().print(f"Shown again: {_named(article_id, number)}.", markup=False)


async def _decide(article_id: str, number: int | None, reason: str, *, is_hidden: bool) -> None:
    from newscrawl.store import Store, hiding

    if not reason.strip():
        raise ConfigError("--reason must say why")
    store = await Store.open(Config.from_env())
    try:
        decide = hiding.hide if is_hidden else hiding.unhide
        now = datetime.now(UTC)
        if not await decide(store.db, article_id, number, reason=reason, by=getpass.getuser(), at=now):
            state = "known" if is_hidden else "hidden"
            raise NotFound(f"{_named(article_id, number)} is not {state}")
    finally:
        await store.close()


def _named(article_id: str, number: int | None) -> str:
    return f"article {article_id}" if number is None else f"version {number} of article {article_id}"
