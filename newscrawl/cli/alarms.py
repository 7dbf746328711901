"""`newscrawl alarms`: list and acknowledge the faults of sources."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from newscrawl.cli.completion import sources_like
from newscrawl.cli.opening import with_store
from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import cell, console, iso, print_json, safe, when
from newscrawl.errors import NotFound

if TYPE_CHECKING:
    from newscrawl.items import Alarm
    from newscrawl.store.session import Store

alarms = typer.Typer(no_args_is_help=True, help="List and acknowledge the faults of sources.")
COLUMNS = ("id", "source", "kind", "state", "since", "last seen", "times", "message", "begin with", "runbook")


def register(app: typer.Typer) -> None:
    app.add_typer(alarms, name="alarms")


@alarms.command("list")
def alarms_list(
    source: Annotated[
        str | None,
        typer.Argument(metavar="SOURCE", help="List only alarms of this source.", autocompletion=sources_like),
    ] = None,
    is_all: Annotated[bool, typer.Option("--all", help="List resolved alarms too, newest first.")] = False,
    as_json: AsJson = False,
) -> None:
    """List open and acknowledged alarms, most serious first, with the command to begin with and the runbook page."""
    from newscrawl.health.kinds import first_command, runbook, severity

    async def read(store: Store) -> list[Alarm]:
        return await store.past_alarms(source) if is_all else sorted(await store.alarms(source), key=severity)

    listed = with_store(read)
    if as_json:
        print_json([as_row(alarm) for alarm in listed])
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in COLUMNS:
        table.add_column(column, justify="right" if column == "times" else "left")
    for alarm in listed:
        table.add_row(
            alarm.alarm_id,
            alarm.source,
            alarm.kind,
            alarm.state,
            when(alarm.opened_at),
            when(alarm.last_seen_at),
            str(alarm.count),
            cell(alarm.message),
            cell(first_command(alarm)),
            runbook(alarm.kind),
        )
    console().print(table if listed else "no alarm" if is_all else "no alarm is open or acknowledged", markup=False)


def as_row(alarm: Alarm) -> dict[str, Any]:
    """Return an alarm as it is printed as JSON."""
    from newscrawl.health.kinds import cause, first_command, runbook

    return {
        "id": alarm.alarm_id,
        "source": alarm.source,
        "kind": alarm.kind,
        "state": alarm.state.value,
        "opened_at": iso(alarm.opened_at),
        "last_seen_at": iso(alarm.last_seen_at),
        "acknowledged_by": alarm.acknowledged_by,
        "acknowledged_at": iso(alarm.acknowledged_at),
        "resolved_at": iso(alarm.resolved_at),
        "count": alarm.count,
        "message": alarm.message,
        "cause": cause(alarm.kind),
        "command": first_command(alarm),
        "runbook": runbook(alarm.kind),
        "evidence": dict(alarm.evidence),
    }


@alarms.command("ack")
def alarms_ack(
    target: Annotated[
        str,
        typer.Argument(
            metavar="ID|SOURCE", help="Id of an alarm; or a source, for all its alarms.", autocompletion=sources_like
        ),
    ],
    kind: Annotated[
        str | None, typer.Argument(metavar="KIND", help="Acknowledge only this kind, as `alarms list` prints it.")
    ] = None,
) -> None:
    """Record that you know of alarms: they no longer change exit codes, and are resolved once their cause is gone."""

    async def acknowledge(store: Store) -> list[Alarm]:
        one = await store.alarm(target)
        chosen = [one] if one is not None else await store.alarms(target)
        by, at = getpass.getuser(), datetime.now(UTC)
        return [
            alarm
            for alarm in chosen
            if kind in (None, alarm.kind) and await store.acknowledge_alarm(alarm.alarm_id, by=by, at=at)
        ]

    acknowledged = with_store(acknowledge)
    if not acknowledged:
        of_kind = f" and the kind {kind!r}" if kind else ""
        raise NotFound(f"no open alarm has the id or source {target!r}{of_kind}; see `newscrawl alarms list --all`")
    for alarm in acknowledged:
        console().print(f"{alarm.alarm_id} acknowledged: {alarm.source}, {safe(alarm.sentence)}", markup=False)
