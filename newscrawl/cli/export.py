"""`newscrawl export`: write the archive as JSON lines, Parquet, WARC or WACZ; an interrupted export can be resumed."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from newscrawl.cli.completion import sources_like
from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import console, print_json, safe
from newscrawl.config import Config
from newscrawl.errors import ConfigError


class ExportFormat(StrEnum):
    JSONL = "jsonl"
    PARQUET = "parquet"
    WARC = "warc"
    WACZ = "wacz"


def register(app: typer.Typer) -> None:
    app.command("export")(export)


def export(
    folder: Annotated[Path, typer.Argument(help="Folder to write into; created if it does not exist.")],
    file_format: Annotated[
        ExportFormat, typer.Option("--format", help="Format of the files; parquet needs pyarrow.")
    ] = ExportFormat.JSONL,
    source: Annotated[str | None, typer.Option(help="Export only this source.", autocompletion=sources_like)] = None,
    as_json: AsJson = False,
) -> None:
    """Write articles, versions and aligned pairs of versions; an interrupted export resumes if it is run again."""
    counts = asyncio.run(_export(Config.from_env(), folder, file_format, source))
    if as_json:
        print_json({"folder": str(folder), "format": file_format.value, "written": counts})
        return
    summary = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())
    console().print(f"Wrote {summary or 'nothing new'} to {safe(str(folder))}")


async def _export(config: Config, folder: Path, file_format: ExportFormat, source: str | None) -> dict[str, int]:
    from rich.progress import Progress

    from newscrawl.archive.export import Export
    from newscrawl.store.reader import Reader

    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"{folder} is a file, not a folder")
    reader = await Reader.open(config)
    try:
        job = Export(reader, folder, file_format.value, source)
        with Progress(console=console(err=True), transient=True) as progress:
            bar = progress.add_task("articles", total=await reader.export_scan.count(source), completed=job.done)
            await job.run(lambda done: progress.update(bar, completed=done))
        return job.counts
    finally:
        await reader.close()
