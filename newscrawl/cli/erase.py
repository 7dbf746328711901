"""`newscrawl erase`: delete for good what an order forbids to keep."""

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
    from newscrawl.store.erasure import Order, What
    from newscrawl.store.session import Store


def register(app: typer.Typer) -> None:
    app.command("erase")(erase)


def erase(
    article: ArticleArgument,
    reason: Annotated[
        str, typer.Option(help="The order, such as its number; shown to readers in the place of the text.")
    ],
    version: Annotated[int | None, typer.Option(min=1, help="Erase only this version.")] = None,
    passage: Annotated[
        str | None, typer.Option(help="Erase only these exact words, in every version and page of the article.")
    ] = None,
    payload: Annotated[
        bool,
        typer.Option("--payload", help="With --version: erase only the payload, the page as fetched; the text stays."),
    ] = False,
    by: Annotated[str | None, typer.Option(help="Who carries out the order; default: the login name.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
) -> None:
    """Erase an article, a version, a passage or a page for good, by order. `newscrawl hide` can be undone."""
    _check_options(version, passage, is_payload=payload)
    if not yes:
        typer.confirm("What is erased cannot be brought back. Erase it?", abort=True)

    async def apply(store: Store) -> tuple[list[Order], int]:
        from newscrawl.store.erasure import complete_pending

        completed = await complete_pending(store.db)
        try:
            order = await _order(store, article, version, passage, reason, by, is_payload=payload)
        except NotFound:
            if completed:
                return completed, 0
            raise
        return completed, await _carry_out(store, order, passage or "")

    completed, count = with_store(apply)
    for order in completed:
        console().print(f"completed an order that was cut short: {order.subject} of {order.article_id}", markup=False)
    if not count and not completed:
        raise NotFound(f"{article!r}: there is nothing to erase")
    if count:
        console().print(f"erased for good; {counted(count, 'version')} concerned")


def _check_options(version: int | None, passage: str | None, *, is_payload: bool) -> None:
    if passage is not None and (version is not None or is_payload):
        raise ConfigError("give --passage alone: a passage is erased in every version")
    if passage is not None and not passage.strip():
        raise ConfigError("--passage is empty")
    if is_payload and version is None:
        raise ConfigError("--payload needs --version")


async def _order(
    store: Store, article: str, version: int | None, passage: str | None, reason: str, by: str | None, *,
    is_payload: bool,
) -> Order:  # fmt: skip
    from newscrawl.store.erasure import Order

    article_id = await store.article_id_of(article)
    head = await store.head(article_id)
    if head is None:
        raise NotFound(f"no article {article_id}")
    what = _what(version, passage, is_payload=is_payload)
    return Order(article_id, head.source, what, version, reason, by or getpass.getuser(), datetime.now(UTC))


def _what(version: int | None, passage: str | None, *, is_payload: bool) -> What:
    from newscrawl.store.erasure import What

    if passage is not None:
        return What.PASSAGE
    if version is None:
        return What.ARTICLE
    return What.PAYLOAD if is_payload else What.VERSION


async def _carry_out(store: Store, order: Order, words: str) -> int:
    from newscrawl.store.erasure import erase as carry_out

    try:
        return await carry_out(store.db, order, words)
    except ValueError as error:
        raise ConfigError("--reason repeats the words of the passage, and readers see the reason") from error
