"""`newscrawl runs`: list the newest runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from newscrawl.cli.completion import sources_like
from newscrawl.cli.opening import with_store
from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import cell, console, iso, print_json, when

if TYPE_CHECKING:
    from newscrawl.items import RunRecord

COLUMNS = ("run", "source", "started", "took", "reason", "code", "counts", "first error")


def register(app: typer.Typer) -> None:
    app.command("runs")(runs)


def runs(
    source: Annotated[
        str | None, typer.Argument(metavar="SOURCE", help="List only runs of this source.", autocompletion=sources_like)
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Number of runs.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List the newest runs with finish reason, exit code, counts and errors.

    A run without exit code is still running, or its process was killed.
    """
    listed = with_store(lambda store: store.runs(source, limit))
    if as_json:
        print_json([as_row(run) for run in listed])
        return
    console().print(table(listed) if listed else "no runs")


def table(listed: Sequence[RunRecord]) -> Table:
    """Return runs as a table; their ids are shortened, as `newscrawl run` takes them."""
    rows = Table(box=None, pad_edge=False, header_style="bold")
    for column in COLUMNS:
        rows.add_column(column, justify="right" if column in {"took", "code"} else "left")
    for run in listed:
        rows.add_row(
            run.run_id[:8],
            run.source,
            when(run.started_at),
            _took(run),
            run.reason or "running",
            "–" if run.exit_code is None else str(run.exit_code),
            cell(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in run.stats.items() if count)),
            cell(run.errors[0][0] if run.errors else ""),
        )
    return rows


def _took(run: RunRecord) -> str:
    from newscrawl.humanize import short_duration

    return "–" if run.ended_at is None else short_duration(run.ended_at - run.started_at)


def as_row(run: RunRecord) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "source": run.source,
        "started_at": iso(run.started_at),
        "heartbeat_at": iso(run.heartbeat_at),
        "ended_at": iso(run.ended_at),
        "reason": run.reason,
        "exit_code": run.exit_code,
        "counts": dict(run.stats),
        "errors": dict(run.errors),
        "host": run.host,
        "pid": run.pid,
        "code_version": run.code_version,
    }
