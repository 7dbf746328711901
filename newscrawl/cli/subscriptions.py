"""`newscrawl subscriptions`: list, pause, remove and try out who is announced what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from newscrawl.cli.opening import with_reader, with_store
from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import cell, console, print_json, when
from newscrawl.config import Config
from newscrawl.errors import ConfigError, NotFound

if TYPE_CHECKING:
    from newscrawl.items import Subscription
    from newscrawl.problems import Problem
    from newscrawl.store.outbox_lanes import Lane
    from newscrawl.store.reader import ChangeEntry, Reader
    from newscrawl.store.session import Store

subscriptions = typer.Typer(no_args_is_help=True, help="List, pause, remove and try out subscriptions.")
Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the subscription.")]
EXAMINED = 500  # newest changes that `test-match` matches


def register(app: typer.Typer) -> None:
    app.add_typer(subscriptions, name="subscriptions")


@subscriptions.command("list")
def subscriptions_list(
    as_json: AsJson = False,
    addresses: Annotated[
        bool, typer.Option("--addresses", help="Show addresses of readers in full: they are personal data.")
    ] = False,
) -> None:
    """List subscriptions, those of subscriptions.toml too, with the last error of channels that fail."""
    from newscrawl.notify.descriptions import channel_label, subscription_value, times_label, wanted_label

    async def read(store: Store) -> tuple[list[Subscription], dict[str, Lane]]:
        await _sync(store)
        return await store.subscriptions(), await store.lanes()

    listed, lanes = with_store(read)
    if as_json:
        print_json(
            [
                subscription_value(each, lanes.get(each.name), is_whole=addresses and each.opt_in is not None)
                for each in listed
            ]
        )
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("name", "about", "when", "channel", "state"):
        table.add_column(column)
    for each in listed:
        lane = lanes.get(each.name)
        table.add_row(
            each.name,
            cell(wanted_label(each)),
            times_label(each),
            cell(channel_label(each.channel, is_whole=addresses and each.opt_in is not None)),
            cell(_state(each, lane)),
        )
    console().print(table if listed else "no subscription; `newscrawl subscribe` makes one", markup=False)


def _state(subscription: Subscription, lane: Lane | None) -> str:
    if subscription.opt_in is not None and subscription.opt_in.confirmed_at is None:
        return "unconfirmed"
    if not subscription.is_open:
        return "ended"
    if subscription.is_paused:
        return "paused"
    if lane is None:
        return "ok"
    return "closed" if lane.is_closed else lane.error or "ok"


@subscriptions.command("remove")
def subscriptions_remove(name: Name) -> None:
    """Remove a subscription; what is queued for it is dropped."""

    async def remove(store: Store) -> bool:
        subscription = await store.subscription(name)
        if subscription is not None and subscription.is_of_file:
            raise ConfigError(f"{name} is stated in subscriptions.toml: remove it there")
        return await store.remove_subscription(name, datetime.now(UTC))

    if not with_store(remove):
        raise _no_such(name)
    console().print(f"{name} removed", markup=False)


@subscriptions.command("erase")
def subscriptions_erase(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Mail address or webhook of a reader.")],
) -> None:
    """Erase all that is stored of a reader's address: subscriptions, requests to subscribe, queued announcements.

    Exits with code 1 if there is none.
    """
    from newscrawl.notify.reader_links import spellings

    async def erase(store: Store) -> int:
        names = await store.opt_ins_of_address(spellings(address))
        return sum([await store.erase_opt_in(name) for name in names])

    count = with_store(erase)
    if not count:
        raise NotFound("no reader's subscription has this address")
    console().print(f"{count} erased", markup=False)


@subscriptions.command("pause")
def subscriptions_pause(name: Name) -> None:
    """Announce nothing to a subscription until `newscrawl subscriptions resume`; what happens meanwhile is left out."""
    _pause(name, is_paused=True)


@subscriptions.command("resume")
def subscriptions_resume(name: Name) -> None:
    """Announce to a paused subscription again, from now on."""
    _pause(name, is_paused=False)


def _pause(name: str, *, is_paused: bool) -> None:
    from newscrawl.notify.planning import plan

    async def pause(store: Store) -> bool:
        await plan(store, datetime.now(UTC))  # what happened before is announced, or is not
        return await store.pause_subscription(name, is_paused=is_paused)

    if not with_store(pause):
        raise _no_such(name)
    console().print(f"{name} {'paused' if is_paused else 'resumed'}", markup=False)


@subscriptions.command("feed")
def subscriptions_feed(name: Name) -> None:
    """Print the URL of a subscription's feed; whoever has the URL can read the feed."""
    from newscrawl.notify.links import feed_path

    subscription = with_store(lambda store: existing(store, name))
    config = Config.from_env()
    root = (config.public_url or config.serve_url).rstrip("/")
    console().print(root + feed_path(subscription.feed_token), markup=False, soft_wrap=True)


