"""`newscrawl outbox`: what waits to be announced; deliver, retry or drop it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from newscrawl.cli.opening import with_store
from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import cell, console, print_json, when
from newscrawl.config import Config
from newscrawl.errors import NotFound

if TYPE_CHECKING:
    from newscrawl.store.outbox import Row
    from newscrawl.store.session import Store

outbox = typer.Typer(no_args_is_help=True, help="List, deliver, retry and drop queued announcements.")
Target = Annotated[str, typer.Argument(metavar="NAME|KEY", help="Name of a subscription, or key of an announcement.")]


def register(app: typer.Typer) -> None:
    app.add_typer(outbox, name="outbox")


@outbox.command("list")
def outbox_list(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="List only announcements to this subscription.")
    ] = None,
    is_all: Annotated[
        bool, typer.Option("--all", help="List ended announcements too: sent, withdrawn, dead, dropped.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="Maximum number of announcements.")] = 200,
    as_json: AsJson = False,
) -> None:
    """List the announcements that wait or were given up, with the last error."""
    from newscrawl.notify.descriptions import row_value
    from newscrawl.store.outbox import RowState

    query: dict[str, Any] = {} if is_all else {"state": {"$in": [RowState.QUEUED.value, RowState.DEAD.value]}}
    if name is not None:
        query["subscription"] = name

    async def read(store: Store) -> list[Row]:
        return await store.outbox_rows(query, limit)

    rows = with_store(read)
    if as_json:
        print_json([row_value(row) for row in rows])
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("key", "subscription", "what", "source", "state", "queued", "next attempt", "attempts", "error"):
        table.add_column(column, justify="right" if column == "attempts" else "left")
    for row in rows:
        table.add_row(
            row.key, row.subscription, row.kind, row.source, row.state, when(row.queued_at),
            when(row.next_at if row.ended_at is None else None), str(row.attempts), cell(row.error),
        )  # fmt: skip
    console().print(table if rows else "nothing waits", markup=False)


@outbox.command("deliver")
def outbox_deliver(as_json: AsJson = False) -> None:
    """Queue and send what is due, for at most 90 seconds; exits with code 1 if a channel failed.

    For cron beside `scrapy crawl`. `newscrawl crawl` and `newscrawl worker` do it by themselves.
    """
    from newscrawl.jobs.announcing import announce

    delivered = with_store(lambda store: announce(store, Config.from_env()))
    values = {"sent": delivered.sent, "failed": delivered.failed, "withdrawn": delivered.withdrawn}
    values["dead"] = delivered.dead
    if as_json:
        print_json(values)
    else:
        console().print(", ".join(f"{count} {what}" for what, count in values.items()), markup=False)
    raise typer.Exit(1 if delivered.failed else 0)


@outbox.command("retry")
def outbox_retry(target: Target) -> None:
    """Try failed and dead announcements again now, also to a receiver that had refused all further ones."""

    async def retry(store: Store) -> int:
        return await store.revive_rows(await _rows_of(store, target), datetime.now(UTC))

    count = with_store(retry)
    console().print(f"{count} to be tried again", markup=False)


@outbox.command("drop")
def outbox_drop(target: Target) -> None:
    """Drop queued announcements: they are never sent."""
    from newscrawl.store.outbox import RowState

    async def drop(store: Store) -> int:
        query = {**await _rows_of(store, target), "state": RowState.QUEUED.value}
        keys = [row.key for row in await store.outbox_rows(query, 0)]
        return await store.end_rows(keys, RowState.DROPPED, datetime.now(UTC))

    count = with_store(drop)
    console().print(f"{count} dropped", markup=False)


async def _rows_of(store: Store, target: str) -> dict[str, Any]:
    """Return the query of a target's rows; raises NotFound."""
    if await store.subscription(target) is not None:
        return {"subscription": target}
    rows = await store.outbox_rows({"_id": target}, 1)
    if not rows:
        raise NotFound(f"no subscription and no announcement is named {target!r}; see `newscrawl outbox list`")
    return {"_id": target, "subscription": rows[0].subscription}
