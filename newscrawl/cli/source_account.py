"""The account of one source: as sections of text for people, and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from newscrawl.cli.alarms import as_row as alarm_row
from newscrawl.cli.quarantine_entries import as_shown, public
from newscrawl.cli.runs import as_row as run_row
from newscrawl.cli.runs import table as runs_table
from newscrawl.cli.terminal import cell, iso, safe, when

if TYPE_CHECKING:
    from newscrawl.health.account import Account
    from newscrawl.items import Alarm
    from newscrawl.store.host_conditions import HostCondition
    from newscrawl.store.session import Store


async def shown(store: Store, account: Account) -> Account:
    """Return an account in which the newest doubtful page has no words that were taken down."""
    from dataclasses import replace

    if account.newest_doubtful is None:
        return account
    return replace(account, newest_doubtful=(await as_shown(store, [dict(account.newest_doubtful)]))[0])


def as_data(account: Account, per_hour: int, now: datetime) -> dict[str, Any]:
    """Return an account as it is printed as JSON; docs/status.md lists the keys."""
    status, turn, read = account.status, account.turn, account.last_read
    newest = account.newest_doubtful
    return {
        "source": status.source,
        "state": status.condition.value,
        "cause": status.cause,
        "command": status.command,
        "spider_problem": account.stated.problem or None,
        "paused": account.state.paused_reason if account.state.is_paused else None,
        "set_aside": account.state.set_aside_reason or None,
        "last_good_check_at": iso(status.last_good_check_at),
        "readable": status.readable,
        "due": status.due,
        "lag_seconds": status.lag.total_seconds(),
        "next_due_at": iso(turn.due_at),
        "taken_by": turn.taken_by,
        "alarms": [alarm_row(alarm) for alarm in status.alarms],
        "runs": [run_row(run) for run in account.runs],
        "hosts": [host_row(host, per_hour, now) for host in account.hosts],
        "listings": [{"url": url, **_answer(answer)} for url, answer in account.listings.items()],
        "drift": [
            {"field": each.field, "usual": each.usual, "now": each.now, "pages": each.pages, "low": each.is_low}
            for each in account.drift
        ],
        "quarantine": {
            "open": sum(account.quarantine.values()),
            "reasons": dict(account.quarantine),
            "newest": None if newest is None else public(dict(newest)),
        },
        "last_read": None
        if read is None
        else {
            "article_id": read.article_id,
            "version": read.number,
            "at": iso(read.at),
            "headline": read.headline,
            "url": read.url,
            "readers": read.readers,
        },
    }


def _answer(answer: Any) -> dict[str, Any]:
    reason = answer.get("reason")
    return {
        "at": iso(answer.get("at")),
        "read": None if reason is None else not reason,
        "reason": reason or None,
        "articles": answer.get("articles") if reason == "" else None,
    }


def host_row(host: HostCondition, per_hour: int, now: datetime) -> dict[str, Any]:
    """Return a host as it is printed as JSON: pauses and rests that are over are null."""
    state = host.state
    return {
        "host": state.host,
        "requests_this_hour": state.count if _is_this_hour(state.window, now) else 0,
        "requests_per_hour": per_hour or None,
        "delay_seconds": host.delay_seconds,
        "paused_until": iso(state.paused_until if state.is_paused(now) else None),
        "rests_until": iso(state.backoff_until if state.backoff_until and state.backoff_until > now else None),
        "failures": state.failures,
        "last_failure": state.last_failure or None,
        "owner_pid": host.owner_pid,
        "owner_process": host.owner_process or None,
        "leased_until": iso(host.leased_until),
        "last_request_at": iso(host.last_at),
        "waiting": host.waiting,
    }


def _is_this_hour(window: datetime | None, now: datetime) -> bool:
    return window is not None and 0 <= (now - window).total_seconds() < 3600


def print_account(account: Account, per_hour: int, now: datetime, out: Console) -> None:
    """Print an account in sections; what a page states cannot colour or move anything."""
    for title, lines in (
        ("", _summary(account, now)),
        ("Alarms", _alarms(account)),
        ("Runs", [runs_table(account.runs)] if account.runs else ["none"]),
        ("Hosts", _hosts(account, per_hour, now)),
        ("Listings", _listings(account)),
        ("Fields", _drift(account)),
        ("Quarantine", _quarantine(account)),
        ("Last article read", _last_read(account)),
    ):
        if title:
            out.print(f"\n{title}", style="bold")
        for line in lines:
            out.print(cell(line) if isinstance(line, str) else line, soft_wrap=isinstance(line, str))


def _summary(account: Account, now: datetime) -> Iterator[str | Text]:
    from newscrawl.humanize import counted, short_duration

    status, turn = account.status, account.turn
    yield Text(f"{status.source}: {status.condition}", style="bold")
    if status.cause:
        yield f"  {status.cause}"
    if status.command:
        yield f"  begin with: {status.command}"
    if account.stated.problem:
        yield f"  spider: {account.stated.problem}"
    if account.state.set_aside_reason:
        yield f"  set aside: {account.state.set_aside_reason}"
    yield f"last good check: {when(status.last_good_check_at)}"
    lag = f", the first for {short_duration(status.lag)}" if status.due else ""
    yield f"due: {counted(status.due, 'article')}{lag}"
    overdue = " (overdue)" if turn.due_at and turn.due_at < now and not turn.taken_by else ""
    taken = f", being crawled for {turn.taken_by}" if turn.taken_by else ""
    yield f"next turn: {when(turn.due_at)}{overdue}{taken}"


def _alarms(account: Account) -> Iterator[str]:
    if not account.status.alarms:
        yield "none"
    for alarm in account.status.alarms:
        row = alarm_row(alarm)
        yield f"{alarm.alarm_id} {alarm.sentence}"
        yield f"  {alarm.state} since {when(alarm.opened_at)}, seen {alarm.count}×, last {when(alarm.last_seen_at)}"
        yield f"  {row['cause']}"
        if evidence := _evidence(alarm):
            yield f"  evidence: {evidence}"
        yield f"  begin with: {row['command']}"


def _evidence(alarm: Alarm) -> str:
    return "; ".join(f"{name}: {_plain(value)}" for name, value in alarm.evidence.items())


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {item}" for key, item in value.items())
    return " ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _table(*columns: str, right: tuple[str, ...] = ()) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return table


def _hosts(account: Account, per_hour: int, now: datetime) -> Iterator[str | Table]:
    if not account.hosts:
        yield "none was requested yet"
        return
    table = _table("host", "this hour", "delay", "lease", "limits", right=("this hour", "delay"))
    for host in account.hosts:
        row = host_row(host, per_hour, now)
        budget = f"{row['requests_this_hour']} of {per_hour}" if per_hour else str(row["requests_this_hour"])
        lease = f"pid {host.owner_pid} until {when(host.leased_until)}" if host.owner_pid else "free"
        lease += f", {host.waiting} waiting" if host.waiting else ""
        table.add_row(host.state.host, budget, f"{host.delay_seconds:g} s", lease, cell(_limits(host, row)))
    yield table


def _limits(host: HostCondition, row: dict[str, Any]) -> str:
    parts = [f"paused until {when(host.state.paused_until)}"] if row["paused_until"] else []
    parts += [f"rests until {when(host.state.backoff_until)}"] if row["rests_until"] else []
    if host.state.failures:
        parts.append(f"failed {host.state.failures}× in a row, last {host.state.last_failure}")
    return "; ".join(parts) or "none"


def _listings(account: Account) -> Iterator[str | Table]:
    if not account.listings:
        yield "none was requested yet"
        return
    table = _table("listing", "last answer", "result")
    for url, answer in account.listings.items():
        result = "–" if not answer else answer["reason"] or f"{answer['articles']} articles"
        table.add_row(cell(url), when(answer.get("at")), cell(result))
    yield table


def _drift(account: Account) -> Iterator[str | Table]:
    from newscrawl.health.drift import READABLE

    if not account.drift:
        yield "too few pages were read so far"
        return
    table = _table("field", "usual", "now", "of pages", "", right=("usual", "now", "of pages"))
    for each in account.drift:
        share = "–" if each.now is None else f"{each.now:.0%}"
        name = f"{each.field} (headline and body)" if each.field == READABLE else each.field
        table.add_row(name, f"{each.usual:.0%}", share, str(each.pages), "low" if each.is_low else "")
    yield table


def _quarantine(account: Account) -> Iterator[str]:
    newest = account.newest_doubtful
    if newest is None:
        yield "empty"
        return
    yield ", ".join(f"{count} {reason}" for reason, count in account.quarantine.items())
    yield f"newest: {newest['_id']}, {when(newest['at'])}, {safe(newest.get('reason'))} {safe(newest.get('url'))}"
    yield f"  newscrawl quarantine show {newest['_id']}"


def _last_read(account: Account) -> Iterator[str]:
    read = account.last_read
    if read is None:
        yield "none so far"
        return
    yield safe(read.headline) or "(taken down)"
    yield f"  {when(read.at)}, version {read.number}, read by {read.readers or 'an unknown reader'}"
    if read.url:
        yield f"  {safe(read.url)}"
