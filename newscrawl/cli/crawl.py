"""`newscrawl crawl`: check sources now; several each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from newscrawl.cli.terminal import console, print_json, safe
from newscrawl.config import Config
from newscrawl.errors import ConfigError

COLUMNS = (
    "discovered", "checked", "new", "changed", "reverted", "unchanged", "not_modified", "trivial", "moved", "restored",
    "rebased", "gone", "quarantined", "blocked", "error",
)  # fmt: skip
ALWAYS_PRINTED = {
    "discovered", "checked", "new", "changed", "unchanged", "not_modified", "trivial", "gone", "quarantined", "error",
}  # fmt: skip
PARALLEL_SOURCES = 2  # each in its own process


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
        typer.Argument(metavar="SOURCE...", help="Sources to crawl, named like their files in spiders/."),
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
        int, typer.Option(min=0, help="Exit with code 1 if at least this many pages failed; 0: never.")
    ] = 1,
    fail_on_drift: Annotated[
        bool,
        typer.Option(
            "--fail-on-drift",
            help="Exit with code 6 if far fewer articles are listed or can be read than usual for a source.",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Log every decision, also if standard error is a terminal.")
    ] = False,
) -> None:
    """Crawl sources: discover new articles, check the due ones and record what changed."""
    options = CrawlOptions(record, replay, tuple(argument or ()), fail_on, fail_on_drift, as_json, verbose)
    config = Config.from_env()
    sources = _select_sources(names or [], due, config)
    if not sources:
        console(err=True).print("nothing is due")
        if as_json:
            print_json([])
        return
    is_single = len(sources) == 1
    reports = [_crawl_here(sources[0], config, options)] if is_single else _crawl_in_processes(sources, options)
    if as_json:
        print_json(reports[0] if is_single else reports)
    else:
        _print_table(reports)
    raise typer.Exit(max((report["exit_code"] for report in reports), default=0))


def _select_sources(names: list[str], due: bool, config: Config) -> list[str]:
    from newscrawl.sources.catalogue import check_source, source_names

    if due and names:
        raise ConfigError("name sources or give --due, not both")
    if not due and not names:
        raise ConfigError("name at least one source, or give --due; `newscrawl sources` lists them")
    if not due:
        return [check_source(name) for name in dict.fromkeys(names)]
    from newscrawl.jobs.due import due_sources

    return due_sources(config, source_names())


def _crawl_here(source: str, config: Config, options: CrawlOptions) -> dict[str, Any]:
    """Crawl one source in this process; a terminal gets a progress line in place of log lines."""
    from newscrawl.jobs import Job, run

    shows_progress = sys.stderr.isatty() and not options.verbose and not options.as_json
    job = Job(
        source=source,
        arguments=dict(_name_and_value(argument) for argument in options.arguments),
        record=options.record.absolute() if options.record else None,
        replay=options.replay.absolute() if options.replay else None,
        fail_on=options.fail_on,
        fail_on_drift=options.fail_on_drift,
        log_level="ERROR" if shows_progress else None,
        shows_progress=shows_progress,
    )
    return run(job, config).as_dict()


def _name_and_value(argument: str) -> tuple[str, str]:
    name, equals, value = argument.partition("=")
    if not equals or not name.isidentifier():
        raise ConfigError(f"-a {argument!r}: must be NAME=VALUE")
    return name, value


def _crawl_in_processes(sources: list[str], options: CrawlOptions) -> list[dict[str, Any]]:
    """Crawl each source in its own process, so that an error in one cannot affect another (promise P5)."""
    if options.record or options.arguments:
        raise ConfigError("--record and -a are for a single source; name only one")
    with ThreadPoolExecutor(PARALLEL_SOURCES) as pool:
        return list(pool.map(lambda source: _crawl_in_process(source, options), sources))


def _crawl_in_process(source: str, options: CrawlOptions) -> dict[str, Any]:
    command = [sys.executable, "-m", "newscrawl", "crawl", source, "--json", "--fail-on", str(options.fail_on)]
    command += ["--replay", str(options.replay.absolute())] if options.replay else []
    command += ["--fail-on-drift"] if options.fail_on_drift else []
    command += ["--verbose"] if options.verbose else []
    process = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, env=dict(os.environ))
    try:
        report: dict[str, Any] = json.loads(process.stdout)
    except ValueError:  # the process printed its error on standard error, and no report
        exit_code = process.returncode or 70
        return {"source": source, "exit_code": exit_code, "reason": "not_started", "outcomes": {}, "errors": {}}
    return report


def _print_table(reports: Iterable[dict[str, Any]]) -> None:
    rows = [
        (report, {"discovered": report.get("discovered", 0), "checked": report.get("checked", 0), **report["outcomes"]})
        for report in reports
    ]
    columns = [c for c in COLUMNS if c in ALWAYS_PRINTED or any(counts.get(c) for _, counts in rows)]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("source")
    for column in columns:
        table.add_column("errors" if column == "error" else column.replace("_", " "), justify="right", overflow="fold")
    for report, counts in rows:
        table.add_row(report["source"], *(str(counts.get(column, 0)) for column in columns))
    out = console()
    out.print(table)
    for report, _ in rows:
        if report["exit_code"]:
            out.print(f"{report['source']}: {report['reason']}, exit code {report['exit_code']}", markup=False)
        for message, count in report["errors"].items():
            out.print(f"  {safe(message)}" + (f" (×{count})" if count > 1 else ""), markup=False)
