"""When stories are looked at: bring back, explain, forecast, learn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer
from rich.table import Table

from newscrawl.cli.care import AsJson, article_key, with_store
from newscrawl.cli.read import NotFound
from newscrawl.cli.terminal import console, iso, print_json, safe, when
from newscrawl.config import Config
from newscrawl.errors import ConfigError

if TYPE_CHECKING:
    from newscrawl.items import Head
    from newscrawl.store.hosts import HostState
    from newscrawl.store.session import Store

policy = typer.Typer(no_args_is_help=True, help="What the recheck policy has learnt.")


def register(app: typer.Typer) -> None:
    app.command("recheck")(recheck)
    app.command("explain")(explain)
    app.command("schedule")(schedule)
    app.add_typer(policy, name="policy")
    app.command("pause")(pause)
    app.command("unpause")(unpause)


def recheck(
    article: Annotated[str | None, typer.Argument(metavar="URL|ID", help="Address or id of an article.")] = None,
    source: Annotated[str | None, typer.Option(help="All stories of this source.")] = None,
    since: Annotated[str | None, typer.Option(help="Stories first seen or changed since this ISO date.")] = None,
) -> None:
    """Make stories due now, retired ones too; the next crawl looks at them first."""
    if article is None and source is None and since is None:
        raise ConfigError("name an article, or give --source or --since")
    moment = _moment(since) if since else None

    async def ask(store: Store) -> int:
        ids = [await article_key(store, article)] if article is not None else None
        return await store.make_due(datetime.now(UTC), "asked for by a person", ids=ids, source=source, since=moment)

    count = with_store(ask)
    if not count:
        raise NotFound("no story fits; `newscrawl sources` shows what is watched")
    console().print(f"{count} stor{'y is' if count == 1 else 'ies are'} due now: newscrawl crawl --due")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"--since {text!r}: must be an ISO 8601 date such as 2026-03-02") from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def explain(article: Annotated[str, typer.Argument(metavar="URL|ID")], as_json: AsJson = False) -> None:
    """Tell why and when a story will be looked at next: age, hazard, signals, host window, last outcomes."""

    async def ask(store: Store) -> tuple[Head, list[str], list[dict[str, Any]]]:
        head = await store.head(await article_key(store, article))
        if head is None:
            raise NotFound(f"no article is known by {article!r}")
        return head, await _reasons(store, head), await store.last_checks(head.article_id, 10)

    head, reasons, checks = with_store(ask)
    if as_json:
        shown = [{k: iso(v) if isinstance(v, datetime) else v for k, v in check.items()} for check in checks]
        print_json(
            {
                "article_id": head.article_id,
                "url": head.url,
                "state": head.state.value,
                "state_reason": head.state_reason,
                "next_check_at": iso(head.next_check_at),
                "next_check_reason": head.next_check_reason,
                "value": head.priority,
                "reasons": reasons,
                "checks": shown,
            }
        )
        return
    out = console()
    out.print(safe(head.headline), style="bold", markup=False)
    out.print(
        f"{head.source} · {head.state.value}{': ' + head.state_reason if head.state_reason else ''}", markup=False
    )
    planned = f"next check {when(head.next_check_at)}: {head.next_check_reason}"
    out.print(planned if head.next_check_at else f"no further check: {head.next_check_reason}", markup=False)
    for line in reasons:
        out.print(f"  {line}", markup=False)
    out.print("Last looks:" if checks else "No look is on the books any more.")
    for check in checks:
        told = f" ({safe(check['reason'])})" if check.get("reason") else ""
        out.print(f"  {when(check['at'])}  {check['outcome']}{told}", markup=False)


async def _reasons(store: Store, head: Head) -> list[str]:
    from newscrawl.items import NextCheck
    from newscrawl.jobs.due import spider_class
    from newscrawl.jobs.run import sources
    from newscrawl.recheck import explain as explain_policy
    from newscrawl.schedule import Schedule

    named = spider_class(head.source).policy if head.source in sources() else None
    opened = await Schedule.open(store, head.source, named or Config.from_env().policy)
    state = await store.source_state(head.source)
    host = urlsplit(head.url).hostname or ""
    now = datetime.now(UTC)
    there = await store.host(host)
    opens_at = max((t for t in (there.paused_until, there.backoff_until) if t is not None and t > now), default=None)
    stands = NextCheck(at=head.next_check_at, interval=head.check_history.interval, reason=head.next_check_reason)
    lines = explain_policy(head.check_history, now, opened.policy, decided=stands, opens_at=opens_at)
    lines.append(_host_line(there, now, Config.from_env().host_requests_per_hour))
    if head.gone_seen_at is not None:
        lines.append(f"The page was not there at {when(head.gone_seen_at)}; a second look confirms or denies it.")
    if not opened.trusts_validators:
        lines.append("Every look is a full one: texts of this source changed under validators that stayed.")
    if state.is_paused:
        lines.append(f"The source is paused: {state.paused_reason or 'no reason given'}.")
    return [f"Policy {opened.policy.name}:", *lines]


def _host_line(there: HostState, now: datetime, per_hour: int) -> str:
    count = there.count if there.window is not None and there.window <= now < there.window + timedelta(hours=1) else 0
    told = f"Host {there.host}: {count} of {per_hour or 'any number of'} requests of this hour were made"
    if there.failures:
        told += f"; it failed {there.failures} times in a row, last with {there.last_failure}"
    return told + "."


def schedule(
    hours: Annotated[int, typer.Option(min=1, max=24 * 60, help="How far to look ahead.")] = 24,
    as_json: AsJson = False,
) -> None:
    """Show what is due, and how many requests the coming hours will bring to each host."""
    now = datetime.now(UTC)

    async def ask(store: Store) -> tuple[Counter[str], Counter[tuple[str, int]]]:
        due: Counter[str] = Counter()
        coming: Counter[tuple[str, int]] = Counter()
        async for _, at, url in store.due_times(now + timedelta(hours=hours)):
            host = urlsplit(url).hostname or "?"
            if at <= now:
                due[host] += 1
            else:
                coming[host, int((at - now).total_seconds() // 3600)] += 1
        return due, coming

    due, coming = with_store(ask)
    limit = Config.from_env().host_requests_per_hour
    forecast = {
        host: spread(due[host], [coming[host, hour] for hour in range(hours)], limit)
        for host in sorted({*due, *(host for host, _ in coming)})
    }
    if as_json:
        told = [{"host": host, "due": due[host], "next_hours": ahead} for host, ahead in forecast.items()]
        print_json({"at": iso(now), "requests_per_hour": limit or None, "hosts": told})
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("host", "due now", "next hour", f"next {hours} hours", "busiest hour"):
        table.add_column(column, justify="left" if column == "host" else "right")
    for host, ahead in forecast.items():
        table.add_row(host, str(due[host]), str(ahead[0]), str(sum(ahead)), str(max(ahead)))
    console().print(table if forecast else "nothing is due, and nothing is planned")


def spread(due: int, coming: Sequence[int], per_hour: int) -> list[int]:
    """Return the looks of each coming hour: what is due now comes first, what the budget has no room for moves on.

    `per_hour` 0 means no limit. Looks that the stories' next rounds will add are not known yet and not counted.
    """
    waiting, hours = due, []
    for planned in coming:
        waiting += planned
        made = min(waiting, per_hour) if per_hour else waiting
        hours.append(made)
        waiting -= made
    return hours


def pause(
    source: Annotated[str, typer.Argument(help="Source that `crawl --due` shall leave alone.")],
    reason: Annotated[str, typer.Option(help="Why; shown by `explain`.")] = "",
) -> None:
    """Leave a source alone in rounds of `crawl --due`; naming it still crawls it."""
    _pause(source, is_paused=True, reason=reason)
    console().print(f"{source} is paused: newscrawl unpause {source}")


def unpause(source: Annotated[str, typer.Argument(help="Source to look at again.")]) -> None:
    """Let rounds of `crawl --due` look at a source again."""
    _pause(source, is_paused=False, reason="")
    console().print(f"{source} is looked at again")


def _pause(source: str, *, is_paused: bool, reason: str) -> None:
    from newscrawl.items import SourceState
    from newscrawl.jobs.run import check_source

    state = SourceState(source=check_source(source), is_paused=is_paused, paused_reason=reason)
    with_store(lambda store: store.save_source_state(state, only=("is_paused", "paused_reason")))


@policy.command("fit")
def policy_fit(as_json: AsJson = False) -> None:
    """Learn each source's rates anew from the recorded histories; meant to run once a day."""
    import json

    from newscrawl.recheck import fit
    from newscrawl.recheck.histories import parse

    async def ask(store: Store) -> dict[str, Any]:
        lines = [json.dumps(found) async for found in store.histories()]
        fitted = fit(parse(lines, name="the archive"))
        for name, rates in fitted.items():
            await store.save_rates(name, rates)
        return dict(fitted)

    fitted = with_store(ask)
    if as_json:
        print_json(fitted)
        return
    console().print(
        f"rates of {len(fitted)} sources learnt from their histories: {', '.join(sorted(fitted)) or 'none'}"
    )
