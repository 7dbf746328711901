"""`newscrawl import`: make histories out of captures in WARC, ARC and WACZ files."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

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
        typer.Argument(metavar="PATH...", help="WARC, ARC, WACZ or CDX files, folders, or quoted patterns."),
    ],
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Make a source of each unknown host that has pages; read generically.")
    ] = False,
    announce: Annotated[
        bool, typer.Option("--announce", help="Announce what is imported to subscriptions; by default nothing is.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what the files hold for which source; write nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make histories out of captures, in the order of their times; once more, it adds nothing.

    What is older than a known text gets a line of its own in the article's history, and changes no number.
    """
    from rich.progress import Progress

    from newscrawl.jobs.importing import ImportPlan
    from newscrawl.jobs.importing import import_captures as run_import

    plan = ImportPlan(paths=paths, adopts=adopt, announces=announce, is_dry_run=dry_run)
    with Progress(console=console(err=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        tasks = {}

        def progress(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done)

        report = run_import(plan, Config.from_env(), progress)
    if as_json:
        print_json(report.as_dict())
    else:
        _print(report, is_dry_run=dry_run)
    raise typer.Exit(report.exit_code)


def _print(report: ImportReport, *, is_dry_run: bool) -> None:
    out, found = console(), report.found
    out.print(
        f"{counted(report.files, 'file')}, {counted(found.records, 'record')}: "
        f"{counted(sum(report.captures.values()), 'capture')} of articles, {counted(report.twins, 'twin')}, "
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
        out.print("interrupted; the same command goes on", markup=False)
