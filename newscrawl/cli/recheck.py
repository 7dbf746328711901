"""`newscrawl recheck`: make articles due now."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from newscrawl.cli.completion import sources_like
from newscrawl.cli.opening import with_store
from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import console, print_json
from newscrawl.errors import ConfigError, NotFound
from newscrawl.humanize import counted

if TYPE_CHECKING:
    from newscrawl.store.session import Store


def register(app: typer.Typer) -> None:
    app.command("recheck")(recheck)


def recheck(
    article: Annotated[str | None, typer.Argument(metavar="URL|ID", help="URL or id of the article.")] = None,
    source: Annotated[
        str | None, typer.Option(help="Make all articles of this source due.", autocompletion=sources_like)
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="MOMENT", help="Make all articles due that were first seen or changed since then (UTC)."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make an article due now, or many, retired ones too; the next crawl checks them first."""
    if article is None and source is None and since is None:
        raise ConfigError("name an article, or give --source or --since")
    since_moment = _parse_since(since) if since else None

    async def make_due(store: Store) -> int:
        ids = [await store.article_id_of(article)] if article is not None else None
        now = datetime.now(UTC)
        return await store.make_due(now, "asked for by a person", ids=ids, source=source, since=since_moment)

    count = with_store(make_due)
    if not count:
        raise NotFound("no article matches; `newscrawl sources` lists the sources")
    if as_json:
        print_json({"due": count})
        return
    console().print(f"{counted(count, 'article')} {'is' if count == 1 else 'are'} due now: newscrawl crawl --due")


def _parse_since(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"--since {text!r}: must be an ISO 8601 date such as 2026-03-02") from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
