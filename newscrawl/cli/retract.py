"""`newscrawl retract`: say in public that an edit was our error, not the newspaper's."""

from __future__ import annotations

import getpass
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from newscrawl.cli.opening import with_store
from newscrawl.cli.terminal import console
from newscrawl.errors import ConfigError, NotFound

if TYPE_CHECKING:
    from newscrawl.store.session import Store

# "ID/3", or a page of the reader: ".../article/ID/3", of a diff ".../article/ID/2/3".
_VERSION = re.compile(r"(?:.*/article/)?(?P<article>[^/]+)(?:/\d+)?/(?P<number>\d+)/?")


def register(app: typer.Typer) -> None:
    app.command("retract")(retract)


def retract(
    version: Annotated[
        str, typer.Argument(metavar="VERSION", help="ARTICLE_ID/NUMBER, or the URL of its page or diff.")
    ],
    reason: Annotated[str, typer.Option(help="What went wrong, in words for readers.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Publish the edit again.")] = False,
) -> None:
    """Retract an edit that the newspaper never made: it is marked as our error, with the reason.

    It leaves lists, feeds, counts and rankings; feeds tell their subscribers. The version stays in the history.
    """
    article_id, number = _parsed(version)
    if not undo and not reason.strip():
        raise ConfigError("--reason is missing: readers want to know what went wrong, in a sentence")

    async def decide(store: Store) -> bool:
        at, by = datetime.now(UTC), getpass.getuser()
        if undo:
            return await store.undo_retraction(article_id, number, by=by, at=at)
        return await store.retract(article_id, number, reason=reason.strip(), by=by, at=at)

    if not with_store(decide):
        raise NotFound(
            f"version {number} of article {article_id!r} is {'not retracted' if undo else 'no public edit'}; "
            f"`newscrawl history {article_id}` prints its versions"
        )
    console().print(f"{article_id}/{number} {'published again' if undo else 'retracted'}", markup=False)


def _parsed(text: str) -> tuple[str, int]:
    match = _VERSION.fullmatch(text)
    if match is None:
        raise ConfigError(f"{text!r}: must be ARTICLE_ID/NUMBER, or the URL of a version's page or diff")
    return match["article"], int(match["number"])
