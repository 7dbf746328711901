"""`newscrawl status`: the condition of every source, worst first, or the whole account of one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from newscrawl.cli.alarms import as_row
from newscrawl.cli.completion import sources_like
from newscrawl.cli.opening import with_store
from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import cell, console, iso, print_json, when
from newscrawl.config import Config

if TYPE_CHECKING:
    from newscrawl.health.account import Account, StatedFacts
    from newscrawl.health.status import SourceStatus
    from newscrawl.store.session import Store

COLUMNS = ("source", "state", "last good check", "readable", "due", "lag", "cause", "begin with")
RIGHT = {"readable", "due", "lag"}


def register(app: typer.Typer) -> None:
    app.command("status")(status)


def status(
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="SOURCE",
            help="Print all about this source: runs, alarms, hosts, listings, fields, quarantine.",
            autocompletion=sources_like,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print one line per source, worst first: last good check, readable pages, lag, cause, command to begin with.

    Exits with code 1 while an alarm is open, of a source that is not paused.
    """
    if source is None:
        _print_overview(as_json)
    else:
        _print_account(source, as_json)


def _print_overview(as_json: bool) -> None:
    from newscrawl.health.status import Condition, overview
    from newscrawl.sources.catalogue import is_unverified, source_names
    from newscrawl.sources.listing_periods import listing_period

    config, now = Config.from_env(), datetime.now(UTC)

    every = config.discovery_every_seconds
    periods = {name: listing_period(name, every) for name in source_names()}

    async def read(store: Store) -> list[SourceStatus]:
        statuses = await overview(store, source_names(), now, every_seconds=every, periods=periods)
        never = {status.source for status in statuses if status.condition is Condition.NEVER}
        # The demo and unverified sources need not be crawled.
        unneeded = {name for name in never if name == "demo" or is_unverified(name)}
        return [status for status in statuses if status.source not in unneeded]

    statuses = with_store(read)
    if as_json:
        print_json([_row(status) for status in statuses])
    else:
        console().print(_table(statuses))
    raise typer.Exit(1 if any(status.is_alarming for status in statuses) else 0)


def _print_account(source: str, as_json: bool) -> None:
    from newscrawl.cli.source_account import as_data, print_account, shown
    from newscrawl.health.account import account
    from newscrawl.sources.catalogue import check_source

    config, now = Config.from_env(), datetime.now(UTC)
    stated = _stated(source)

    async def read(store: Store) -> Account:
        return await shown(store, await account(store, stated, now, every_seconds=config.discovery_every_seconds))

    found = with_store(read)
    if found.is_unknown:
        check_source(source)  # raises if there is none; of a source whose file is gone, what is stored is shown
    if as_json:
        print_json(as_data(found, config.host_requests_per_hour, now))
    else:
        print_account(found, config.host_requests_per_hour, now, console())
    raise typer.Exit(1 if found.status.is_alarming else 0)


def _stated(source: str) -> StatedFacts:
    """Return what the spider of a source states; one that cannot be loaded is a fact, and no error of this command."""
    from newscrawl.errors import SpiderFileError
    from newscrawl.health.account import StatedFacts
    from newscrawl.sources.catalogue import load_spider, source_names

    if source not in source_names():
        return StatedFacts(source)
    try:
        spider = load_spider(source)
    except SpiderFileError as error:
        return StatedFacts(source, problem=str(error))
    listings = (*spider.feeds, *spider.sitemaps, *spider.sections)
    return StatedFacts(source, (*spider.domains, *spider.former_domains), listings)


def _row(status: SourceStatus) -> dict[str, Any]:
    return {
        "source": status.source,
        "state": status.condition.value,
        "last_good_check_at": iso(status.last_good_check_at),
        "readable": status.readable,
        "due": status.due,
        "lag_seconds": status.lag.total_seconds(),
        "cause": status.cause,
        "command": status.command,
        "alarms": [as_row(alarm) for alarm in status.alarms],
    }


def _table(statuses: list[SourceStatus]) -> Table:
    from newscrawl.humanize import short_duration

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in COLUMNS:
        table.add_column(column, justify="right" if column in RIGHT else "left")
    for status in statuses:
        table.add_row(
            status.source,
            status.condition,
            when(status.last_good_check_at),
            "–" if status.readable is None else f"{status.readable:.0%}",
            str(status.due),
            short_duration(status.lag) if status.due else "–",
            cell(status.cause),
            cell(status.command),
        )
    return table
