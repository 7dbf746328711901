"""`newscrawl history`: the versions of an article and its next check."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import typer
from rich.table import Table
from rich.text import Text

from newscrawl.cli.opening import with_reader
from newscrawl.cli.options import ArticleArgument, AsJson
from newscrawl.cli.terminal import console, iso, print_json, safe, when
from newscrawl.humanize import checks_sentence, counted, next_check_sentence
from newscrawl.items import PASSAGES, Cause

if TYPE_CHECKING:  # imported when used: `newscrawl --help` need not load a database driver
    from newscrawl.items import MonthOfChecks
    from newscrawl.store.reader import Reader
    from newscrawl.store.reader.views import ArticleView, ErasedVersion, Event, VersionSummary

    Months = tuple[MonthOfChecks, ...]
    Summaries = tuple[VersionSummary, ...]
    Tombstones = tuple[ErasedVersion, ...]
    Events = tuple[Event, ...]


def register(app: typer.Typer) -> None:
    app.command("history")(history)


def history(
    article: ArticleArgument,
    as_json: AsJson = False,
) -> None:
    """Show the versions of an article, and when it is checked next."""

    from newscrawl.store.quarantine import LATE

    async def read(
        reader: Reader,
    ) -> tuple[ArticleView, Summaries, Tombstones, Events, tuple[dict[str, Any], ...], Months]:
        view = await reader.articles.find_one(article)
        summaries = await reader.articles.versions(view.article_id)
        texts: tuple[dict[str, Any], ...] = ()
        if as_json:
            versions = [await reader.articles.version(view.article_id, summary.number) for summary in summaries]
            texts = tuple(_version_data(version.version) for version in versions)
        erased = await reader.articles.erased_versions(view.article_id)
        late = tuple(each for each in await reader.articles.events(view.article_id) if each.kind == LATE)
        return view, summaries, erased, late, texts, await reader.articles.months_of_checks(view.article_id)

    view, summaries, erased, late, texts, months = with_reader(read)
    if as_json:
        sentence = next_check_sentence(view, datetime.now(UTC))
        checks, tombstones = [asdict(month) for month in months], [asdict(each) for each in erased]
        lines = {"history": texts, "erased": tombstones, "late": [iso(each.at) for each in late], "checks": checks}
        print_json({**asdict(view), "next_check": sentence, **lines})
        return
    _print(view, summaries, erased, late, months)


def _print(article: ArticleView, versions: Summaries, erased: Tombstones, late: Events, months: Months) -> None:
    out = console()
    out.print(Text(safe(article.headline), style="bold"))
    out.print(safe(article.url), markup=False, style="dim")
    counts = f"{counted(article.versions, 'version')}, {counted(article.edits, 'change')}"
    first_seen = f"first seen {when(article.first_seen_at)}"
    out.print(f"{article.source} · {counts} · {first_seen} · id {article.article_id}")
    out.print(next_check_sentence(article, datetime.now(UTC)), markup=False)
    if article.next_check_reason:
        out.print(f"reason: {safe(article.next_check_reason)}", markup=False)
    out.print(_table(versions, erased, late))
    for month in months:
        out.print(checks_sentence(month), markup=False)


def _table(versions: Summaries, erased: Tombstones, late: Events) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("version", "seen", "not before", "cause", "what changed", "headline"):
        table.add_column(column, justify="right" if column == "version" else "left")
    rows = {version.number: (version.seen_at, _row(version)) for version in versions}
    for each in erased:
        said = f"erased by order on {each.erased_at:%Y-%m-%d}: {safe(each.reason)}"
        rows[each.number] = (each.seen_at, (str(each.number), when(each.seen_at), "", "", said, ""))
    waiting = list(late)  # a line of its own each, between the versions that stay as they are numbered
    for _, (seen_at, row) in sorted(rows.items()):
        while waiting and waiting[0].at < seen_at:
            table.add_row(*_late_row(waiting.pop(0)))
        table.add_row(*row)
    for each_late in waiting:
        table.add_row(*_late_row(each_late))
    return table


def _late_row(event: Event) -> tuple[str, ...]:
    return ("", when(event.at), "", "late", "a text that was recorded late, and waits in quarantine", "")


def _row(version: VersionSummary) -> tuple[str, ...]:
    return (
        str(version.number),
        when(version.seen_at),
        when(version.not_before),
        f"{version.cause.value}{f' ({version.hold.value})' if version.hold else ''}"
        f"{' (clock_step)' * version.is_clock_step}{' (no evidence)' * (version.cause is Cause.IMPORTED)}",
        safe(version.change.summary or ("first seen" if version.number == 1 else "")),
        safe(version.headline),
    )


def _version_data(version: Any) -> dict[str, Any]:
    article = version.article
    return {
        "number": version.number,
        "seen_at": iso(version.seen_at),
        "not_before": iso(version.not_before),
        "cause": version.cause.value,
        "evidence": version.evidence.value,
        "clock_step": version.is_clock_step,
        "headline": article.headline,
        "author": list(article.author),
        "byline": article.byline,
        "date_published": iso(article.date_published.value) if article.date_published else None,
        "date_modified": iso(article.date_modified.value) if article.date_modified else None,
        "paragraphs": list(article.paragraphs),
        "optional": [asdict(each) for each in article.optional],
        "shown": article.shown.value,
        "carried": article.carried,
        "url": article.url,
        "payload_digest": version.payload_digest or None,
        "chain": version.chain or None,
        "change": {k: v for k, v in asdict(version.change).items() if k not in PASSAGES},
    }
