"""`newscrawl import`: make histories out of captures in WARC, ARC and WACZ files, of exports and of texts."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from newscrawl.cli.cdx_servers import (
    CapturesAt,
    CdxServer,
    IgnoreRobots,
    MatchType,
    PerMinute,
    Since,
    Until,
    asked,
    print_server,
)
from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import console, print_json, safe
from newscrawl.config import Config
from newscrawl.humanize import counted

if TYPE_CHECKING:
    from newscrawl.jobs.importing import ImportReport

MAX_HOSTS = 10


def register(app: typer.Typer) -> None:
    app.command("import")(import_captures)


def import_captures(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH|URL",
            help="WARC, ARC, WACZ, CDX, JSONL, CSV or Parquet files, folders, or patterns in quotes; or CDX queries.",
        ),
    ],
    cdx_server: CdxServer = None,
    since: Since = None,
    until: Until = None,
    match_type: MatchType = None,
    captures_at: CapturesAt = None,
    per_minute: PerMinute = None,
    ignore_robots: IgnoreRobots = False,
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Make a source of each unknown host; its pages are read generically.")
    ] = False,
    announce: Annotated[bool, typer.Option("--announce", help="Announce what is imported to subscriptions.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be imported for each source; write nothing.")
    ] = False,
    zone: Annotated[
        str | None, typer.Option(help="Texts without pages: time zone of times that state none, such as Europe/Berlin.")
    ] = None,
    reader: Annotated[
        str | None,
        typer.Option("--read-by", help="Texts without pages: what extracted them, if their rows do not say it."),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs", min=1, max=64, help="Number of processes; default: one per processor, or 1 for a small import."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make histories out of captures, exports and texts, in the order of their times; run again, it adds nothing.

    A text that is older than a known version is listed apart in the history; no version gets another number.
    """
    from rich.progress import Progress

    from newscrawl.archive.row_files import split_paths
    from newscrawl.cli import import_rows
    from newscrawl.jobs.importing import ImportPlan, ImportReport
    from newscrawl.jobs.importing import import_captures as run_import

    paths, queries = asked(
        paths, cdx_server, match_type=match_type, since=since, until=until, captures_at=captures_at,
        per_minute=per_minute, ignore_robots=ignore_robots,
    )  # fmt: skip
    (files, captures), time_zone = split_paths(paths), import_rows.zone_of(zone)
    rows = None
    plan = ImportPlan(
        paths=captures, queries=queries, adopts=adopt, announces=announce, is_dry_run=dry_run, jobs=jobs
    )  # fmt: skip
    with Progress(console=console(err=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        tasks = {}

        def progress(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done)

        config = Config.from_env()
        if files:
            rows = import_rows.run_import(
                files, config, progress, adopts=adopt, is_dry_run=dry_run, zone=time_zone, reader=reader
            )
        is_over = rows is not None and (rows.is_interrupted or not (captures or queries))
        report = ImportReport() if is_over else run_import(plan, config, progress)
    exit_code = (rows.exit_code if rows is not None else 0) or report.exit_code
    if as_json:
        print_json({**report.as_dict(), "rows": rows and rows.as_dict(), "exit_code": exit_code})
    else:
        if rows is not None:
            import_rows.print_report(rows, is_dry_run=dry_run)
        if not is_over:
            _print(report, is_dry_run=dry_run)
    raise typer.Exit(exit_code)


def _print(report: ImportReport, *, is_dry_run: bool) -> None:
    out, found = console(), report.found
    for server in report.servers:
        print_server(server, is_dry_run=is_dry_run)
    if report.files or not report.servers:
        out.print(
            f"{counted(report.files, 'file')}, {counted(found.records, 'record')}: "
            f"{counted(sum(report.captures.values()), 'capture')} of articles, {counted(report.twins, 'duplicate')}, "
            f"{found.not_articles} of listings and other pages, {found.unknown.total()} of unknown hosts",
            markup=False,
        )
    if is_dry_run:
        for source, count in report.captures.items():
            out.print(f"{source}: {counted(count, 'capture')} would be imported", markup=False)
    for each in report.sources:
        if each.refused:
            out.print(f"{each.source}: nothing was imported: {safe(each.refused)}", markup=False)
            continue
        outcomes: Counter[str] = each.outcomes
        parts = [f"{count} {outcome}" for outcome, count in sorted(outcomes.items())]
        parts += [f"{each.redirects} redirects"] * bool(each.redirects) + [f"{each.known} known"] * bool(each.known)
        versions = counted(each.versions, "version")
        out.print(f"{each.source}: {versions} added; {', '.join(parts) or 'nothing new'}", markup=False)
    for host, count in found.unknown.most_common(MAX_HOSTS):
        out.print(f"unknown host {safe(host)}: {counted(count, 'capture')}", markup=False)
    if found.adopted:
        out.print(f"adopted: {', '.join(map(safe, sorted(found.adopted)))}", markup=False)
    for fault in found.faults:
        out.print(f"damaged: {safe(fault)}", markup=False)
    if found.damaged > len(found.faults):
        out.print(f"damaged: {found.damaged - len(found.faults)} more", markup=False)
    if report.is_interrupted:
        out.print("interrupted; run the same command again to go on", markup=False)
