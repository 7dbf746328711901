"""`newscrawl watch`: watch single articles of sites that have no spider."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from newscrawl.cli.address_lists import AsCsv, DryRun, From, print_watched_csv, watch_from
from newscrawl.cli.opening import with_store
from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import cell, console, print_json, when
from newscrawl.config import Config
from newscrawl.errors import ConfigError

if TYPE_CHECKING:
    from newscrawl.items import Head
    from newscrawl.sources.watching import Watched
    from newscrawl.store.session import Store

CLAIM_TERM = timedelta(minutes=1)


def register(app: typer.Typer) -> None:
    app.command("watch")(watch)


def watch(
    url: Annotated[str | None, typer.Argument(metavar="URL", help="URL of an article.")] = None,
    list_all: Annotated[bool, typer.Option("--list", help="List the watched URLs.")] = False,
    remove: Annotated[
        str | None, typer.Option("--remove", metavar="URL", help="Watch this URL no more; its history stays.")
    ] = None,
    from_file: From = None,
    dry_run: DryRun = False,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """Watch one article: record it now, and check it in every round like any other. No spider is needed."""
    if [url is not None, list_all, remove is not None, from_file is not None].count(True) != 1:
        raise ConfigError("give the URL of an article, or --from FILE, or --list, or --remove URL")
    if (dry_run and from_file is None) or (as_csv and not list_all):
        raise ConfigError("--dry-run needs --from FILE, and --csv needs --list")
    if from_file is not None:
        watch_from(from_file, is_dry_run=dry_run, as_json=as_json)
    elif url is not None:
        _watch(url, as_json=as_json)
    elif remove is not None:
        _remove(remove)
    else:
        _list(as_json=as_json, as_csv=as_csv)


def _watch(text: str, *, as_json: bool) -> None:
    """Try the page, keep its address, and record it."""
    from newscrawl.sources.probe import Fetch, run_probe
    from newscrawl.sources.trial import TriedPage
    from newscrawl.sources.watched import checked_address, table_path
    from newscrawl.sources.watching import add_address, made_due, source_for, tried

    url = checked_address(text)
    source_for(url)

    async def explore(fetch: Fetch) -> TriedPage:
        return await tried(url, fetch)

    page = run_probe(explore, Config.from_env())
    found = add_address(url, language=page.article.in_language if page.article else None)
    found = with_store(lambda store: made_due(found, store))
    exit_code = _crawl(found)
    (row,) = with_store(lambda store: _rows(store, {found.source: (found.url,)}))
    if as_json:
        print_json(asdict(found) | row)
    else:
        place = "its source has a spider" if found.has_spider else f"kept in {table_path()}"
        state = f"{row['versions']} recorded" if row["versions"] else "not recorded yet; the next round tries again"
        next_check = f", next check {when(row['next_check_at'])}" if row["next_check_at"] else ""
        console().print(f"{found.url}\nwatched as {found.source} ({place}): version {state}{next_check}", markup=False)
    raise typer.Exit(0 if row["versions"] else exit_code or 1)


def _crawl(found: Watched) -> int:
    """Check the address at once, in a process of its own.

    A known article of a source with a spider waits for its round: it is one of many that may be due.
    """
    from newscrawl.jobs import Job
    from newscrawl.jobs.exit_codes import LEASE_HELD
    from newscrawl.jobs.subprocesses import run_in_processes

    if found.is_known and found.has_spider:
        return 0
    settings = {"NEWSCRAWL_ADDRESSES_ONLY": True} if found.has_spider else {}
    job = Job(source=found.source, settings=settings, log_level="ERROR")
    (report,) = run_in_processes([job], Config.from_env())
    return 0 if report.exit_code == LEASE_HELD else report.exit_code


def _remove(text: str) -> None:
    from newscrawl.sources.catalogue import folder_of
    from newscrawl.sources.watched import kept_as, remove, row_with

    row = row_with(text.strip())
    has_spider = folder_of(row.name) is not None
    address = kept_as(text.strip(), row)
    is_recorded = not has_spider and with_store(lambda store: _retire(store, row.name, address))
    remove(text.strip())
    if has_spider:
        console().print(
            f"no longer kept; {row.name} has a spider and checks the article on, if it is known", markup=False
        )
        return
    kept = "its history stays" if is_recorded else "nothing of it had been recorded"
    console().print(f"no longer watched; {kept}", markup=False)


async def _retire(store: Store, source: str, url: str) -> bool:
    """End the checks of an article, whose history stays; return whether there is one."""
    from newscrawl.items import State
    from newscrawl.sources.watching import head_at

    head, now = await head_at(store, source, url), datetime.now(UTC)
    if head is None:
        return False
    claimed = await store.claim(head.article_id, now, f"watch-{head.article_id}", term=CLAIM_TERM)
    if claimed is None:
        raise ConfigError(f"{url} is being checked now, and is still watched; run the command again in a minute")
    ended = replace(claimed, state=State.RETIRED, state_since=now, state_reason="no longer watched", next_check_at=None)
    await store.touch(replace(ended, next_check_reason="no longer watched"))
    return True


def _list(*, as_json: bool, as_csv: bool) -> None:
    from newscrawl.sources.watched import rows

    found = with_store(lambda store: _rows(store, {name: row.addresses for name, row in rows().items()}))
    if as_csv:
        print_watched_csv(found)
        return
    if as_json:
        print_json(found)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("source", "address", "versions", "last check", "next check"):
        table.add_column(name, overflow="fold")
    for row in found:
        times = (when(row["last_checked_at"]), when(row["next_check_at"]))
        table.add_row(row["source"], cell(row["url"]), str(row["versions"]), *times)
    console().print(table)


async def _rows(store: Store, addresses: dict[str, tuple[str, ...]]) -> list[dict[str, Any]]:
    from newscrawl.sources.watching import head_at

    rows = []
    for source, urls in sorted(addresses.items()):
        for url in urls:
            rows.append(_row(source, url, await head_at(store, source, url)))
    return rows


def _row(source: str, url: str, head: Head | None) -> dict[str, Any]:
    return {
        "source": source,
        "url": url,
        "article_id": head.article_id if head else None,
        "versions": head.number if head else 0,
        "last_checked_at": head.check_history.last_checked_at if head else None,
        "next_check_at": head.next_check_at if head else None,
        "state": head.state.value if head else None,
    }
