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

if TYPE_CHECKING:  # imported when used: `newscrawl --help` need not load a database driver
    from newscrawl.store.reader import Reader
    from newscrawl.store.reader.views import ArticleView


def register(app: typer.Typer) -> None:
    app.command("diff")(diff)


def diff(
    article: Annotated[str | None, typer.Argument(metavar="URL|ID", help="URL or id of the article.")] = None,
    a: Annotated[
        int | None, typer.Argument(metavar="A", help="Number of the older version; default: the one before B.")
    ] = None,
    b: Annotated[
        int | None, typer.Argument(metavar="B", help="Number of the newer version; default: the newest.")
    ] = None,
    files: Annotated[
        tuple[Path, Path] | None,
        typer.Option(
            "--files", metavar="A.txt B.txt", help="Compare two text files: headline, then one paragraph per line."
        ),
    ] = None,
    pairs: Annotated[
        Path | None,
        typer.Option(help="JSON lines with A and B: print diff and significance of each pair as a JSON line."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the rows as JSON.")] = False,
) -> None:
    """Show what changed between two versions, paragraph by paragraph and word by word."""
    from newscrawl.cli import diff_text
    from newscrawl.diff import compare

    if pairs is not None:
        if article is not None or files is not None:
            raise ConfigError("give only one: an article, --files or --pairs")
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
        raise ConfigError("name an article by its URL or id, or give --files A.txt B.txt")
    view, older, newer = with_reader(lambda reader: _pair(reader, article, a, b))
    rows = compare(older.article, newer.article)
    if as_json:
        print_json(diff_text.as_data(rows))
        return
    out = console()
    out.print(f"{view.source} · {safe(view.url)}", markup=False, style="dim")
    out.print(
        f"version {older.number}, {when(older.seen_at)} → version {newer.number}, {when(newer.seen_at)}"
        + (f": {safe(newer.change.summary)}" if newer.number == older.number + 1 and newer.change.summary else ""),
        markup=False,
    )
    diff_text.render(rows, older.article, newer.article, out)


async def _pair(reader: Reader, text: str, a: int | None, b: int | None) -> tuple[ArticleView, Any, Any]:
    """Return the article that `text` names, its older and its newer version."""
    article = await reader.articles.find_one(text)
    newer = b if b is not None else article.number
    older = a if a is not None else newer - 1
    if article.number == 1 and (a is None or b is None):
        raise NotFound(f"{article.article_id} has only one version: there is nothing to compare yet")
    for number in (older, newer):
        if not 1 <= number <= article.number:
            raise NotFound(f"{article.article_id} has versions 1 to {article.number}; there is no version {number}")
    older_view = await reader.articles.version(article.article_id, older)
    newer_view = await reader.articles.version(article.article_id, newer)
    return article, older_view.version, newer_view.version


def _diff_files(files: tuple[Path, Path], as_json: bool) -> None:
    from newscrawl.cli import diff_text

    for path in files:
        if not path.is_file():
            raise ConfigError(f"--files {path}: no such file")
    if as_json:
        print_json(diff_text.diff_files(*files))
        return
    diff_text.render_files(*files, console())
