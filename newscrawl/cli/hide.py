"""`newscrawl hide` and `unhide`: takedowns of articles, versions and passages, each recorded with its reason."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from newscrawl.cli.opening import with_store
from newscrawl.cli.options import ArticleArgument
from newscrawl.cli.terminal import console
from newscrawl.errors import ConfigError, NotFound
from newscrawl.humanize import counted

if TYPE_CHECKING:
    from newscrawl.store.session import Store


def register(app: typer.Typer) -> None:
    app.command("hide")(hide)
    app.command("unhide")(unhide)


def hide(
    article: ArticleArgument,
    reason: Annotated[str, typer.Option(help="Reason; recorded as an event and shown to readers.")],
    version: Annotated[int | None, typer.Option(min=1, help="Hide only this version.")] = None,
    passage: Annotated[
        str | None, typer.Option(help="Redact only these exact words, in every version of the article.")
    ] = None,
) -> None:
    """Hide an article or a version, or redact a passage, in all output for legal reasons; nothing is deleted."""
    if passage is not None:
        _redact(article, version, passage, reason)
        return
    _set_visibility(article, version, reason, is_hidden=True)


def unhide(
    article: ArticleArgument,
    reason: Annotated[str, typer.Option(help="Reason; recorded as an event.")],
    version: Annotated[int | None, typer.Option(min=1, help="Show only this version again.")] = None,
    passage: Annotated[str | None, typer.Option(help="Show these redacted words again.")] = None,
) -> None:
    """Show a hidden article or version, or a redacted passage, again."""
    if passage is not None:
        _unredact(article, version, passage, reason)
        return
    _set_visibility(article, version, reason, is_hidden=False)


def _redact(article: str, version: int | None, passage: str, reason: str) -> None:
    from newscrawl.store.redactions import Redaction, Redactor
    from newscrawl.store.takedowns import redact

    _check_passage(version, passage)
    if Redactor([Redaction(passage, reason)]).covers(reason):
        raise ConfigError("--reason repeats the words of the passage, and readers see the reason")

    async def apply(store: Store) -> int:
        article_id = await store.article_id_of(article)
        return await redact(store.db, article_id, passage, reason=reason, by=getpass.getuser(), at=datetime.now(UTC))

    count = with_store(apply)
    if not count:
        raise NotFound(f"{article!r}: no version contains these words; nothing is redacted")
    console().print(f"redacted in all output; {counted(count, 'version')} contain{'s' if count == 1 else ''} the words")


def _unredact(article: str, version: int | None, passage: str, reason: str) -> None:
    from newscrawl.store.takedowns import unredact

    _check_passage(version, passage)

    async def apply(store: Store) -> bool:
        article_id = await store.article_id_of(article)
        return await unredact(store.db, article_id, passage, reason=reason, by=getpass.getuser(), at=datetime.now(UTC))

    if not with_store(apply):
        raise NotFound(f"{article!r}: these words are not redacted; give exactly the words that were")
    console().print("visible again")


def _check_passage(version: int | None, passage: str) -> None:
    if version is not None:
        raise ConfigError("give --passage or --version, not both: a passage is redacted in every version")
    if not passage.strip():
        raise ConfigError("--passage is empty")


def _set_visibility(article: str, version: int | None, reason: str, *, is_hidden: bool) -> None:
    from newscrawl.store import takedowns

    async def apply(store: Store) -> bool:
        article_id = await store.article_id_of(article)
        change = takedowns.hide if is_hidden else takedowns.unhide
        return await change(store.db, article_id, version, reason=reason, by=getpass.getuser(), at=datetime.now(UTC))

    if not with_store(apply):
        what = f"version {version}" if version else "article"
        raise NotFound(f"{article!r}: no such {what}" if is_hidden else f"{article!r}: this {what} is not hidden")
    console().print("hidden in all output" if is_hidden else "visible again")
