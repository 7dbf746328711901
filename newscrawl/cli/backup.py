"""`newscrawl backup` and `newscrawl restore`: the archive as files in a folder, and back."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newscrawl.cli.opening import with_store
from newscrawl.cli.options import AsJson, existing
from newscrawl.cli.terminal import console, print_json, safe, when
from newscrawl.config import Config
from newscrawl.humanize import counted

if TYPE_CHECKING:
    from newscrawl.store.backup import BackupReport, RestoreReport
    from newscrawl.store.session import Store
    from newscrawl.store.verify import Report

LEFT = 1  # something is left for a person to decide
FolderArgument = Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of the backup.")]


def register(app: typer.Typer) -> None:
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", help="Folder of the backup; created if it does not exist, else added to."),
    ],
    keep: Annotated[
        int, typer.Option(min=1, help="Number of generations (finished backups) to keep.", metavar="N")
    ] = 14,
    as_json: AsJson = False,
) -> None:
    """Back the archive up while crawls run: each time only what is new or changed is written."""
    from newscrawl.store.backup import back_up

    with _progress() as progress:

        async def run(store: Store) -> BackupReport:
            return await back_up(store, folder, keep=keep, progress=progress)

        report = with_store(run, may_be_older=True)
    if as_json:
        print_json(asdict(report))
        return
    out = console()
    for line in report.repaired:
        out.print(f"written again: {safe(line)}", markup=False)
    out.print(
        f"generation {report.generation}: {counted(report.documents, 'document')}, of which {report.written:,} are new "
        f"or changed; {_megabytes(report.written_bytes)} written, {_megabytes(report.folder_bytes)} in all, "
        f"{report.seconds:.1f} s",
        markup=False,
    )
    if report.ended:
        out.print(f"deleted: {counted(len(report.ended), 'earlier generation')}", markup=False)
    if report.unsettled:
        out.print(f"{counted(report.unsettled, 'article')} copied with faults: see `newscrawl verify`", markup=False)


def restore(
    folder: FolderArgument,
    generation: Annotated[
        int | None, typer.Option(min=1, help="Restore this generation; default: the newest.", metavar="N")
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Compare everything with the manifest, then verify the archive.")
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="Check the files of the backup; restore nothing.")] = False,
    erasures_from: Annotated[
        Path | None,
        typer.Option(help="Also erase what a newer backup, or the erasures.jsonl of an export, names as erased."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Restore a backup into an empty database (NEWSCRAWL_MONGO_DATABASE); if it is interrupted, run it again."""
    from newscrawl.store.backup import check_folder
    from newscrawl.store.backup import restore as run_restore

    if erasures_from is not None:
        existing(erasures_from, "--erasures-from")
    with _progress() as progress:
        if check:
            manifest = check_folder(folder, generation, progress)
        else:
            report = asyncio.run(
                run_restore(
                    Config.from_env(),
                    folder,
                    generation=generation,
                    compares=verify,
                    erasures_from=erasures_from,
                    progress=progress,
                )
            )
    if check:
        _print_checked(folder, manifest.generation, len(manifest.segments), as_json=as_json)
        return
    proofs = _verified() if verify else None
    if as_json:
        print_json({**asdict(report), "verified": proofs and _as_json(proofs)})
    else:
        _print(report, proofs)
    raise typer.Exit(LEFT if report.left or (proofs and proofs.problems) else 0)


def _verified() -> Report:
    """Return what `newscrawl verify` finds, of the log too."""
    from newscrawl import bounds
    from newscrawl.store.tlog.verification import verify_log
    from newscrawl.store.verify import verify as verify_store

    bounds.prepare()

    async def run(store: Store) -> Report:
        report = await verify_store(store)
        log = await verify_log(store, store.db, [])
        return replace(report, problems=(*report.problems, *log.problems))

    return with_store(run, may_be_older=True)


def _print_checked(folder: Path, generation: int, files: int, *, as_json: bool) -> None:
    if as_json:
        print_json({"folder": str(folder), "generation": generation, "files": files})
        return
    console().print(f"generation {generation}: {counted(files, 'file')}, all whole", markup=False)


def _print(report: RestoreReport, proofs: Report | None) -> None:
    out = console()
    out.print(
        f"restored generation {report.generation} of {when(report.taken_at)} into database {report.database}: "
        f"{counted(report.documents, 'document')}, {report.seconds:.1f} s",
        markup=False,
    )
    if report.orders:
        out.print(
            f"erased again: {counted(report.orders, 'order')} to erase that are newer than this backup", markup=False
        )
    if report.takedowns:
        out.print(
            f"taken down, or shown, again: {counted(report.takedowns, 'decision')} newer than this backup", markup=False
        )
    for line in report.left:
        out.print(f"LEFT  {safe(line)}", markup=False)
    if proofs is None:
        return
    for line in proofs.problems:
        out.print(f"FAULT {line}", markup=False)
    result = counted(len(proofs.problems), "problem") if proofs.problems else "sound"
    compared = "as the manifest states" if report.is_compared else "not compared, as indexes had been made"
    out.print(
        f"{compared}; {proofs.articles} articles, {proofs.versions} versions, {proofs.payloads} payloads: {result}"
    )


def _as_json(proofs: Report) -> dict[str, Any]:
    return {
        "articles": proofs.articles, "versions": proofs.versions, "payloads": proofs.payloads,
        "problems": proofs.problems, "orphans": len(proofs.orphans), "erased": len(proofs.erased),
    }  # fmt: skip


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """Give what shows progress on a terminal."""
    from rich.progress import Progress

    with Progress(console=console(err=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        tasks: dict[str, Any] = {}

        def progress(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        yield progress
