"""`newscrawl history` and `newscrawl diff`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.table import Table
from rich.text import Text

from newscrawl.cli.terminal import console, iso, print_json, safe, when
from newscrawl.config import Config
from newscrawl.errors import ConfigError, NewscrawlError
from newscrawl.items import State

if TYPE_CHECKING:  # imported where used: `newscrawl --help` need not wait for a database driver
    from newscrawl.store.reader import Reader
    from newscrawl.store.reader.views import ArticleView, VersionSummary

T = TypeVar("T")


class NotFound(NewscrawlError):
    """Raised for an address, id or number that the archive does not hold."""

    exit_code = 1


def register(app: typer.Typer) -> None:
    app.command("history")(history)
    app.command("diff")(diff)


def with_reader(ask: Callable[[Reader], Awaitable[T]]) -> T:
    """Open the archive for one question."""
    from newscrawl.store.reader import Reader

    async def run() -> T:
        reader = await Reader.open(Config.from_env())
        try:
            return await ask(reader)
        finally:
            await reader.close()

    return asyncio.run(run())


async def one_story(reader: Reader, text: str) -> ArticleView:
    """Return the article that an id or address means; raises NotFound naming what to do."""
    found = await reader.articles.find(text)
    if not found:
        raise NotFound(f"no article is known by {text!r}: give its address or the 16 letters of its id")
    if len(found) > 1:
        ids = ", ".join(f"{story.article_id} ({story.source})" for story in found)
        raise NotFound(f"{text!r} means {len(found)} articles: {ids}; give the id")
    return found[0]


def history(
    article: Annotated[str, typer.Argument(metavar="URL|ID", help="Address or id of an article.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Show what an article has read like, version by version, and when it will be looked at again."""

    async def ask(reader: Reader) -> tuple[ArticleView, tuple[VersionSummary, ...], tuple[dict[str, Any], ...]]:
        story = await one_story(reader, article)
        lines = await reader.articles.lines(story.article_id)
        texts: tuple[dict[str, Any], ...] = ()
        if as_json:
            found = [await reader.articles.text(story.article_id, line.number) for line in lines]
            texts = tuple(_version_data(text.version) for text in found)
        return story, lines, texts

    story, lines, texts = with_reader(ask)
    if as_json:
        print_json({**asdict(story), "next_check": next_check(story), "history": texts})
        return
    out = console()
    out.print(Text(safe(story.headline), style="bold"))
    out.print(safe(story.url), markup=False, style="dim")
    out.print(f"{story.source} · {_counted(story)} · first seen {when(story.first_seen_at)} · id {story.article_id}")
    out.print(next_check(story), markup=False)
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


def next_check(story: ArticleView) -> str:
    """Return in words, and truthfully, whether and when a story will be looked at again."""
    if story.state is State.WATCHED and story.next_check_at is not None:
        return f"next check {when(story.next_check_at)}: {story.next_check_reason}"
    told = f"{story.state.value} since {when(story.state_since)}: {story.state_reason}"
    if story.next_check_at is not None:
        return f"{told}; one more look {when(story.next_check_at)}"
    return f"{told}; won't be checked again"


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


def diff(
    article: Annotated[str | None, typer.Argument(metavar="URL|ID", help="Address or id of an article.")] = None,
    a: Annotated[int | None, typer.Argument(metavar="A", help="Older version; default: the last but one.")] = None,
    b: Annotated[int | None, typer.Argument(metavar="B", help="Newer version; default: the last.")] = None,
    files: Annotated[
        tuple[Path, Path] | None,
        typer.Option("--files", metavar="A.txt B.txt", help="Compare two texts: headline, then one paragraph a line."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print rows as JSON.")] = False,
) -> None:
    """Show what changed between two versions, paragraph by paragraph and word by word."""
    from newscrawl.cli import difftext
    from newscrawl.diff import compare

    if files is not None:
        if article is not None:
            raise ConfigError("give an article or --files, not both")
        _diff_files(files, as_json)
        return
    if article is None:
        raise ConfigError("name an article by its address or id, or give --files A.txt B.txt")
    story, older, newer = with_reader(lambda reader: _pair(reader, article, a, b))
    found = compare(older.article, newer.article)
    if as_json:
        print_json(difftext.as_data(found))
        return
    out = console()
    out.print(f"{story.source} · {safe(story.url)}", markup=False, style="dim")
    out.print(
        f"version {older.number}, {when(older.seen_at)} → version {newer.number}, {when(newer.seen_at)}"
        + (f": {safe(newer.change.summary)}" if newer.number == older.number + 1 and newer.change.summary else ""),
        markup=False,
    )
    difftext.render(found, older.article, newer.article, out)


async def _pair(reader: Reader, text: str, a: int | None, b: int | None) -> tuple[ArticleView, Any, Any]:
    story = await one_story(reader, text)
    newer = b if b is not None else story.number
    older = a if a is not None else newer - 1
    if story.number == 1 and (a is None or b is None):
        raise NotFound(f"{story.article_id} has one version only: there is nothing to compare yet")
    for number in (older, newer):
        if not 1 <= number <= story.number:
            raise NotFound(f"{story.article_id} has versions 1 to {story.number}; there is no version {number}")
    first = await reader.articles.text(story.article_id, older)
    second = await reader.articles.text(story.article_id, newer)
    return story, first.version, second.version


def _diff_files(files: tuple[Path, Path], as_json: bool) -> None:
    from newscrawl.cli import difftext

    for path in files:
        if not path.is_file():
            raise ConfigError(f"--files {path}: no such file")
    if as_json:
        print_json(difftext.diff_files(*files))
        return
    difftext.render_files(*files, console())
