"""Assemble the command; turn an error into one line on standard error and a documented exit code."""

from __future__ import annotations

import errno
import logging
import os
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from newscrawl import __version__
from newscrawl.cli import (
    add_source,
    alarms,
    backfill,
    backup,
    blame,
    check,
    cluster,
    crawl,
    date,
    demo,
    diff,
    doctor,
    erase,
    explain,
    export,
    extract,
    fixture,
    hide,
    history,
    import_captures,
    init,
    listing,
    log,
    metrics,
    migrate,
    notify,
    outbox,
    pause,
    policy,
    quarantine,
    rebase,
    recheck,
    release,
    retract,
    robots,
    run,
    runs,
    schedule,
    serve,
    simulate,
    sources,
    status,
    subscribe,
    subscriptions,
    tokens,
    try_url,
    verify,
    watch,
    worker,
)  # fmt: skip
from newscrawl.config import Config
from newscrawl.errors import ConfigError, NewscrawlError

app = typer.Typer(
    name="newscrawl",
    help="Version control for the news: crawl sources, and read what changed, when, and how much it matters.",
    epilog="Exit codes: 0 success, 1 failed pages, 2 usage or configuration, 3 lease held by another run, 4 database, "
    "5 schema (newscrawl migrate), 6 alarm, 7 interrupted, 70 internal error with a report file, 141 closed pipe.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
# What a shell reports of a command that ends by SIGPIPE. The signal itself would end a process whose connection was
# closed by a server, too, and run nothing of what is to be tidied up.
CLOSED_PIPE = 141
# In the order of `newscrawl --help`.
COMMANDS = (
    crawl, worker, cluster, sources, status, alarms, runs, run, metrics, history, diff, blame, recheck, explain,
    schedule, policy, pause, subscribe, subscriptions, notify, outbox, quarantine, release, retract, rebase, verify,
    hide, erase, log, backup, migrate, init, try_url, add_source, watch, backfill, fixture, check, import_captures,
    export, serve, tokens, doctor, demo, extract, listing, robots, date, simulate,
)  # fmt: skip
for command in COMMANDS:
    command.register(app)


def _print_version(value: bool) -> None:
    if value:
        typer.echo(f"newscrawl {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Accept options that belong to no command."""


def main() -> None:
    _open_closed_streams()
    try:
        _run()
    except SystemExit as ending:
        # click and rich answer a closed pipe with code 1, in the handler of the error.
        if not isinstance(ending.__context__, BrokenPipeError):
            raise
        _abandon_output()
        sys.exit(CLOSED_PIPE)
    except NewscrawlError as error:
        sys.stderr.write(f"newscrawl: {error}\n")
        sys.exit(error.exit_code)
    except BrokenPipeError as error:
        _abandon_output()
        sys.exit(_code_before(error) or CLOSED_PIPE)
    except Exception as error:  # noqa: BLE001  defects of any kind get a report file and the documented exit code
        if isinstance(error, OSError) and error.errno in FULL:
            _abandon_output()
            sys.stderr.write(f"newscrawl: {error.filename or 'the output'} cannot be written: {error.strerror}\n")
            sys.exit(_code_before(error) or ConfigError.exit_code)
        sys.stderr.write(f"newscrawl: internal error: {type(error).__name__}: {error}\n  report: {write_report()}\n")
        sys.exit(70)


def _open_closed_streams() -> None:
    """Give a standard stream that the process was started without (`>&-`) to the null device.

    Python has none then, which libraries do not expect, and the next file or connection would get its number.
    """
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, name) is None:
            stream = open(os.devnull, mode)  # noqa: PTH123, SIM115  held until the process ends
            os.dup2(stream.fileno(), number)
            setattr(sys, name, stream)


def _run() -> None:
    """Run the command that was named; what it printed is written out before it ends, while that can be answered."""
    try:
        app()
    except SystemExit as ending:
        sys.stdout.flush()
        has_lost = any(getattr(handler, "has_lost", False) for handler in logging.getLogger().handlers)
        if has_lost and not ending.code:
            sys.exit(ConfigError.exit_code)
        raise


def _code_before(error: Exception) -> int:
    """Return the code that the command was ending with when its output could not be written."""
    ending = error.__context__
    return ending.code if isinstance(ending, SystemExit) and isinstance(ending.code, int) else 0


def _abandon_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_report() -> Path | str:
    """Return the report's path, or its text if it cannot be written."""
    text = (
        f"newscrawl {__version__} on Python {sys.version}\n{datetime.now(UTC).isoformat()}\n\n{traceback.format_exc()}"
    )
    try:
        folder = Config.from_env().home / "reports"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.txt"
        path.write_text(text, encoding="utf-8")
    except (OSError, NewscrawlError) as error:
        return f"(could not be written: {error})\n{text}"
    return path
