"""`--from FILE` of `newscrawl watch` and `newscrawl add-source`, and the lists that `watch` and `sources` print."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newscrawl.cli.opening import with_store
from newscrawl.cli.terminal import console, print_json, safe
from newscrawl.config import Config
from newscrawl.errors import ConfigError
from newscrawl.humanize import counted

if TYPE_CHECKING:
    from newscrawl.sources.address_lists import ListedAddress
    from newscrawl.sources.feed_lists import FoundSites

From = Annotated[
    Path | None,
    typer.Option("--from", metavar="FILE", help="Read URLs from a list: OPML, CSV with a header, or one URL per line."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="With --from: print what would be added; write nothing.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print the list as CSV, which --from reads.")]
AsOpml = Annotated[
    bool, typer.Option("--opml", help="Print the feeds as OPML, for feed readers and `newscrawl add-source --from`.")
]
Reader = Annotated[
    str | None,
    typer.Option(
        "--reader",
        metavar="URL",
        help="With --opml: print the feeds of changes that the reader at this URL has, one per source.",
    ),
]
Failed = Sequence[tuple["ListedAddress", str]]
WATCHED = ("url", "source", "versions", "last_checked_at", "next_check_at", "state")
SOURCES = ("source", "publisher", "site", "feed")


def watch_from(path: Path, *, is_dry_run: bool, as_json: bool) -> None:
    """Watch the addresses of a list; exits with code 1 if a row is none."""
    from newscrawl.sources.address_lists import read_list
    from newscrawl.sources.watching_lists import list_made_due, watch_list

    found = watch_list(read_list(path), is_dry_run=is_dry_run)
    if not is_dry_run and found.added:
        with_store(lambda store: list_made_due(found, store))
    if as_json:
        print_json({"added": list(found.added), "known": found.known, "failed": _as_rows(found.failed)})
    else:
        out = console()
        verb = "would be watched" if is_dry_run else "watched now"
        out.print(
            f"{counted(len(found.added), 'address', 'addresses')} {verb}, {len(found.known)} known before, "
            f"{len(found.failed)} refused",
            markup=False,
        )
        _print_failed(found.failed)
        if found.added and not is_dry_run:
            out.print("the next round requests them: newscrawl crawl --due, or a worker", markup=False)
    raise typer.Exit(1 if found.failed else 0)


def add_sources_from(path: Path, *, is_dry_run: bool) -> None:
    """Write a spider file for each new site of a list; exits with code 1 if a row leads to none."""
    from newscrawl.sources.address_lists import read_list
    from newscrawl.sources.feed_lists import find_sites, write_sites
    from newscrawl.sources.probe import Fetch, run_probe
    from newscrawl.sources.spider_files import folder_to_write

    rows, folder = read_list(path), folder_to_write()

    async def explore(fetch: Fetch) -> FoundSites:
        return await find_sites(rows, fetch)

    found = run_probe(explore, Config.from_env())
    written = [] if is_dry_run else write_sites(found, folder)
    _print_sites(found, is_dry_run=is_dry_run)
    if written:
        names = " ".join(each.site.name for each in found.new[:3])
        console().print(
            f"wrote {counted(len(written), 'file')} in {folder}; next: newscrawl crawl {names}", markup=False
        )
    raise typer.Exit(1 if found.failed else 0)


def _print_sites(found: FoundSites, *, is_dry_run: bool) -> None:
    out = console()
    for each in found.new:
        verb = "would be added" if is_dry_run else "added"
        feeds = counted(len(each.site.feeds) or 1, "listing")
        out.print(f"{each.site.name}: {verb}: {safe(each.site.publisher)}, {feeds}", markup=False)
    for each in found.known:
        out.print(f"{each.known}: known before", markup=False)
        for feed in each.missing:
            out.print(f"  its file does not state the feed {safe(feed)}", markup=False)
    _print_failed(found.failed)


def _print_failed(failed: Failed) -> None:
    for row, why in failed:
        console().print(f"line {row.line}: {safe(row.shown)}: {safe(why)}", markup=False)


def _as_rows(failed: Failed) -> list[dict[str, Any]]:
    return [{"line": row.line, "text": row.shown, "reason": why} for row, why in failed]


def print_watched_csv(rows: Iterable[Mapping[str, Any]]) -> None:
    from newscrawl.sources.address_lists import as_csv

    sys.stdout.write(as_csv(WATCHED, ([_moment(row[name]) for name in WATCHED] for row in rows)))


def _moment(value: object) -> object:
    return f"{value:%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else value


def print_sources(*, as_opml: bool, reader: str | None) -> None:
    """Print the feeds of all sources; with `reader`, its feeds of their changes."""
    from newscrawl.sources.address_lists import as_csv
    from newscrawl.sources.catalogue import load_spider, source_names
    from newscrawl.sources.opml import Outline, write_opml

    if reader is not None and not (as_opml and reader.startswith(("http://", "https://"))):
        raise ConfigError(f"--reader {reader!r}: must be an http or https URL, and needs --opml")
    classes = {name: load_spider(name) for name in source_names()}
    if not as_opml:
        table = [
            (name, cls.publisher, f"https://{cls.domains[0]}/" if cls.domains else "", feed)
            for name, cls in classes.items()
            for feed in cls.feeds
        ]
        sys.stdout.write(as_csv(SOURCES, table))
        return
    groups: dict[str, list[Outline]] = {}
    for name, cls in classes.items():
        page = f"https://{cls.domains[0]}/" if cls.domains else ""
        title = cls.publisher or name
        if reader is not None:
            base = reader.rstrip("/")
            groups[name] = [
                Outline(0, f"{title}: changes", f"{base}/changes.atom?source={name}", f"{base}/?source={name}")
            ]
        elif cls.feeds:
            groups.setdefault(name, []).extend(Outline(0, title, feed, page) for feed in cls.feeds)
    title = "newscrawl: changes" if reader is not None else "newscrawl: sources"
    sys.stdout.buffer.write(write_opml(title, groups, datetime.now(UTC)))
