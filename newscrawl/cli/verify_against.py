"""`newscrawl verify --against`: compare the archive with an export of it."""

from __future__ import annotations

import asyncio
import sys

from newscrawl.cli.terminal import console, print_json, safe
from newscrawl.config import Config
from newscrawl.humanize import counted

DIFFERS = 1


def verify_against(paths: list[str], *, as_json: bool) -> int:
    """Print what differs; return the exit code: 1 if anything does."""
    from rich.progress import Progress

    from newscrawl import bounds
    from newscrawl.jobs.verify_against import verify_against as run

    bounds.prepare()
    with Progress(console=console(err=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        tasks = {}

        def progress(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        found = asyncio.run(run(paths, Config.from_env(), progress))
    if as_json:
        print_json(
            {
                "articles": found.articles, "versions": found.versions, "captures": found.captures,
                "differing": found.differing, "differences": found.differences, "noted": found.noted,
                "notes": found.notes,
            }
        )  # fmt: skip
    else:
        out = console()
        for line in found.differences:
            out.print(f"DIFFERS {safe(line)}", markup=False)
        if more := found.differing - len(found.differences):
            out.print(f"DIFFERS {counted(more, 'difference')} more", markup=False)
        for line in found.notes:
            out.print(f"note    {safe(line)}", markup=False)
        if more := found.noted - len(found.notes):
            out.print(f"note    {counted(more, 'note')} more", markup=False)
        result = counted(found.differing, "difference") if found.differing else "the same"
        compared = [
            counted(number, noun)
            for number, noun in ((found.articles, "article"), (found.versions, "version"), (found.captures, "capture"))
            if number
        ]
        out.print(f"{', '.join(compared) or 'nothing to compare'}: {result}", markup=False)
    return DIFFERS if found.differing else 0
