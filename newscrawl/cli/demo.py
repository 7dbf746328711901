"""`newscrawl demo`: the whole job on an invented newspaper, offline."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import typer

from newscrawl.cli.terminal import console, safe, when
from newscrawl.config import Config
from newscrawl.errors import NewscrawlError

DATABASE = "newscrawl_demo"  # apart from the real archive, and made anew each time
WORDS = (
    "new", "changed", "reverted", "restored", "moved", "trivial", "unchanged", "not_modified", "gone", "quarantined",
    "blocked", "error",
)  # fmt: skip


class DemoFailed(NewscrawlError):
    """Raised when an edition ended in another way than the demo expects."""

    exit_code = 1


def register(app: typer.Typer) -> None:
    app.command("demo")(demo)


def demo_config() -> Config:
    return replace(Config.from_env(), mongo_database=DATABASE)


def demo() -> None:
    """Crawl every edition of an invented newspaper over real HTTP on loopback, and show what was recorded."""
    from newscrawl.demo import EDITIONS

    started = time.monotonic()
    config = replace(demo_config(), delay_seconds=0.0, policy="sniffer")
    out = console()
    _forget(config)
    out.print(f"The Tidewick Courier in {len(EDITIONS)} editions:\n", style="bold")
    for number, line in enumerate(_editions(config)):
        edition = EDITIONS[number]
        out.print(f"{edition.number}. {edition.title} ({when(edition.clock)}): {line}", markup=False)
        for event in edition.events:
            out.print(f"   {event}", style="dim", markup=False)
    _show_most_edited(config)
    out.print(f"\nDone in {time.monotonic() - started:.0f} s. Read it in a browser: make serve DEMO=1", style="bold")


def _editions(config: Config) -> Iterator[str]:
    """Crawl edition after edition; yield one line of counts each."""
    from newscrawl.clock import SteppingClock
    from newscrawl.demo import EDITIONS, Newsroom
    from newscrawl.jobs import Job
    from newscrawl.jobs.beside import run_beside

    with Newsroom(EDITIONS[0].number) as newsroom:
        address = f"127.0.0.1:{newsroom.port}"
        for edition in EDITIONS:
            newsroom.edition = edition.number
            job = Job(
                source="demo",
                arguments={"base": newsroom.base},
                clock=SteppingClock(edition.clock),
                fail_on=None,
                settings={"NEWSCRAWL_EGRESS_ALLOW": [address]},
                log_level="ERROR",
            )
            report = next(iter(run_beside([job], config)))
            if report.exit_code:
                told = "; ".join(report.errors)
                raise DemoFailed(f"edition {edition.number} ended with {report.reason} ({report.exit_code}): {told}")
            counts = [f"{report.outcomes[w]} {w.replace('_', ' ')}" for w in WORDS if report.outcomes.get(w)]
            yield f"{report.checked} checked: " + ", ".join(counts)


def _forget(config: Config) -> None:
    import asyncio

    from newscrawl.store.session import Store

    async def forget() -> None:
        store = await Store.open(config)
        try:
            await store.drop()
        finally:
            await store.close()

    asyncio.run(forget())


def _show_most_edited(config: Config) -> None:
    """Print the history of the story with most edits, and the diff of its greatest one."""
    import asyncio

    from newscrawl.cli import difftext
    from newscrawl.diff import compare
    from newscrawl.store.reader import Reader
    from newscrawl.store.reader.values import Where

    out = console()

    async def show() -> None:
        reader = await Reader.open(config)
        try:
            batch = await reader.lists.changes(Where(), limit=100)
            entry = max(batch.items, key=lambda e: (e.story.edits, e.line.change.significance))
            out.print(f"\nThe most edited story, {entry.story.versions} versions:", style="bold")
            for line in await reader.stories.lines(entry.story.article_id):
                told = line.change.summary or line.cause.value
                out.print(f"  {line.number}  {when(line.seen_at)}  {safe(line.headline)}", markup=False)
                out.print(f"     {safe(told)}", style="dim", markup=False)
            newer = (await reader.stories.text(entry.story.article_id, entry.line.number)).version
            older = (await reader.stories.text(entry.story.article_id, entry.line.number - 1)).version
            out.print(f"\nWhat version {newer.number} changed:", style="bold")
            difftext.render(compare(older.article, newer.article), older.article, newer.article, out)
        finally:
            await reader.close()

    asyncio.run(show())
