"""`newscrawl blame`: when each sentence of an article entered it, and which version last changed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from newscrawl.cli.opening import with_reader
from newscrawl.cli.terminal import console, print_json, safe

if TYPE_CHECKING:  # imported where used, as in cli.read
    from newscrawl.diff import Blame
    from newscrawl.items import Version
    from newscrawl.store.reader import Reader


def register(app: typer.Typer) -> None:
    app.command("blame")(blame)


def blame(
    article: Annotated[str, typer.Argument(metavar="URL|ID", help="Address or id of an article.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print sentences as JSON.")] = False,
) -> None:
    """Show for each sentence when it entered the article and which version last changed it."""
    from newscrawl.diff import blame as told_by

    told = told_by(with_reader(lambda reader: _versions(reader, article)))
    if as_json:
        print_json([asdict(sentence) for sentence in told])
        return
    render(told, console())


async def _versions(reader: Reader, text: str) -> list[Version]:
    """Return the versions that may be shown, oldest first."""
    story = await reader.articles.find_one(text)
    found = await reader.articles.full_versions([(story.article_id, number) for number in range(1, story.number + 1)])
    return [version for _, version in sorted(found.items())]


def render(told: Sequence[Blame], out: Console) -> None:
    """Print a sentence a line behind its two version numbers; a `<` names the version it had once vanished after."""
    last = None
    for sentence in told:
        if sentence.paragraph != last and last is not None:
            out.print()
        last = sentence.paragraph
        changed = f"~{sentence.changed}" if sentence.changed != sentence.entered else ""
        back = f" <{sentence.earlier}" if sentence.earlier is not None else ""
        line = Text(f"{f'{sentence.entered}{changed}{back}':>8}  ", style="cyan")
        out.print(
            line.append(safe(sentence.text), style="bold" if sentence.paragraph < 0 else "default"), soft_wrap=True
        )
