"""`newscrawl hide` and `unhide`: takedowns of articles, versions and passages, each with a reason on record."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from newscrawl.cli.opening import with_store
from newscrawl.cli.terminal import console
from newscrawl.errors import ConfigError, NotFound

if TYPE_CHECKING:
    from newscrawl.store.session import Store


def register(app: typer.Typer) -> None:
    app.command("hide")(hide)
    app.command("unhide")(unhide)


def hide(
    article: Annotated[str, typer.Argument(metavar="URL|ID")],
    reason: Annotated[str, typer.Option(help="Why; kept in the events and told to readers.")],
    version: Annotated[int | None, typer.Option(min=1, help="Only this version.")] = None,
    passage: Annotated[str | None, typer.Option(help="Only these exact words, wherever they stand in it.")] = None,
) -> None:
    """Hide an article, one version or a passage everywhere, for legal reasons; nothing is deleted."""
    if passage is not None:
        _redact(article, version, passage, reason)
        return
    _visibility(article, version, reason, is_hidden=True)


def unhide(
    article: Annotated[str, typer.Argument(metavar="URL|ID")],
    reason: Annotated[str, typer.Option(help="Why; kept in the events.")],
    version: Annotated[int | None, typer.Option(min=1, help="Only this version.")] = None,
    passage: Annotated[str | None, typer.Option(help="The words that were hidden.")] = None,
) -> None:
    """Show again what was hidden."""
    if passage is not None:
        _unredact(article, version, passage, reason)
        return
    _visibility(article, version, reason, is_hidden=False)


def _redact(article: str, version: int | None, words: str, reason: str) -> None:
    from newscrawl.store.redactions import Redaction, Redactor
    from newscrawl.store.takedowns import redact

    _check_passage(version, words)
    if Redactor([Redaction(words, reason)]).covers(reason):
        raise ConfigError("--reason repeats the words of the passage, and readers are told it")

    async def ask(store: Store) -> int:
        key = await store.article_id_of(article)
        return await redact(store.db, key, words, reason=reason, by=getpass.getuser(), at=datetime.now(UTC))

    count = with_store(ask)
    if not count:
        raise NotFound(f"{article!r}: these words stand in none of its versions; nothing is hidden")
    console().print(f"withheld everywhere; the words stand in {count} version{'' if count == 1 else 's'}")


def _unredact(article: str, version: int | None, words: str, reason: str) -> None:
    from newscrawl.store.takedowns import unredact

    _check_passage(version, words)

    async def ask(store: Store) -> bool:
        key = await store.article_id_of(article)
        return await unredact(store.db, key, words, reason=reason, by=getpass.getuser(), at=datetime.now(UTC))

    if not with_store(ask):
        raise NotFound(f"{article!r}: these words are not withheld; give them as they were hidden")
    console().print("visible again")


def _check_passage(version: int | None, words: str) -> None:
    if version is not None:
        raise ConfigError("give --passage or --version, not both: a passage is withheld in every version")
    if not words.strip():
        raise ConfigError("--passage is empty")


def _visibility(article: str, version: int | None, reason: str, *, is_hidden: bool) -> None:
    from newscrawl.store.takedowns import hide as hide_in
    from newscrawl.store.takedowns import unhide as unhide_in

    async def ask(store: Store) -> bool:
        key = await store.article_id_of(article)
        change = hide_in if is_hidden else unhide_in
        return await change(store.db, key, version, reason=reason, by=getpass.getuser(), at=datetime.now(UTC))

    if not with_store(ask):
        what = f"version {version}" if version else "article"
        raise NotFound(f"{article!r}: no such {what}" if is_hidden else f"{article!r}: this {what} is not hidden")
    console().print("hidden everywhere" if is_hidden else "visible again")
