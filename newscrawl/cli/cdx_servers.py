"""Options of `newscrawl import` for the servers of web archives, and what is printed of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newscrawl.archive.cdx_query import CdxQuery, is_address, query_of
from newscrawl.cli.terminal import console, safe
from newscrawl.errors import ConfigError
from newscrawl.humanize import counted

if TYPE_CHECKING:
    from newscrawl.jobs.copying import ServerReport

CdxServer = Annotated[
    str | None,
    typer.Option(
        "--cdx-server",
        metavar="SERVER",
        help="Ask this server for the captures of each argument, a URL or a pattern such as example.org/news/*: "
        "wayback, arquivo, or the address of a CDX server.",
    ),
]
Since = Annotated[
    str | None,
    typer.Option("--since", metavar="DATE", help="With a CDX server: only captures from this day or timestamp on."),
]
Until = Annotated[
    str | None,
    typer.Option("--until", metavar="DATE", help="With a CDX server: only captures up to this day or timestamp."),
]
MatchType = Annotated[
    str | None,
    typer.Option(
        "--match-type", metavar="TYPE", help="With a CDX server: exact, prefix, host or domain; default: by pattern."
    ),
]
CapturesAt = Annotated[
    str | None,
    typer.Option(
        "--captures-at",
        metavar="TEMPLATE",
        help="With a CDX server: where its captures are, with {timestamp} and {url}, or {filename}; default: beside "
        "its index.",
    ),
]
PerMinute = Annotated[
    int | None,
    typer.Option("--per-minute", min=1, max=6000, help="With a CDX server: requests per minute; default: 24."),
]
IgnoreRobots = Annotated[
    bool,
    typer.Option(
        "--ignore-robots", help="With a CDX server: ignore its robots.txt, if its terms let programs use its API."
    ),
]
MAX_HOSTS = 10


def asked(
    arguments: Sequence[str], server: str | None, *, match_type: str | None, since: str | None, until: str | None,
    captures_at: str | None, per_minute: int | None, ignore_robots: bool,
) -> tuple[list[str], list[CdxQuery]]:  # fmt: skip
    """Return which arguments are files, and the queries that the others are. Raises ConfigError."""
    files = [] if server is not None else [each for each in arguments if not is_address(each)]
    queries = [
        query_of(
            server or "", each, match_type=match_type or "", since=since or "", until=until or "",
            captures_at=captures_at or "", per_minute=per_minute,
        )
        for each in arguments
        if each not in files
    ]  # fmt: skip
    stated = {
        "--since": since, "--until": until, "--match-type": match_type, "--captures-at": captures_at,
        "--per-minute": per_minute, "--ignore-robots": ignore_robots or None,
    }  # fmt: skip
    if not queries and (without := next((name for name, value in stated.items() if value is not None), None)):
        raise ConfigError(f"{without} needs a CDX server; name it by --cdx-server")
    if server is not None and (file := next((each for each in arguments if Path(each).exists()), None)):
        raise ConfigError(f"{file} is a file; with --cdx-server all arguments are URLs or patterns of pages")
    return files, [replace(query, obeys_robots=not ignore_robots) for query in queries]


def print_server(report: ServerReport, *, is_dry_run: bool) -> None:
    """Print what a server listed, and what came of it."""
    out = console()
    states = report.states
    others = report.not_articles + report.not_pages + report.outside
    out.print(
        f"{report.server}: {counted(report.listed, 'capture')} listed now, {others} of them of listings and others, "
        f"{report.unknown_hosts.total()} of unknown hosts",
        markup=False,
    )
    counts = {
        "fetched now": report.fetched_now,
        "fetched in all": states.get("fetched", 0) + states.get("aside", 0),
        "without a fetch, as nothing had changed": states.get("twin", 0),
        "imported before": states.get("known", 0),
        "in place of which it has others": states.get("displaced", 0),
        "refused": states.get("refused", 0),
        "waiting": states.get("waiting", 0),
    }
    shown = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    out.print(f"{report.server}: captures of articles: {shown or 'none'}", markup=False)
    if report.to_fetch:
        verb = "would be fetched" if is_dry_run else "are still to be fetched"
        minutes = counted(max(round(report.minutes), 1), "minute")
        out.print(f"{report.server}: {report.to_fetch} {verb}, which takes about {minutes}", markup=False)
    if report.unverified:
        out.print(f"{report.server}: {report.unverified} captures whose digest cannot be compared", markup=False)
    for host, count in report.unknown_hosts.most_common(MAX_HOSTS):
        out.print(f"unknown host {safe(host)}: {counted(count, 'capture')}", markup=False)
    for fault in report.faults:
        out.print(f"not fetched: {safe(fault)}", markup=False)
    if report.damaged > len(report.faults):
        out.print(f"not fetched: {report.damaged - len(report.faults)} more", markup=False)
    if report.problem:
        out.print(
            f"{report.server}: ended early: {safe(report.problem)}; run the same command again to go on", markup=False
        )
