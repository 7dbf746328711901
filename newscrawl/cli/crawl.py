"""`newscrawl crawl`: check sources now; several each in a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from newscrawl.cli.completion import sources_like
from newscrawl.cli.terminal import console, print_json, safe
from newscrawl.config import Config
from newscrawl.errors import ConfigError

if TYPE_CHECKING:
    from newscrawl.jobs import CrawlReport, Job

COLUMNS = (
    "discovered", "checked", "new", "changed", "reverted", "unchanged", "not_modified", "trivial", "moved", "restored",
    "rebased", "gone", "superseded", "quarantined", "blocked", "error",
)  # fmt: skip
ALWAYS_PRINTED = {
    "discovered", "checked", "new", "changed", "unchanged", "not_modified", "trivial", "gone", "quarantined", "error",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """How to crawl the chosen sources; paths as given."""

    record: Path | None
    replay: Path | None
    arguments: tuple[str, ...]  # each NAME=VALUE
    fail_on: int
    fail_on_drift: bool
    as_json: bool
    verbose: bool


def register(app: typer.Typer) -> None:
    app.command("crawl")(crawl)


def crawl(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SOURCE",
            help="Sources to crawl, named like their files in spiders/.",
            autocompletion=sources_like,
        ),
    ] = None,
    due: Annotated[bool, typer.Option("--due", help="Crawl every source that has something due.")] = False,
    record: Annotated[
        Path | None, typer.Option(help="Append every request and response to this WARC file (.warc or .warc.gz).")
    ] = None,
    replay: Annotated[
        Path | None, typer.Option(help="Answer every request from this WARC file or folder, never from the network.")
    ] = None,
    argument: Annotated[
        list[str] | None, typer.Option("-a", metavar="NAME=VALUE", help="Argument of the spider; may be repeated.")
    ] = None,
    fail_on: Annotated[
        int,
        typer.Option(min=0, help="Exit with code 1 if this many pages failed, or all did; 0: only if all did."),
    ] = 1,
    fail_on_drift: Annotated[
        bool,
        typer.Option(
            "--fail-on-drift",
            help="Exit with code 6 if the crawl raises an alarm that is not acknowledged.",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Log every decision on standard error, on a terminal too.")
    ] = False,
) -> None:
    """Crawl sources: discover new articles, check the due ones and record what changed."""
    from newscrawl.jobs.announcing import kept_mongod

    options = CrawlOptions(record, replay, tuple(argument or ()), fail_on, fail_on_drift, as_json, verbose)
    config = Config.from_env()
    chosen = (names or []) if due else _checked(names or [])
    with kept_mongod(config):
        reports = _crawl_due(chosen, config, options) if due else _crawl_named(chosen, config, options)
        _announce(reports, config)
    if as_json:
        print_json(reports[0].as_dict() if len(chosen) == 1 else [report.as_dict() for report in reports])
    elif reports:
        _print_table(reports)
    raise typer.Exit(reports[0].exit_code if len(chosen) == 1 else _round_code(reports))


def _announce(reports: Iterable[CrawlReport], config: Config) -> None:
    """Send what is to be announced, unless the store is away or somebody wants the command to end."""
    from newscrawl.jobs.announcing import announce_after
    from newscrawl.jobs.exit_codes import INTERRUPTED, SCHEMA, STORE, USAGE

    codes = {report.exit_code for report in reports}
    if codes and codes.isdisjoint({INTERRUPTED, SCHEMA, STORE, USAGE}):
        announce_after(config)


def _round_code(reports: Iterable[CrawlReport]) -> int:
    from newscrawl.jobs.exit_codes import round_code

    return round_code((report.exit_code, report.excused) for report in reports)


def _checked(names: list[str]) -> list[str]:
    from newscrawl.sources.catalogue import check_source

    if not names:
        raise ConfigError("name at least one source, or give --due; `newscrawl sources` lists them")
    return [check_source(name) for name in dict.fromkeys(names)]


def _crawl_named(names: list[str], config: Config, options: CrawlOptions) -> list[CrawlReport]:
    """Crawl one source in this process, several side by side in others (promise P5)."""
    from newscrawl.jobs import run
    from newscrawl.jobs.rounds import crawl_named

    if len(names) == 1:
        return [run(_job(names[0], options, shows_progress=_is_quiet(options)), config)]
    _refuse_for_several(options)
    return crawl_named(names, lambda name: _job(name, options), _quiet(config, options))


def _crawl_due(names: list[str], config: Config, options: CrawlOptions) -> list[CrawlReport]:
    from newscrawl.jobs.rounds import crawl_due

    if names:
        raise ConfigError("name sources or give --due, not both")
    _refuse_for_several(options)
    reports = crawl_due(lambda name: _job(name, options), _quiet(config, options))
    if not reports:
        console(err=True).print("nothing is due")
    return reports


def _refuse_for_several(options: CrawlOptions) -> None:
    if options.record or options.arguments:
        raise ConfigError("--record and -a are for a single source; name only one")


def _is_quiet(options: CrawlOptions) -> bool:
    """Return whether standard error is a person's terminal, which gets no line per decision unless asked for."""
    return sys.stderr.isatty() and not options.verbose and not options.as_json


def _quiet(config: Config, options: CrawlOptions) -> Config:
    return replace(config, log_level="ERROR") if _is_quiet(options) else config


def _job(source: str, options: CrawlOptions, *, shows_progress: bool = False) -> Job:
    """Return the job of one source; a terminal gets a progress line in place of log lines."""
    from newscrawl.jobs import Job

    return Job(
        source=source,
        arguments=dict(_name_and_value(argument) for argument in options.arguments),
        record=options.record.absolute() if options.record else None,
        replay=options.replay.absolute() if options.replay else None,
        fail_on=options.fail_on,
        fail_on_drift=options.fail_on_drift,
        log_level="ERROR" if shows_progress else None,
        shows_progress=shows_progress,
    )


def _name_and_value(argument: str) -> tuple[str, str]:
    name, equals, value = argument.partition("=")
    if not equals or not name.isidentifier():
        raise ConfigError(f"-a {argument!r}: must be NAME=VALUE")
    return name, value


def _print_table(reports: Iterable[CrawlReport]) -> None:
    rows = [
        (report, {"discovered": report.discovered, "checked": report.checked, **report.outcomes}) for report in reports
    ]
    columns = [c for c in COLUMNS if c in ALWAYS_PRINTED or any(counts.get(c) for _, counts in rows)]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("source")
    for column in columns:
        table.add_column("errors" if column == "error" else column.replace("_", " "), justify="right", overflow="fold")
    for report, counts in rows:
        table.add_row(report.source, *(str(counts.get(column, 0)) for column in columns))
    out = console()
    out.print(table)
    for report, _ in rows:
        if report.exit_code:
            excused = f" ({report.excused})" if report.excused else ""
            out.print(f"{report.source}: {report.reason}, exit code {report.exit_code}{excused}", markup=False)
        for message, count in report.errors.items():
            out.print(f"  {safe(message)}" + (f" (×{count})" if count > 1 else ""), markup=False)
