"""Run the demo: crawl edition after edition, print the outcomes of each, then a history and a diff."""

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
from newscrawl.demo import EDITIONS, Edition, Newsroom
from newscrawl.diff import compare
from newscrawl.errors import NewscrawlError
from newscrawl.jobs import Job
from newscrawl.jobs.subprocesses import run_in_processes
from newscrawl.project import project
from newscrawl.store.reader import Reader
from newscrawl.store.reader.views import ArticleView, ListFilter
from newscrawl.store.session import Store

OUTCOMES = (
    "new", "changed", "reverted", "restored", "moved", "trivial", "unchanged", "not_modified", "gone", "quarantined",
    "blocked", "error",
)  # fmt: skip


class DemoFailed(NewscrawlError):
    """Raised if the crawl of an edition did not exit with the code that is stated for it."""

    exit_code = 1


def run_demo(config: Config) -> None:
    """Crawl every edition over HTTP on loopback into the configured database, which is emptied first."""
    started = time.monotonic()
    config = replace(config, delay_seconds=0.0, policy="sniffer")
    out = console()
    with _empty_archive(config):
        _print_editions(config, out)
        _show_most_edited(config, out)
    serve = "make serve DEMO=1" if project().is_checkout else "newscrawl serve --demo"
    out.print(f"\nDone in {time.monotonic() - started:.0f} s. Read it in a browser: {serve}", style="bold")


def _print_editions(config: Config, out: Console) -> None:
    out.print(f"The Tidewick Courier in {len(EDITIONS)} editions:\n", style="bold")
    for edition, counts in zip(EDITIONS, _crawl_editions(config), strict=True):
        out.print(f"{edition.number}. {edition.title} ({when(edition.clock)}): {counts}", markup=False)
        for event in edition.events:
            out.print(f"   {event}", style="dim", markup=False)


def _crawl_editions(config: Config) -> Iterator[str]:
    """Crawl edition after edition; yield the outcome counts of each."""
    with Newsroom(EDITIONS[0].number) as newsroom:
        for edition in EDITIONS:
            newsroom.edition = edition.number
            report = next(iter(run_in_processes([_job(edition, newsroom)], config)))
            if report.exit_code != edition.exit_code:
                errors = "; ".join(report.errors)
                raise DemoFailed(f"edition {edition.number} ended with {report.reason} ({report.exit_code}): {errors}")
            counts = [f"{report.outcomes[o]} {o.replace('_', ' ')}" for o in OUTCOMES if report.outcomes.get(o)]
            yield f"{report.checked} checked: " + ", ".join(counts)


def _job(edition: Edition, newsroom: Newsroom) -> Job:
    return Job(
        source="demo",
        arguments={"base": newsroom.base},
        clock=SteppingClock(edition.clock),
        fail_on=0,
        settings={"NEWSCRAWL_EGRESS_ALLOW": [f"127.0.0.1:{newsroom.port}"]},
        log_level="ERROR",
    )


@contextmanager
def _empty_archive(config: Config) -> Iterator[None]:
    """Empty the demo's database, and keep the embedded MongoDB running between the crawls' processes."""

    async def open_empty() -> Store:
        store = await Store.open(config, may_be_older=True)
        await store.drop()
        return store

    with asyncio.Runner() as runner:
        store = runner.run(open_empty())
        try:
            yield
        finally:
            runner.run(store.close())


def _show_most_edited(config: Config, out: Console) -> None:
    """Print the history of the article with most edits, and the diff of its most significant edit."""

    async def show() -> None:
        reader = await Reader.open(config)
        try:
            batch = await reader.changes.changes(ListFilter(), limit=100)
            entry = max(batch.items, key=lambda entry: (entry.story.edits, entry.line.change.significance))
            await _show_history(reader, entry.story, out)
            await _show_diff(reader, entry.story.article_id, entry.line.number, out)
        finally:
            await reader.close()

    asyncio.run(show())


async def _show_history(reader: Reader, article: ArticleView, out: Console) -> None:
    out.print(f"\nThe most edited article, {article.versions} versions:", style="bold")
    for version in await reader.articles.versions(article.article_id):
        out.print(f"  {version.number}  {when(version.seen_at)}  {safe(version.headline)}", markup=False)
        out.print(f"     {safe(version.change.summary or version.cause.value)}", style="dim", markup=False)


async def _show_diff(reader: Reader, article_id: str, number: int, out: Console) -> None:
    newer = (await reader.articles.version(article_id, number)).version.article
    older = (await reader.articles.version(article_id, number - 1)).version.article
    out.print(f"\nWhat version {number} changed:", style="bold")
    diff_text.render(compare(older, newer), older, newer, out)
