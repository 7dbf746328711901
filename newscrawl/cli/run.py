"""`newscrawl run`: all about one run."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newscrawl.cli.alarms import as_row as alarm_row
from newscrawl.cli.completion import runs_like
from newscrawl.cli.opening import with_store
from newscrawl.cli.options import AsJson
from newscrawl.cli.runs import as_row
from newscrawl.cli.terminal import cell, console, print_json, safe, when
from newscrawl.secret_text import masked

if TYPE_CHECKING:
    from newscrawl.health.run_account import RunAccount
    from newscrawl.items import RunRecord
    from newscrawl.store.session import Store

MAX_VERSIONS = 20  # printed; JSON has all


def register(app: typer.Typer) -> None:
    app.command("run")(run)


def run(
    run_id: Annotated[
        str, typer.Argument(metavar="RUN", help="Id of a run, or enough of its beginning.", autocompletion=runs_like)
    ],
    as_json: AsJson = False,
) -> None:
    """Print all about one run: process, outcome, counts, findings, failed checks with examples, versions it recorded.

    Exits with code 0 for a run that is known, whatever its own exit code is.
    """
    from newscrawl.health.run_account import find_run, run_account

    async def read(store: Store) -> RunAccount:
        return await run_account(store, await find_run(store, run_id))

    account = with_store(read)
    if as_json:
        print_json(as_data(account))
        return
    out = console()
    for line in _lines(account, datetime.now(UTC)):
        title = not line.startswith(" ") and line.endswith(":")
        out.print(cell(line), style="bold" if title else "", soft_wrap=True)


def as_data(account: RunAccount) -> dict[str, Any]:
    """Return a run as it is printed as JSON; docs/status.md lists the keys."""
    from newscrawl.health.run_account import took

    return {
        **as_row(account.run),
        "errors": dict(account.errors),
        "command": command_of(account.run),
        "seconds": took(account.run),
        "outcomes": dict(account.outcomes),
        "findings": [
            {"kind": each.kind, "message": each.message, "alarm": None if each.alarm is None else alarm_row(each.alarm)}
            for each in account.findings
        ],
        "failures": [
            {"outcome": each.outcome, "reason": each.reason, "count": each.count, "examples": list(each.examples)}
            for each in account.failures
        ],
        "versions": [
            {
                "article_id": each.article_id,
                "version": each.number,
                "cause": each.cause,
                "headline": each.headline,
                "url": each.url,
            }
            for each in account.versions
        ],
        "has_checks": account.has_checks,
        "log_key": {"run": account.run.run_id},
    }


def command_of(run: RunRecord) -> str:
    """Return the command that crawls as this run did, without credentials of a URL among its arguments."""
    shown = {name: masked(value) if "://" in value and "@" in value else value for name, value in run.arguments.items()}
    arguments = [part for name, value in sorted(shown.items()) for part in ("-a", f"{name}={value}")]
    return shlex.join(["newscrawl", "crawl", run.source, *arguments])


def _lines(account: RunAccount, now: datetime) -> Iterator[str]:
    run = account.run
    yield f"run {run.run_id} of {run.source}"
    yield f"  {_ending(run, now)}"
    yield f"  command: {command_of(run)}"
    yield f"  process: pid {run.pid} on {run.host}, newscrawl {run.code_version}"
    yield f'  log lines: run={run.run_id}; in JSON "run": "{run.run_id}"'
    counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in run.stats.items() if count)
    yield f"  counts: {counts or 'none'}"
    yield "Findings:"
    for finding in account.findings:
        alarm = finding.alarm
        state = "" if alarm is None else f" (alarm {alarm.alarm_id}, {alarm.state}; {alarm_row(alarm)['command']})"
        yield f"  {finding.kind}: {finding.message}{state}"
    if not account.findings:
        yield "  none"
    yield from _failures(account)
    yield from _versions(account)


def _ending(run: RunRecord, now: datetime) -> str:
    from newscrawl.health.run_account import is_running
    from newscrawl.humanize import short_duration
    from newscrawl.store.runs import TERM

    if run.ended_at is not None:
        code = "" if run.exit_code is None else f" with exit code {run.exit_code}"
        duration = short_duration(run.ended_at - run.started_at)
        return f"{run.reason or 'ended'}{code}: {when(run.started_at)}, took {duration}"
    since = short_duration(timedelta(seconds=(now - run.started_at).total_seconds()))
    if is_running(run, now, TERM.total_seconds()):
        return f"running since {when(run.started_at)} ({since})"
    return f"no heartbeat since {when(run.heartbeat_at)}: its process was killed, or its machine is away"


def _failures(account: RunAccount) -> Iterator[str]:
    yield "Failed and doubtful checks:"
    for each in account.failures:
        yield f"  {each.count} {each.outcome}: {each.reason}"
        yield from (f"    {safe(url)}" for url in each.examples)
    if not account.has_checks:
        yield "  their lines have expired (NEWSCRAWL_CHECKS_KEEP_DAYS); what the record has of them:"
    seen = {url for each in account.failures for url in each.examples}
    for text, count in account.errors:
        if not any(text.startswith(f"{url}: ") for url in seen):
            yield f"  {text}" + (f" (×{count})" if count > 1 else "")
    if not account.failures and not account.errors:
        yield "  none"


def _versions(account: RunAccount) -> Iterator[str]:
    yield "Versions:"
    for each in account.versions[:MAX_VERSIONS]:
        yield f"  {each.article_id}/{each.number} {each.cause}: {safe(each.headline) or '(taken down)'}"
    if (more := len(account.versions) - MAX_VERSIONS) > 0:
        yield f"  … and {more} more (--json lists all)"
    if not account.versions:
        yield "  none"
