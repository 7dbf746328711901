"""`newscrawl schedule`: checks per host in the coming hours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
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
    hours: Annotated[int, typer.Option(min=1, max=24 * 60, help="Number of hours ahead.")] = 24,
    as_json: AsJson = False,
) -> None:
    """Show how many checks are due now and planned for the coming hours, per host."""
    now = datetime.now(UTC)

    async def count(store: Store) -> tuple[Counter[str], Counter[tuple[str, int]]]:
        due: Counter[str] = Counter()
        planned: Counter[tuple[str, int]] = Counter()  # by host and hour ahead
        async for _, at, url in store.due_times(now + timedelta(hours=hours)):
            host = urlsplit(url).hostname or "?"
            if at <= now:
                due[host] += 1
            else:
                planned[host, int((at - now).total_seconds() // 3600)] += 1
        return due, planned

    due, planned = with_store(count)
    limit = Config.from_env().host_requests_per_hour
    forecast = {
        host: spread(due[host], [planned[host, hour] for hour in range(hours)], limit)
        for host in sorted({*due, *(host for host, _ in planned)})
    }
    if as_json:
        hosts = [{"host": host, "due": due[host], "next_hours": checks} for host, checks in forecast.items()]
        print_json({"at": iso(now), "requests_per_hour": limit or None, "hosts": hosts})
        return
    console().print(_table(due, forecast, hours) if forecast else "nothing is due or planned")


def _table(due: Mapping[str, int], forecast: Mapping[str, Sequence[int]], hours: int) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("host", "due now", "next hour", f"next {hours} hours", "busiest hour"):
        table.add_column(column, justify="left" if column == "host" else "right")
    for host, checks in forecast.items():
        table.add_row(host, str(due[host]), str(checks[0]), str(sum(checks)), str(max(checks)))
    return table


def spread(due: int, planned: Sequence[int], per_hour: int) -> list[int]:
    """Return the number of checks in each coming hour; what exceeds `per_hour` (0: no limit) moves to the next hour.

    Each article is counted once: when it is checked again after that is not known yet.
    """
    waiting, checks_by_hour = due, []
    for count in planned:
        waiting += count
        checks = min(waiting, per_hour) if per_hour else waiting
        checks_by_hour.append(checks)
        waiting -= checks
    return checks_by_hour
