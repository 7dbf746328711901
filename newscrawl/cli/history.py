"""`newscrawl history`: the versions of an article and its next check."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from newscrawl.cli.opening import with_reader
from newscrawl.cli.terminal import console, iso, print_json, safe, when
from newscrawl.humanize import next_check_sentence

if TYPE_CHECKING:  # imported where used: `newscrawl --help` need not wait for a database driver
    from newscrawl.store.reader import Reader
    from newscrawl.store.reader.views import ArticleView, VersionSummary


def register(app: typer.Typer) -> None:
    app.command("history")(history)


def history(
    article: Annotated[str, typer.Argument(metavar="URL|ID", help="Address or id of an article.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Show what an article has read like, version by version, and when it will be looked at again."""

    async def ask(reader: Reader) -> tuple[ArticleView, tuple[VersionSummary, ...], tuple[dict[str, Any], ...]]:
        story = await reader.articles.find_one(article)
        lines = await reader.articles.versions(story.article_id)
        texts: tuple[dict[str, Any], ...] = ()
        if as_json:
            found = [await reader.articles.version(story.article_id, line.number) for line in lines]
            texts = tuple(_version_data(text.version) for text in found)
        return story, lines, texts

    story, lines, texts = with_reader(ask)
    if as_json:
        print_json({**asdict(story), "next_check": next_check_sentence(story, datetime.now(UTC)), "history": texts})
        return
    out = console()
    out.print(Text(safe(story.headline), style="bold"))
    out.print(safe(story.url), markup=False, style="dim")
    out.print(f"{story.source} · {_counted(story)} · first seen {when(story.first_seen_at)} · id {story.article_id}")
    out.print(next_check_sentence(story, datetime.now(UTC)), markup=False)
    if story.next_check_reason:
        out.print(f"reason: {safe(story.next_check_reason)}", markup=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("version", "seen", "not before", "cause", "what changed", "headline"):
        table.add_column(column, justify="right" if column == "version" else "left")
    for line in lines:
        cause = f"{line.cause.value}{' (held)' if line.is_held else ''}"
        summary = line.change.summary or ("first seen" if line.number == 1 else "")
        table.add_row(
            str(line.number), when(line.seen_at), when(line.not_before), cause, safe(summary), safe(line.headline)
        )
    out.print(table)


def _counted(story: ArticleView) -> str:
    versions = f"{story.versions} version{'' if story.versions == 1 else 's'}"
    return f"{versions}, {story.edits} change{'' if story.edits == 1 else 's'}"


def _version_data(version: Any) -> dict[str, Any]:
    article = version.article
    return {
        "number": version.number,
        "seen_at": iso(version.seen_at),
        "not_before": iso(version.not_before),
        "cause": version.cause.value,
        "headline": article.headline,
        "author": list(article.author),
        "byline": article.byline,
        "date_published": iso(article.date_published.value) if article.date_published else None,
        "date_modified": iso(article.date_modified.value) if article.date_modified else None,
        "paragraphs": list(article.paragraphs),
        "url": article.url,
        "payload_digest": version.payload_digest,
        "chain": version.chain,
        "change": {k: v for k, v in asdict(version.change).items() if k not in {"added", "removed"}},
    }
