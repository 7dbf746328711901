"""`newscrawl backfill`: record older articles of a source from its archive."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from newscrawl.cli.completion import sources_like
from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import console, print_json, safe
from newscrawl.config import Config
from newscrawl.errors import ConfigError
from newscrawl.humanize import counted

if TYPE_CHECKING:
    from newscrawl.jobs.backfill import BackfillPlan, BackfillReport

MAX_SHOWN = 20
TEMPLATE_NAMES = {"year", "month", "day"}


def register(app: typer.Typer) -> None:
    app.command("backfill")(backfill)


def backfill(
    source: Annotated[
        str,
        typer.Argument(metavar="SOURCE", help="Source whose older articles are recorded.", autocompletion=sources_like),
    ],
    since: Annotated[str, typer.Option(metavar="DATE", help="First day of publication, such as 2024-01-01.")],
    until: Annotated[str | None, typer.Option(metavar="DATE", help="Last day of publication; default: today.")] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="End after this many articles; run again, the command goes on.")
    ] = None,
    archive: Annotated[
        list[str] | None,
        typer.Option(
            metavar="URL",
            help="Archive page to begin at too; may hold {year}, {month} and {day}; may be repeated.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read only the archive pages; record nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Record older articles of a source from its archive: sitemaps, pages that link to a next, pages by day or month.

    Checks of the source come first: it uses at most half of its host's budget. Run again, it goes on where it ended.
    """
    from newscrawl.jobs.backfill import BackfillPlan
    from newscrawl.jobs.backfill import backfill as run_backfill
    from newscrawl.sources.catalogue import check_source

    archives = tuple(archive or ())
    _check_archives(archives)
    first, last = _day("--since", since), _day("--until", until) if until else None
    if first > (last or datetime.now(UTC).date()):
        raise ConfigError(f"--since {since} is later than {'--until ' + until if until else 'today'}")
    plan = BackfillPlan(source=check_source(source), since=first, until=last, limit=limit, archives=archives)
    if dry_run:
        _dry_run(plan, as_json=as_json)
        return
    is_quiet = sys.stderr.isatty() or as_json
    report = run_backfill(plan, Config.from_env(), progress=_progress, log_level="ERROR" if is_quiet else None)
    if as_json:
        print_json(report.as_dict())
    else:
        _show(report)
    raise typer.Exit(report.exit_code)


def _progress(line: str) -> None:
    console(err=True).print(f"backfill: {safe(line)}", markup=False)


def _show(report: BackfillReport) -> None:
    out = console()
    out.print(
        f"{report.source}, {report.since} to {report.until}: {counted(report.recorded, 'article')} recorded, "
        f"{report.known} known before, {report.outside} of other days, {report.failed} not readable; "
        f"{counted(report.pages, 'page')} of the archive read",
        markup=False,
    )
    for why, count in sorted(report.endings.items()):
        out.print(f"  {count} × pages ended: {why}", markup=False)
    if report.problem:
        out.print(f"  {safe(report.problem)}", markup=False)
    if not report.is_finished:
        out.print(
            f"not finished, {counted(report.waiting, 'page')} known; run the same command again to go on", markup=False
        )


def _dry_run(plan: BackfillPlan, *, as_json: bool) -> None:
    """Print what the archive lists for the span, as far as listings and addresses state it."""
    from newscrawl.jobs.archive_survey import Survey, survey
    from newscrawl.sources.probe import Fetch, run_probe

    async def explore(fetch: Fetch) -> Survey:
        return await survey(plan, fetch)

    found = run_probe(explore, Config.from_env())
    if as_json:
        print_json(asdict(found))
        return
    out = console()
    pages = counted(found.pages, "page")
    out.print(f"{counted(len(found.urls), 'article')} on {pages} of the archive; nothing was recorded")
    for url in found.urls[:MAX_SHOWN]:
        out.print(f"  {safe(url)}", markup=False)
    if len(found.urls) > MAX_SHOWN:
        out.print(f"  … and {len(found.urls) - MAX_SHOWN} more")
    if found.waiting:
        out.print(f"{counted(found.waiting, 'further page')} known; a dry run reads no more of them")


def _check_archives(archives: tuple[str, ...]) -> None:
    from newscrawl.cli.try_url import check_url
    from newscrawl.jobs.backfill import names_of

    for each in archives:
        check_url(each.replace("{", "").replace("}", ""))
    if unknown := [name for name in names_of(archives) if name not in TEMPLATE_NAMES]:
        raise ConfigError(f"--archive: there is no {{{unknown[0]}}}; a template has {{year}}, {{month}} and {{day}}")
    for each in archives:
        if "{" in each and ("{year}" not in each or "{month}" not in each):
            raise ConfigError(f"--archive {each!r}: a template has {{year}} and {{month}}, and for days {{day}}")


def _day(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"{option} {text!r}: must be a date such as 2024-01-31") from error
