"""An import as batch work of a cluster: one task a file, which notes what is where; then one task a source.

All workers see one folder, in which the files are named, and into which each task of a file puts its index. The task
whose index is the last one makes the tasks of the sources, so that each source is recorded in the order of its times,
whichever file its captures are in.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from newscrawl.archive.capture_index import CaptureIndex
from newscrawl.archive.collections import CollectionFile, collection_files
from newscrawl.config import Config
from newscrawl.errors import ConfigError, NewscrawlError, NotFound
from newscrawl.jobs.import_index import Found
from newscrawl.jobs.import_source import Collection
from newscrawl.jobs.import_tasks import IndexFile, import_source
from newscrawl.sources import watched
from newscrawl.store.session import Store
from newscrawl.store.shards import REST, Shard

IMPORT_FILE, IMPORT_SOURCE = "import-file", "import-source"
LEFT_OUT = "import-left-out"  # a file that could not be read
FILES = "files.json"
PATIENCE_SECONDS = 600.0  # for a source that another run has; then the task has failed once


async def make_import(
    store: Store, paths: Sequence[str], folder: Path, *, batch: str, at: datetime, adopts: bool, announces: bool
) -> list[Shard]:
    """Make a task of each file, and store them. Raises ConfigError for a folder in use, or paths without files."""
    folder = folder.absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise ConfigError(f"{folder} is not empty; each import of a cluster has a folder of its own")
        faults: list[str] = []
        files = list(collection_files(paths, folder / "unpacked", faults.append))
        if faults or not files:
            raise ConfigError("; ".join(faults) or f"{', '.join(paths)}: names no record of a file that is there")
        stated = [
            {
                "path": str(file.path.absolute()), "name": file.name,
                "offsets": None if file.offsets is None else list(file.offsets),
            }
            for file in files
        ]  # fmt: skip
        (folder / FILES).write_text(json.dumps(stated), "utf-8")
    except OSError as error:
        raise ConfigError(f"{folder} cannot be written: {error.strerror}") from error
    options = {"folder": str(folder), "adopts": "yes" * adopts, "announces": "yes" * announces}
    made = [
        _shard(f"{batch}-file-{number:05d}", batch, IMPORT_FILE, at, {**options, "file": str(number), REST: LEFT_OUT})
        for number in range(len(files))
    ]
    await store.make_shards(made)
    return made


def _shard(shard_id: str, batch: str, work: str, at: datetime, options: Mapping[str, str]) -> Shard:
    return Shard(shard_id=shard_id, batch=batch, work=work, at=at, after_id=None, upto_id=None, options=options)


async def do_file(store: Store, shard: Shard) -> dict[str, int]:
    """Note where the captures of a file are; returns what it holds."""
    folder, number = Path(shard.options["folder"]), int(shard.options["file"])
    file = _files(folder)[number]
    if not file.path.exists():
        raise NotFound(f"{file.path} is not to be seen from this machine")
    part = folder / f".{number}.{shard.tries}.part"
    task = IndexFile(file, number, part, bool(shard.options["adopts"]))
    found = await asyncio.to_thread(task.run, lambda done: None)
    _say(found)
    _write(folder / f"{number}.adopted", json.dumps(sorted(found.adopted)))
    part.replace(_index(folder, number))
    # Whoever puts the last index in its place sees all of them, also where two tasks end at once, or this one is killed
    # here and done again.
    await _make_sources(store, shard, folder)
    return {
        "records": found.records, "captures": found.captures, "other_pages": found.not_articles,
        "unknown_hosts": found.unknown.total(), "damaged": found.damaged,
    }  # fmt: skip


async def leave_out(store: Store, shard: Shard) -> dict[str, int]:
    """Put an empty index in the place of a file that ended each of its tries, so that the others are recorded."""
    folder, number = Path(shard.options["folder"]), int(shard.options["file"])
    if not _index(folder, number).exists():
        part = folder / f".{number}.rest.part"
        part.unlink(missing_ok=True)
        CaptureIndex(part).close()
        _write(folder / f"{number}.adopted", "[]")
        part.replace(_index(folder, number))
    sys.stderr.write(f"left out: {_files(folder)[number].path}: each of its tries failed\n")
    await _make_sources(store, shard, folder)
    return {"left_out": 1}


async def _make_sources(store: Store, shard: Shard, folder: Path) -> None:
    """Make a task of each source, once all files have been read."""
    numbers = range(len(_files(folder)))
    if not all(_index(folder, number).exists() for number in numbers):
        return
    hosts = {host for number in numbers for host in json.loads((folder / f"{number}.adopted").read_text("utf-8"))}
    if hosts:
        watched.adopt(sorted(hosts))
    sources: set[str] = set()
    for number in numbers:
        index = CaptureIndex(_index(folder, number), is_read_only=True)
        sources |= set(index.counts())
        index.close()
    options = {name: value for name, value in shard.options.items() if name not in ("file", REST)}
    if sources:
        await store.make_shards(
            [
                _shard(f"{shard.batch}-source-{source}", shard.batch, IMPORT_SOURCE, shard.at,
                       {**options, "source": source})
                for source in sorted(sources)
            ]
        )  # fmt: skip


async def do_source(config: Config, store: Store, shard: Shard) -> dict[str, int]:
    """Record the captures of a source from all files; returns what came of them. A repeated try adds what is left."""
    folder, source = Path(shard.options["folder"]), shard.options["source"]
    files = _files(folder)
    if shard.options["adopts"]:
        _adopt_here(folder, source)
    if not shard.options["announces"]:
        store.announce_nothing()
    of_tries = [folder / f".{source}.{tries}.sqlite" for tries in range(1, shard.tries + 1)]
    of_tries[-1].unlink(missing_ok=True)
    index = CaptureIndex(of_tries[-1])
    try:
        for number in range(len(files)):
            index.merge(_index(folder, number), source)
        found = Found()
        imported = await import_source(
            store, source, config, Collection(index, files, found, config.download_max_bytes),
            lambda done: None, asyncio.Event(), patience_seconds=PATIENCE_SECONDS,
        )  # fmt: skip
    finally:
        index.close()
        for path in of_tries:
            path.unlink(missing_ok=True)
    if imported.refused:
        raise SourceHeld(imported.refused)
    _say(found)
    return {
        "versions": imported.versions, "known": imported.known, "redirects": imported.redirects,
        "damaged": found.damaged, **imported.outcomes,
    }  # fmt: skip


class SourceHeld(NewscrawlError):
    """Another run had the source for too long: a try that failed, and not one that another one overtook."""

    exit_code = 1


def _adopt_here(folder: Path, source: str) -> None:
    """Make the source on this machine too: the table of watched addresses is a file of each."""
    hosts = {host for path in folder.glob("*.adopted") for host in json.loads(path.read_text("utf-8"))}
    watched.adopt(sorted(host for host in hosts if watched.row_name(f"https://{host}/") == source))


def _files(folder: Path) -> list[CollectionFile]:
    try:
        stated = json.loads((folder / FILES).read_text("utf-8"))
    except OSError as error:
        raise NotFound(f"{folder} is not to be seen from this machine: {error.strerror}") from error
    return [CollectionFile(Path(each["path"]), each["name"], each["offsets"]) for each in stated]


def _index(folder: Path, number: int) -> Path:
    return folder / f"{number}.sqlite"


def _write(path: Path, text: str) -> None:
    new = path.with_name(f"{path.name}.{os.getpid()}")
    new.write_text(text, "utf-8")
    new.replace(path)


def _say(found: Found) -> None:
    """Name what is damaged where the worker's log is."""
    for fault in found.faults:
        sys.stderr.write(f"damaged: {fault}\n")
