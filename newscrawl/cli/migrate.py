"""`newscrawl migrate`: bring an archive of an older newscrawl to today's schema."""

from __future__ import annotations

import asyncio
import signal
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import console, print_json, safe
from newscrawl.config import Config
from newscrawl.humanize import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawl.store.migrations.runner import Done, IndexPlan, Planned, Progress

INTERRUPTED = 7


@dataclass(frozen=True, slots=True)
class Migrated:
    """What was done to a database, or would be."""

    database: str
    before: int  # its schema
    migrations: Sequence[Planned | Done]
    indexes: IndexPlan


def register(app: typer.Typer) -> None:
    app.command("migrate")(migrate)


def migrate(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what would be changed, and change nothing.")
    ] = False,
    skip_damaged: Annotated[
        bool, typer.Option("--skip-damaged", help="Leave documents that cannot be read as they are, and go on.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the database to the schema of this newscrawl after an upgrade; one that has it already stays unchanged.

    Back it up and stop all crawls, workers and readers first. If it is interrupted, run it again. Only the backup
    leads back.
    """
    from rich.progress import Progress as Bar

    with Bar(console=console(err=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        tasks = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done)

        try:
            found = asyncio.run(_run(Config.from_env(), dry_run=dry_run, skips_damaged=skip_damaged, tell=tell))
        except (asyncio.CancelledError, KeyboardInterrupt):
            sys.stderr.write("newscrawl: interrupted; run the same command again to go on\n")
            raise typer.Exit(INTERRUPTED) from None
    if as_json:
        print_json(_data(found, dry_run=dry_run))
    else:
        _print(found, dry_run=dry_run)


async def _run(config: Config, *, dry_run: bool, skips_damaged: bool, tell: Progress) -> Migrated:
    from newscrawl.store import schema
    from newscrawl.store.connection import Connection
    from newscrawl.store.migrations import runner

    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    connection = await Connection.open(config, may_be_older=True)
    try:
        before = await schema.read(connection.db)
        indexes = await runner.index_plan(connection)
        migrations: Sequence[Planned | Done]
        if dry_run:
            migrations = await runner.plan(connection)
        else:
            migrations = await runner.migrate(connection, skips_damaged=skips_damaged, tell=tell)
        return Migrated(config.mongo_database, 0 if before.is_new else before.level, migrations, indexes)
    finally:
        await connection.close()


def _data(found: Migrated, *, dry_run: bool) -> dict[str, object]:
    from newscrawl.store.migrations import SCHEMA

    return {
        "database": found.database,
        "dry_run": dry_run,
        "before": found.before,
        "schema": SCHEMA,
        "migrations": [asdict(each) for each in found.migrations],
        "indexes": asdict(found.indexes),
    }


def _print(found: Migrated, *, dry_run: bool) -> None:
    from newscrawl.store.migrations import SCHEMA
    from newscrawl.store.migrations.runner import Planned

    out, indexes = console(), found.indexes
    for each in found.migrations:
        line = f"{each.number}  {each.title}: {counted(each.documents, 'document')}"
        if isinstance(each, Planned):
            line += f", about {each.seconds} s" * (each.documents > 0)
        elif each.left:
            line += f", {each.left} left as they are"
        out.print(line, markup=False)
    if indexes.made or indexes.dropped:
        words = ("to make", "to drop") if dry_run else ("made", "dropped")
        of_each = (f"{len(names)} {word}" for names, word in zip((indexes.made, indexes.dropped), words, strict=True))
        out.print(f"indexes: {', '.join(of_each)}", markup=False)
    name = safe(found.database)
    if not found.before:
        out.print(f"database {name} is empty: nothing to migrate", markup=False)
    elif found.before == SCHEMA:
        out.print(f"database {name} has schema {SCHEMA}: nothing to migrate", markup=False)
    elif dry_run:
        out.print(f"database {name} has schema {found.before}, not {SCHEMA}: nothing was changed yet", markup=False)
    else:
        out.print(f"database {name} has schema {SCHEMA} now, which was {found.before}", markup=False)
