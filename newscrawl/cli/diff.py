"""`newscrawl diff`: what changed between two versions, or between two texts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newscrawl.cli.opening import with_reader
from newscrawl.cli.options import existing
from newscrawl.cli.terminal import console, print_json, safe, when
from newscrawl.errors import ConfigError, NotFound

if TYPE_CHECKING:  # imported where used: `newscrawl --help` need not wait for a database driver
    from newscrawl.store.reader import Reader
    from newscrawl.store.reader.views import ArticleView


def register(app: typer.Typer) -> None:
    app.command("diff")(diff)


def diff(
    article: Annotated[str | None, typer.Argument(metavar="URL|ID", help="Address or id of an article.")] = None,
    a: Annotated[int | None, typer.Argument(metavar="A", help="Older version; default: the last but one.")] = None,
    b: Annotated[int | None, typer.Argument(metavar="B", help="Newer version; default: the last.")] = None,
    files: Annotated[
        tuple[Path, Path] | None,
        typer.Option("--files", metavar="A.txt B.txt", help="Compare two texts: headline, then one paragraph a line."),
    ] = None,
    pairs: Annotated[
        Path | None, typer.Option(help="JSON lines with A and B: print diff and meaning of each as a JSON line.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print rows as JSON.")] = False,
) -> None:
    """Show what changed between two versions, paragraph by paragraph and word by word."""
    from newscrawl.cli import diff_text
    from newscrawl.diff import compare

    if pairs is not None:
        if article is not None or files is not None:
            raise ConfigError("give one of an article, --files and --pairs")
        from newscrawl.cli.diff_pairs import diff_pairs

        existing(pairs, "--pairs")
        diff_pairs(pairs, sys.stdout)
        return
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
        print_json(diff_text.as_data(found))
        return
    out = console()
    out.print(f"{story.source} · {safe(story.url)}", markup=False, style="dim")
    out.print(
        f"version {older.number}, {when(older.seen_at)} → version {newer.number}, {when(newer.seen_at)}"
        + (f": {safe(newer.change.summary)}" if newer.number == older.number + 1 and newer.change.summary else ""),
        markup=False,
    )
    diff_text.render(found, older.article, newer.article, out)


async def _pair(reader: Reader, text: str, a: int | None, b: int | None) -> tuple[ArticleView, Any, Any]:
    story = await reader.articles.find_one(text)
    newer = b if b is not None else story.number
    older = a if a is not None else newer - 1
    if story.number == 1 and (a is None or b is None):
        raise NotFound(f"{story.article_id} has one version only: there is nothing to compare yet")
    for number in (older, newer):
        if not 1 <= number <= story.number:
            raise NotFound(f"{story.article_id} has versions 1 to {story.number}; there is no version {number}")
    first = await reader.articles.version(story.article_id, older)
    second = await reader.articles.version(story.article_id, newer)
    return story, first.version, second.version


def _diff_files(files: tuple[Path, Path], as_json: bool) -> None:
    from newscrawl.cli import diff_text

    for path in files:
        if not path.is_file():
            raise ConfigError(f"--files {path}: no such file")
    if as_json:
        print_json(diff_text.diff_files(*files))
        return
    diff_text.render_files(*files, console())
