"""`newscrawl recheck`: make articles due now."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from newscrawl.cli.opening import with_store
from newscrawl.cli.terminal import console
from newscrawl.errors import ConfigError, NotFound

if TYPE_CHECKING:
    from newscrawl.store.session import Store


def register(app: typer.Typer) -> None:
    app.command("recheck")(recheck)


def recheck(
    article: Annotated[str | None, typer.Argument(metavar="URL|ID", help="Address or id of an article.")] = None,
    source: Annotated[str | None, typer.Option(help="All stories of this source.")] = None,
    since: Annotated[str | None, typer.Option(help="Stories first seen or changed since this ISO date.")] = None,
) -> None:
    """Make stories due now, retired ones too; the next crawl looks at them first."""
    if article is None and source is None and since is None:
        raise ConfigError("name an article, or give --source or --since")
    moment = _moment(since) if since else None

    async def ask(store: Store) -> int:
        ids = [await store.article_id_of(article)] if article is not None else None
        return await store.make_due(datetime.now(UTC), "asked for by a person", ids=ids, source=source, since=moment)

    count = with_store(ask)
    if not count:
        raise NotFound("no story fits; `newscrawl sources` shows what is watched")
    console().print(f"{count} stor{'y is' if count == 1 else 'ies are'} due now: newscrawl crawl --due")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"--since {text!r}: must be an ISO 8601 date such as 2026-03-02") from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
