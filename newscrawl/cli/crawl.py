"""`newscrawl crawl`: check sources now."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
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
ALWAYS = {
    "discovered",
    "checked",
    "new",
    "changed",
    "unchanged",
    "not_modified",
    "trivial",
    "gone",
    "quarantined",
    "error",
}
PARALLEL = 2  # sources crawled at once, each in a process of its own


def register(app: typer.Typer) -> None:
    app.command("crawl")(crawl)


def crawl(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="SOURCE...", help="Sources to crawl: files of spiders/.")
    ] = None,
    due: Annotated[bool, typer.Option("--due", help="Crawl every source that has something due.")] = False,
    record: Annotated[Path | None, typer.Option(help="Write every exchange to this WARC file (.warc.gz).")] = None,
    replay: Annotated[
        Path | None, typer.Option(help="Answer every request from this WARC file or folder, never from the network.")
    ] = None,
    argument: Annotated[
        list[str] | None, typer.Option("-a", metavar="NAME=VALUE", help="Argument for the spider.")
    ] = None,
    fail_on: Annotated[int, typer.Option(min=0, help="Exit 1 when at least this many pages failed; 0: never.")] = 1,
    fail_on_drift: Annotated[
        bool, typer.Option("--fail-on-drift", help="Exit 6 when much less is listed or readable than usual.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Log every decision, also on a terminal.")] = False,
) -> None:
    """Look at sources: discover new stories, check the due ones, record what changed."""
    config = Config.from_env()
    chosen = _chosen(names or [], due, config)
    if not chosen:
        console(err=True).print("nothing is due")
        if as_json:
            print_json([])
        return
    if len(chosen) == 1:
        reports = [_here(chosen[0], config, record, replay, argument or [], fail_on, fail_on_drift, as_json, verbose)]
    else:
        if record or argument:
            raise ConfigError("--record and -a belong to one source; name just one")
        reports = _beside(chosen, replay, fail_on, fail_on_drift, verbose)
    if as_json:
        print_json(reports[0] if len(chosen) == 1 else reports)
    else:
        _print_table(reports)
    raise typer.Exit(max((r["exit_code"] for r in reports), default=0))


def _chosen(names: list[str], due: bool, config: Config) -> list[str]:
    from newscrawl.sources.catalogue import check_source, source_names

    if due and names:
        raise ConfigError("name sources or give --due, not both")
    if not due and not names:
        raise ConfigError("name at least one source, or give --due; `newscrawl sources` lists them")
    if not due:
        return [check_source(name) for name in dict.fromkeys(names)]
    from newscrawl.jobs.due import due_sources

    return due_sources(config, source_names())


def _here(
    source: str, config: Config, record: Path | None, replay: Path | None, arguments: list[str], fail_on: int,
    fail_on_drift: bool, as_json: bool, verbose: bool,
) -> dict[str, Any]:  # fmt: skip
    from newscrawl.jobs import Job, run

    is_watched = sys.stderr.isatty() and not verbose and not as_json
    job = Job(
        source=source,
        arguments=dict(_pair(text) for text in arguments),
        record=record.absolute() if record else None,
        replay=replay.absolute() if replay else None,
        fail_on=fail_on,
        fail_on_drift=fail_on_drift,
        log_level="ERROR" if is_watched else None,
        shows_progress=is_watched,
    )
    return run(job, config).as_dict()


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise ConfigError(f"-a {text!r}: must be NAME=VALUE")
    return name, value


def _beside(
    chosen: list[str], replay: Path | None, fail_on: int, fail_on_drift: bool, verbose: bool
) -> list[dict[str, Any]]:
    """Crawl several sources, each in a process of its own: one source's fault stays its own (promise P5)."""

    def one(source: str) -> dict[str, Any]:
        command = [sys.executable, "-m", "newscrawl", "crawl", source, "--json", "--fail-on", str(fail_on)]
        command += ["--replay", str(replay.absolute())] if replay else []
        command += ["--fail-on-drift"] if fail_on_drift else []
        command += ["--verbose"] if verbose else []
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, env=dict(os.environ))
        try:
            report: dict[str, Any] = json.loads(done.stdout)
        except ValueError:  # the process ended with an error of its own, told on standard error
            return {
                "source": source,
                "exit_code": done.returncode or 70,
                "reason": "not_started",
                "outcomes": {},
                "errors": {},
            }
        return report

    with ThreadPoolExecutor(PARALLEL) as pool:
        return list(pool.map(one, chosen))


def _print_table(reports: Iterable[dict[str, Any]]) -> None:
    rows = [
        (r, {"discovered": r.get("discovered", 0), "checked": r.get("checked", 0), **r["outcomes"]}) for r in reports
    ]
    shown = [c for c in COLUMNS if c in ALWAYS or any(counts.get(c) for _, counts in rows)]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("source")
    for column in shown:
        table.add_column("errors" if column == "error" else column.replace("_", " "), justify="right", overflow="fold")
    for report, counts in rows:
        table.add_row(report["source"], *(str(counts.get(c, 0)) for c in shown))
    out = console()
    out.print(table)
    for report, _ in rows:
        if report["exit_code"]:
            out.print(f"{report['source']}: {report['reason']}, exit code {report['exit_code']}", markup=False)
        for message, count in report["errors"].items():
            out.print(f"  {safe(message)}" + (f" (×{count})" if count > 1 else ""), markup=False)
