"""`newscrawl explain`: why and when an article is checked next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from newscrawl.cli.opening import with_store
from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import console, iso, print_json, safe, when
from newscrawl.config import Config
from newscrawl.errors import NotFound

if TYPE_CHECKING:
    from newscrawl.items import Head
    from newscrawl.store.hosts import HostState
    from newscrawl.store.session import Store


def register(app: typer.Typer) -> None:
    app.command("explain")(explain)


def explain(article: Annotated[str, typer.Argument(metavar="URL|ID")], as_json: AsJson = False) -> None:
    """Tell why and when a story will be looked at next: age, hazard, signals, host window, last outcomes."""

    async def ask(store: Store) -> tuple[Head, list[str], list[dict[str, Any]]]:
        head = await store.head(await store.article_id_of(article))
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
    from newscrawl.frontier.source_policy import SourcePolicy
    from newscrawl.items import NextCheck
    from newscrawl.recheck import explain as explain_policy
    from newscrawl.sources.catalogue import source_names, spider_class

    named = spider_class(head.source).policy if head.source in source_names() else None
    opened = await SourcePolicy.open(store, head.source, named or Config.from_env().policy)
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
