"""`newscrawl export`: write the archive as JSON lines, CSV, Parquet, WARC or WACZ; resumable."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newscrawl.cli.completion import sources_like
from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import console, print_json, safe
from newscrawl.config import Config
from newscrawl.errors import ConfigError

if TYPE_CHECKING:
    from newscrawl.archive.selection import Selection

MOMENT = "MOMENT"


class ExportFormat(StrEnum):
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    WARC = "warc"
    WACZ = "wacz"


class Scope(StrEnum):
    WORDINGS = "wordings"
    ADDED = "added"
    REMOVED = "removed"


def register(app: typer.Typer) -> None:
    app.command("export")(export)


def export(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Folder to write into; created if it does not exist.")
    ],
    file_format: Annotated[
        ExportFormat, typer.Option("--format", help="Format of the files; parquet needs pyarrow.")
    ] = ExportFormat.JSONL,
    source: Annotated[str | None, typer.Option(help="Export only this source.", autocompletion=sources_like)] = None,
    search: Annotated[
        str | None,
        typer.Option(help="Export only articles with a version that the reader's search finds for these words."),
    ] = None,
    scope: Annotated[
        Scope, typer.Option("--in", help="Where --search searches: whole texts, added words or removed words.")
    ] = Scope.WORDINGS,
    since: Annotated[
        str | None,
        typer.Option(metavar=MOMENT, help="Export only articles with a version first seen then or later (UTC)."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(metavar=MOMENT, help="Export only articles with a version first seen before then (UTC)."),
    ] = None,
    day: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DD", help="Export only articles with a version first seen on this day (UTC)."),
    ] = None,
    salts: Annotated[
        bool, typer.Option("--salts", help="Include the salts of chain hashes, so that an import has the same hashes.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write the histories of articles, and aligned pairs of versions; an interrupted export resumes if run again."""
    if salts and file_format in {ExportFormat.WARC, ExportFormat.WACZ}:
        raise ConfigError(f"--salts: {file_format} has pages alone, and no chains; choose jsonl, csv or parquet")
    if scope is not Scope.WORDINGS and search is None:
        raise ConfigError(f"--in {scope} says where --search searches; add --search")
    chosen = _selection(search, scope, since, until, day)
    counts = asyncio.run(_export(Config.from_env(), folder, file_format, source, chosen, with_salts=salts))
    if as_json:
        print_json({"folder": str(folder), "format": file_format.value, "written": counts})
        return
    summary = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())
    console().print(f"Wrote {summary or 'nothing new'} to {safe(str(folder))}")


def _selection(search: str | None, scope: Scope, since: str | None, until: str | None, day: str | None) -> Selection:
    from newscrawl.archive.selection import Selection

    if search is not None and not search.strip():
        raise ConfigError("--search has no words")
    begins = [moment for moment in (_moment("--since", since), _moment("--day", day)) if moment]
    end_of_day = _moment("--day", day)
    ends = [_moment("--until", until), end_of_day + timedelta(days=1) if end_of_day else None]
    if day is not None and len(day) > len("2026-01-06"):
        raise ConfigError(f"--day {day!r}: must be a day such as 2026-01-06; --since and --until take moments too")
    return Selection(
        search.strip() if search else None,
        scope.value,
        max(begins, default=None),
        min(filter(None, ends), default=None),
    )


def _moment(option: str, text: str | None) -> datetime | None:
    """Return a moment, in UTC unless it has an offset; raises ConfigError, which names the option."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(
            f"{option} {text!r}: must be a day or moment such as 2026-01-06 or 2026-01-06T08:00"
        ) from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


async def _export(
    config: Config, folder: Path, file_format: ExportFormat, source: str | None, selection: Selection, *,
    with_salts: bool,
) -> dict[str, int]:  # fmt: skip
    from rich.progress import Progress

    from newscrawl.archive.export import Export
    from newscrawl.sources.catalogue import check_source
    from newscrawl.store.reader import Reader

    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"{folder} is a file, not a folder")
    reader = await Reader.open(config)
    try:
        total = await reader.export_scan.count(source)
        if source is not None and not total:  # a source whose file is gone is exported as long as it has articles
            check_source(source)
        job = Export(reader, folder, file_format.value, source, selection=selection, with_salts=with_salts)
        with Progress(console=console(err=True), transient=True) as progress:
            bar = progress.add_task("articles", total=total, completed=job.done)
            await job.run(lambda done: progress.update(bar, completed=done))
        return job.counts
    finally:
        await reader.close()