@subscriptions.command("test-match")
def subscriptions_test_match(name: Name, as_json: AsJson = False) -> None:
    """Print which of the newest 500 changes a subscription matches, as if it were older than they are.

    Exits with code 1 if it matches none.
    """
    subscription = with_store(lambda store: existing(store, name))
    matching, examined = with_reader(lambda reader: _matching(reader, subscription))
    if as_json:
        print_json([_as_row(entry) for entry in matching])
    else:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for column in ("seen", "source", "significance", "headline", "summary"):
            table.add_column(column)
        for entry in matching:
            line = entry.line
            share = str(round(line.change.significance * 100))
            table.add_row(when(line.seen_at), line.source, share, cell(line.headline), cell(line.change.summary))
        console().print(table if matching else "no change matches", markup=False)
        console(err=True).print(f"{len(matching)} of the newest {examined} changes", markup=False)
    raise typer.Exit(0 if matching else 1)


async def _matching(reader: Reader, subscription: Subscription) -> tuple[list[ChangeEntry], int]:
    from newscrawl.items import Announceable, EventKind
    from newscrawl.notify.matching import wants
    from newscrawl.store.reader import ListFilter

    batch = await reader.changes.changes(ListFilter(), limit=EXAMINED)
    entries = await reader.changes.of_versions([(e.line.article_id, e.line.number) for e in batch.items])
    matching = [
        entry
        for entry in entries.values()
        if wants(
            subscription.wanted,
            Announceable(
                kind=EventKind.EDIT,
                identity="",
                source=entry.line.source,
                at=entry.line.seen_at,
                article_id=entry.line.article_id,
                number=entry.line.number,
                headline=entry.line.headline,
                change=entry.line.change,
                cause=entry.line.cause,
            ),
        )
    ]
    return sorted(matching, key=lambda entry: entry.line.seen_at, reverse=True), len(entries)


def _as_row(entry: ChangeEntry) -> dict[str, object]:
    line = entry.line
    return {
        "article_id": line.article_id,
        "version": line.number,
        "source": line.source,
        "seen_at": line.seen_at,
        "headline": line.headline,
        "significance": round(line.change.significance * 100),
        "summary": line.change.summary,
    }


def file_problems() -> Iterator[Problem]:
    """Yield what is wrong in the project's subscriptions.toml, for `newscrawl check`."""
    from newscrawl.notify.files import load_file, project_file, unknown_sources
    from newscrawl.notify.stuck import SYSTEM
    from newscrawl.sources.catalogue import source_names

    path = project_file()
    if path is None:
        return
    yield from load_file(path).problems
    try:
        known = source_names()
    except ConfigError:  # the checks of sources say why they cannot be listed
        return
    yield from unknown_sources(path, [*known, SYSTEM])


async def existing(store: Store, name: str) -> Subscription:
    await _sync(store)
    subscription = await store.subscription(name)
    if subscription is None:
        raise _no_such(name)
    return subscription


async def _sync(store: Store) -> None:
    from newscrawl.notify.files import sync_project_file

    await sync_project_file(store, datetime.now(UTC))


def _no_such(name: str) -> NotFound:
    return NotFound(f"there is no subscription {name!r}; `newscrawl subscriptions list` has all")
