"""What `newscrawl demo` does: crawl edition after edition, tell what came of each, show a history and a diff."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from rich.console import Console

from newscrawl.cli import diff_text
from newscrawl.cli.terminal import console, safe, when
from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.demo import EDITIONS, Newsroom
from newscrawl.diff import compare
from newscrawl.errors import NewscrawlError
from newscrawl.jobs import Job
from newscrawl.jobs.subprocesses import run_in_processes
from newscrawl.store.reader import Reader
from newscrawl.store.reader.views import ListFilter
from newscrawl.store.session import Store

WORDS = (
    "new", "changed", "reverted", "restored", "moved", "trivial", "unchanged", "not_modified", "gone", "quarantined",
    "blocked", "error",
)  # fmt: skip


class DemoFailed(NewscrawlError):
    """Raised when an edition ended in another way than the demo expects."""

    exit_code = 1


def run_demo(config: Config) -> None:
    """Crawl every edition over real HTTP on loopback into the configured database, which is emptied first."""
    started = time.monotonic()
    config = replace(config, delay_seconds=0.0, policy="sniffer")
    out = console()
    with _fresh_archive(config):
        _tell_editions(config, out)
        _show_most_edited(config, out)
    out.print(f"\nDone in {time.monotonic() - started:.0f} s. Read it in a browser: make serve DEMO=1", style="bold")


def _tell_editions(config: Config, out: Console) -> None:
    out.print(f"The Tidewick Courier in {len(EDITIONS)} editions:\n", style="bold")
    for number, line in enumerate(_editions(config)):
        edition = EDITIONS[number]
        out.print(f"{edition.number}. {edition.title} ({when(edition.clock)}): {line}", markup=False)
        for event in edition.events:
            out.print(f"   {event}", style="dim", markup=False)


def _editions(config: Config) -> Iterator[str]:
    """Crawl edition after edition; yield one line of counts each."""
    with Newsroom(EDITIONS[0].number) as newsroom:
        address = f"127.0.0.1:{newsroom.port}"
        for edition in EDITIONS:
            newsroom.edition = edition.number
            job = Job(
                source="demo",
                arguments={"base": newsroom.base},
                clock=SteppingClock(edition.clock),
                fail_on=0,
                settings={"NEWSCRAWL_EGRESS_ALLOW": [address]},
                log_level="ERROR",
            )
            report = next(iter(run_in_processes([job], config)))
            if report.exit_code:
                told = "; ".join(report.errors)
                raise DemoFailed(f"edition {edition.number} ended with {report.reason} ({report.exit_code}): {told}")
            counts = [f"{report.outcomes[w]} {w.replace('_', ' ')}" for w in WORDS if report.outcomes.get(w)]
            yield f"{report.checked} checked: " + ", ".join(counts)


@contextmanager
def _fresh_archive(config: Config) -> Iterator[None]:
    """Empty the demo's database, and keep MongoDB running while the editions come and go in processes of their own."""

    async def forget() -> Store:
        store = await Store.open(config)
        await store.drop()
        return store

    with asyncio.Runner() as runner:
        store = runner.run(forget())
        try:
            yield
        finally:
            runner.run(store.close())


def _show_most_edited(config: Config, out: Console) -> None:
    """Print the history of the story with most edits, and the diff of its greatest one."""

    async def show() -> None:
        reader = await Reader.open(config)
        try:
            batch = await reader.changes.changes(ListFilter(), limit=100)
            entry = max(batch.items, key=lambda e: (e.story.edits, e.line.change.significance))
            out.print(f"\nThe most edited story, {entry.story.versions} versions:", style="bold")
            for line in await reader.articles.versions(entry.story.article_id):
                told = line.change.summary or line.cause.value
                out.print(f"  {line.number}  {when(line.seen_at)}  {safe(line.headline)}", markup=False)
                out.print(f"     {safe(told)}", style="dim", markup=False)
            newer = (await reader.articles.version(entry.story.article_id, entry.line.number)).version
            older = (await reader.articles.version(entry.story.article_id, entry.line.number - 1)).version
            out.print(f"\nWhat version {newer.number} changed:", style="bold")
            diff_text.render(compare(older.article, newer.article), older.article, newer.article, out)
        finally:
            await reader.close()

    asyncio.run(show())
