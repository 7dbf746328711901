"""`newscrawl export`: the archive as JSON lines, Parquet, WARC or WACZ, to take away and to go on with later."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from newscrawl.cli.terminal import console, safe
from newscrawl.config import Config
from newscrawl.errors import ConfigError


class Form(StrEnum):
    JSONL = "jsonl"
    PARQUET = "parquet"
    WARC = "warc"
    WACZ = "wacz"


def register(app: typer.Typer) -> None:
    app.command("export")(export)


def export(
    folder: Annotated[Path, typer.Argument(help="Folder to write into; made when missing.")],
    form: Annotated[Form, typer.Option("--format", help="jsonl, parquet (needs pyarrow), warc or wacz.")] = Form.JSONL,
    source: Annotated[str | None, typer.Option(help="Only this source.")] = None,
) -> None:
    """Write articles, versions and aligned pairs; run again after an interruption, it goes on where it was."""
    counts = asyncio.run(_export(Config.from_env(), folder, form, source))
    told = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())
    console().print(f"Wrote {told} to {safe(str(folder))}")


async def _export(config: Config, folder: Path, form: Form, source: str | None) -> dict[str, int]:
    from rich.progress import Progress

    from newscrawl.archive.export import Export
    from newscrawl.store.reader import Reader

    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"{folder} is a file: name a folder")
    reader = await Reader.open(config)
    try:
        job = Export(reader, folder, form.value, source)
        with Progress(console=console(err=True), transient=True) as progress:
            bar = progress.add_task("articles", total=await reader.export_scan.count(source), completed=job.done)
            await job.run(lambda done: progress.update(bar, completed=done))
        return job.counts
    finally:
        await reader.close()
