"""`newscrawl blame`: when each sentence entered an article, and which version last changed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.text import Text

from newscrawl.cli.opening import with_reader
from newscrawl.cli.options import ArticleArgument, AsJson
from newscrawl.cli.terminal import console, print_json, safe

if TYPE_CHECKING:  # imported when used: `newscrawl --help` need not load a database driver
    from newscrawl.diff import Blame
    from newscrawl.items import Version
    from newscrawl.store.reader import Reader


def register(app: typer.Typer) -> None:
    app.command("blame")(blame)


def blame(article: ArticleArgument, as_json: AsJson = False) -> None:
    """Show for each sentence the version in which it entered the article, and the version that last changed it."""
    from newscrawl.diff import blame as blame_sentences

    sentences = blame_sentences(with_reader(lambda reader: _versions(reader, article)))
    if as_json:
        print_json([asdict(sentence) for sentence in sentences])
        return
    render(sentences, console())


async def _versions(reader: Reader, text: str) -> list[Version]:
    """Return the versions that may be shown, oldest first."""
    article = await reader.articles.find_one(text)
    keys = [(article.article_id, number) for number in range(1, article.number + 1)]
    versions = await reader.articles.full_versions(keys)
    return [version for _, version in sorted(versions.items())]


def render(sentences: Sequence[Blame], out: Console) -> None:
    """Print one line per sentence: `entered~changed <earlier`, then its text.

    `<2` means that the sentence was in version 2 already and had vanished in between.
    """
    paragraph = None
    for sentence in sentences:
        if sentence.paragraph != paragraph and paragraph is not None:
            out.print()
        paragraph = sentence.paragraph
        changed = f"~{sentence.changed}" if sentence.changed != sentence.entered else ""
        earlier = f" <{sentence.earlier}" if sentence.earlier is not None else ""
        line = Text(f"{f'{sentence.entered}{changed}{earlier}':>8}  ", style="cyan")
        out.print(
            line.append(safe(sentence.text), style="bold" if sentence.paragraph < 0 else "default"), soft_wrap=True
        )
