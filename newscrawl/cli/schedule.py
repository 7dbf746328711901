"""`newscrawl schedule`: requests per host in the coming hours, for articles and listings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer
from rich.table import Table

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
    """Show how many requests are due now and planned for the coming hours, per host: articles and listings."""
    from newscrawl.cli.opening import with_store
    from newscrawl.jobs.host_manners import Manners, definitions, manners_of, stated_manners

    config, now = Config.from_env(), datetime.now(UTC)
    planned = with_store(lambda store: _planned(store, now, hours, timedelta(seconds=config.discovery_every_seconds)))
    limit = config.host_requests_per_hour
    stated = stated_manners(list(definitions()))
    forecast = {
        host: spread(
            planned.due[host],
            [planned.later[host, hour] for hour in range(hours)],
            manners_of(host, stated, Manners(per_hour=limit)).per_hour,
        )
        for host in planned.hosts
    }
    if as_json:
        hosts = [
            {"host": host, "due": planned.due[host], "listings": planned.listings[host], "next_hours": requests}
            for host, requests in forecast.items()
        ]
        print_json({"at": iso(now), "requests_per_hour": limit or None, "hosts": hosts})
        return
    console().print(_table(planned, forecast, hours) if forecast else "nothing is due or planned")


@dataclass(slots=True)
class Planned:
    """Requests by host: due now, and by hour from now; how many of them are for listings."""

    now: datetime
    due: Counter[str] = field(default_factory=Counter)
    later: Counter[tuple[str, int]] = field(default_factory=Counter)
    listings: Counter[str] = field(default_factory=Counter)

    @property
    def hosts(self) -> list[str]:
        return sorted({*self.due, *(host for host, _ in self.later)})

    def add(self, url: str, at: datetime) -> None:
        host = urlsplit(url).hostname or "?"
        if at <= self.now:
            self.due[host] += 1
        else:
            self.later[host, int((at - self.now).total_seconds() // 3600)] += 1

    def add_listing(self, url: str, at: datetime) -> None:
        self.add(url, at)
        self.listings[urlsplit(url).hostname or "?"] += 1


async def _planned(store: Store, now: datetime, hours: int, every: timedelta) -> Planned:
    planned, until = Planned(now), now + timedelta(hours=hours)
    turns = await store.source_turns()
    async for source, at, url in store.due_times(until):
        if turns.get(source, now) is not None:  # of a source that is paused or set aside, nothing is requested
            planned.add(url, at)
    for urls, due_at, stated in _listings(turns, now):
        for at in _reads(due_at, now, until, stated or every):
            for url in urls:
                planned.add_listing(url, at)
    return planned


def _listings(
    turns: Mapping[str, datetime | None], now: datetime
) -> Iterator[tuple[Sequence[str], datetime, timedelta | None]]:
    """Yield the listings of each source that rounds crawl, when it is due, and the period that it states.

    One never crawled is due now.

    An unverified source that was never crawled waits to be named.
    """
    from newscrawl.errors import SpiderFileError
    from newscrawl.jobs.assignments import DEMO
    from newscrawl.sources.catalogue import load_spider, source_names

    for name in source_names():
        due_at = turns.get(name, now)
        if due_at is None or name == DEMO:
            continue
        try:
            spider = load_spider(name)
            if spider.unverified and name not in turns:
                continue
        except SpiderFileError as error:
            console(err=True).print(f"newscrawl: {error}", markup=False)
            continue
        stated = None if spider.listing_period is None else timedelta(seconds=spider.listing_period)
        yield (*spider.feeds, *spider.sitemaps, *spider.sections), due_at, stated


def _reads(due_at: datetime, now: datetime, until: datetime, every: timedelta) -> Iterable[datetime]:
    """Yield when listings are read: at the source's turn and, at the latest, so long after each."""
    at = max(due_at, now)
    while at < until:
        yield at
        at += every


def _table(planned: Planned, forecast: Mapping[str, Sequence[int]], hours: int) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("host", "due now", "next hour", f"next {hours} hours", "of them listings", "busiest hour"):
        table.add_column(column, justify="left" if column == "host" else "right")
    for host, requests in forecast.items():
        numbers = (planned.due[host], requests[0], sum(requests), planned.listings[host], max(requests))
        table.add_row(host, *map(str, numbers))
    return table


def spread(due: int, planned: Sequence[int], per_hour: int) -> list[int]:
    """Return the number of requests in each coming hour; what exceeds `per_hour` (0: no limit) moves to the next hour.

    Each article is counted once: when it is checked again after that is not known yet.
    """
    waiting, requests_by_hour = due, []
    for count in planned:
        waiting += count
        requests = min(waiting, per_hour) if per_hour else waiting
        requests_by_hour.append(requests)
        waiting -= requests
    return requests_by_hour
