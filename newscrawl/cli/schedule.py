"""`newscrawl schedule`: what the coming hours will ask of each host."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer
from rich.table import Table

from newscrawl.cli.opening import with_store
from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import console, iso, print_json
from newscrawl.config import Config

if TYPE_CHECKING:
    from newscrawl.store.session import Store


def register(app: typer.Typer) -> None:
    app.command("schedule")(schedule)


def schedule(
    hours: Annotated[int, typer.Option(min=1, max=24 * 60, help="How far to look ahead.")] = 24,
    as_json: AsJson = False,
) -> None:
    """Show what is due, and how many requests the coming hours will bring to each host."""
    now = datetime.now(UTC)

    async def ask(store: Store) -> tuple[Counter[str], Counter[tuple[str, int]]]:
        due: Counter[str] = Counter()
        coming: Counter[tuple[str, int]] = Counter()
        async for _, at, url in store.due_times(now + timedelta(hours=hours)):
            host = urlsplit(url).hostname or "?"
            if at <= now:
                due[host] += 1
            else:
                coming[host, int((at - now).total_seconds() // 3600)] += 1
        return due, coming

    due, coming = with_store(ask)
    limit = Config.from_env().host_requests_per_hour
    forecast = {
        host: spread(due[host], [coming[host, hour] for hour in range(hours)], limit)
        for host in sorted({*due, *(host for host, _ in coming)})
    }
    if as_json:
        told = [{"host": host, "due": due[host], "next_hours": ahead} for host, ahead in forecast.items()]
        print_json({"at": iso(now), "requests_per_hour": limit or None, "hosts": told})
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("host", "due now", "next hour", f"next {hours} hours", "busiest hour"):
        table.add_column(column, justify="left" if column == "host" else "right")
    for host, ahead in forecast.items():
        table.add_row(host, str(due[host]), str(ahead[0]), str(sum(ahead)), str(max(ahead)))
    console().print(table if forecast else "nothing is due, and nothing is planned")


def spread(due: int, coming: Sequence[int], per_hour: int) -> list[int]:
    """Return the looks of each coming hour: what is due now comes first, what the budget has no room for moves on.

    `per_hour` 0 means no limit. Looks that the stories' next rounds will add are not known yet and not counted.
    """
    waiting, hours = due, []
    for planned in coming:
        waiting += planned
        made = min(waiting, per_hour) if per_hour else waiting
        hours.append(made)
        waiting -= made
    return hours
