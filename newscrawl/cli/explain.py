"""`newscrawl explain`: when an article is checked next, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import typer

from newscrawl.cli.opening import with_store
from newscrawl.cli.options import ArticleArgument, AsJson
from newscrawl.cli.terminal import console, print_json, safe, when
from newscrawl.config import Config
from newscrawl.errors import NotFound
from newscrawl.humanize import erased_sentence

if TYPE_CHECKING:
    from newscrawl.items import Head
    from newscrawl.store.host_allowance import HostState
    from newscrawl.store.session import Store


def register(app: typer.Typer) -> None:
    app.command("explain")(explain)


def explain(article: ArticleArgument, as_json: AsJson = False) -> None:
    """Show when an article is checked next and why: its age, expected edits, signals, host limits and last outcomes."""

    async def read(store: Store) -> tuple[Head, list[str], list[dict[str, Any]]]:
        head = await store.head(await store.article_id_of(article))
        if head is None:
            raise NotFound(f"no article is known by {article!r}")
        shown = await _as_shown(store, head)
        checks = await _checks(store, head.article_id)
        return shown, await _reasons(store, head), checks

    head, reasons, checks = with_store(read)
    if not as_json:
        _print(head, reasons, checks)
        return
    print_json(
        {
            "article_id": head.article_id,
            "url": head.url,
            "state": head.state.value,
            "state_reason": head.state_reason,
            "next_check_at": head.next_check_at,
            "next_check_reason": head.next_check_reason,
            "value": head.priority,
            "reasons": reasons,
            "checks": checks,
        }
    )


async def _checks(store: Store, article_id: str) -> list[dict[str, Any]]:
    """Return the last checks; why they ended so may repeat a page, and is withheld where a version is hidden."""
    from newscrawl.store.takedowns import Row

    checks = await store.last_checks(article_id, 10)
    texts = [{name: check[name] for name in ("url", "reason")} for check in checks]
    shown = await store.all_as_shown([Row(article_id, each, is_page=True) for each in texts])
    withheld = {"url": None, "reason": "withheld: a version is hidden"}
    return [{**check, **(fields or withheld)} for check, fields in zip(checks, shown, strict=True)]


async def _as_shown(store: Store, head: Head) -> Head:
    """Return the head of an article without what is taken down; a hidden article is NotFound, as for readers."""
    from newscrawl.items import ERASED_BY_ORDER

    names = ("headline", "url", "state_reason", "next_check_reason")
    texts = {name: getattr(head, name) for name in names}
    shown = await store.as_shown(head.article_id, None, texts)
    if shown is None and head.state_reason == ERASED_BY_ORDER:
        raise NotFound(f"article {head.article_id} was erased by order")
    if shown is None:
        raise NotFound(f"article {head.article_id} is hidden; `newscrawl unhide` shows it again")
    return replace(head, **shown)


def _print(head: Head, reasons: list[str], checks: list[dict[str, Any]]) -> None:
    out = console()
    out.print(safe(head.headline), style="bold", markup=False)
    state = f"{head.state.value}: {head.state_reason}" if head.state_reason else head.state.value
    out.print(f"{head.source} · {state}", markup=False)
    next_check = f"next check {when(head.next_check_at)}" if head.next_check_at else "no further check"
    out.print(f"{next_check}: {head.next_check_reason}" if head.next_check_reason else next_check, markup=False)
    for line in reasons:
        out.print(f"  {line}", markup=False)
    if not checks:
        out.print("No single checks are stored any more (they expire after NEWSCRAWL_CHECKS_KEEP_DAYS).")
        return
    out.print("Last checks:")
    for check in checks:
        reason = f" ({safe(check['reason'])})" if check.get("reason") else ""
        out.print(f"  {when(check['at'])}  {check['outcome']}{reason}", markup=False)


async def _reasons(store: Store, head: Head) -> list[str]:
    from newscrawl.frontier.source_policy import SourcePolicy
    from newscrawl.items import ERASED_BY_ORDER, NextCheck
    from newscrawl.jobs.host_manners import Manners, definitions, manners_of, stated_manners
    from newscrawl.policy_spec import with_catch
    from newscrawl.recheck import explain as explain_policy
    from newscrawl.sources.catalogue import load_spider, source_names

    config, now = Config.from_env(), datetime.now(UTC)
    if head.next_check_at is None and head.state_reason == ERASED_BY_ORDER:
        return [erased_sentence(head.state_since)]
    spider_policy = load_spider(head.source).policy if head.source in source_names() else None
    source_policy = await SourcePolicy.open(
        store, head.source, with_catch(spider_policy or config.policy, config.catch)
    )
    state = await store.source_state(head.source)
    host = await store.host(urlsplit(head.url).hostname or "")
    opens_at = max((time for time in (host.paused_until, host.backoff_until) if time and time > now), default=None)
    decided = NextCheck(at=head.next_check_at, interval=head.check_history.interval, reason=head.next_check_reason)
    lines = explain_policy(head.check_history, now, source_policy.policy, decided=decided, opens_at=opens_at)
    own = Manners(per_hour=config.host_requests_per_hour)
    manners = manners_of(host.host, stated_manners(list(definitions())), own)
    lines.append(_host_line(host, now, manners.per_hour))
    if head.gone_seen_at is not None:
        lines.append(f"The page was gone at {when(head.gone_seen_at)}; a second check confirms or refutes it.")
    if not source_policy.trusts_validators:
        lines.append(
            "Checks of this source omit If-None-Match and If-Modified-Since: its texts changed, its validators did not."
        )
    if state.is_paused:
        lines.append(f"The source is paused: {state.paused_reason or 'no reason given'}.")
    return [f"Policy {source_policy.policy.name}:", *lines]


def _host_line(host: HostState, now: datetime, per_hour: int) -> str:
    is_this_hour = host.window is not None and host.window <= now < host.window + timedelta(hours=1)
    count = host.count if is_this_hour else 0
    limit = f"of {per_hour} requests" if per_hour else "requests (no limit)"
    line = f"Host {host.host}: {count} {limit} made in this hour"
    if host.failures:
        line += f"; it failed {host.failures} times in a row, last with {host.last_failure}"
    return line + "."
