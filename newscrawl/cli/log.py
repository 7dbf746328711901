"""`newscrawl log`: the transparency log of this archive, its keys, checkpoints and proofs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from newscrawl.cli.opening import with_reader, with_store
from newscrawl.cli.options import ArticleArgument, AsJson
from newscrawl.cli.terminal import console, print_json, safe, when
from newscrawl.config import Config
from newscrawl.errors import ConfigError
from newscrawl.humanize import counted

if TYPE_CHECKING:
    from newscrawl.store.reader import Reader
    from newscrawl.store.session import Store

log = typer.Typer(no_args_is_help=True, help="The transparency log: proof of what was recorded, and when.")
MAX_COUNT = 1_000_000


def register(app: typer.Typer) -> None:
    app.add_typer(log, name="log")


@log.command("init")
def log_init(
    name: Annotated[
        str | None,
        typer.Option(
            help="Name of the log, which it keeps; default: host and path of NEWSCRAWL_PUBLIC_URL, and /log.",
            metavar="NAME",
        ),
    ] = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="Delete the existing log, and begin another one under another --name.")
    ] = False,
) -> None:
    """Begin the log: make its key, in a file of this machine, and append all recorded versions."""
    from newscrawl.jobs import log_keys

    config = Config.from_env()
    wanted = name or _default_name(config)
    with_store(lambda store: log_keys.create(store, config, wanted, anew=anew))
    _append(config)


@log.command("status")
def log_status(as_json: AsJson = False) -> None:
    """Print the state of the log: name, keys, entries, versions not yet appended, newest checkpoint and time stamp."""
    facts = with_store(_facts)
    if as_json:
        print_json(facts)
        return
    out = console()
    if facts["name"] is None:
        out.print("this archive has no transparency log; `newscrawl log init` begins one")
        return
    for name, value in facts.items():
        shown = when(value) if isinstance(value, datetime) else ", ".join(value) if isinstance(value, list) else value
        out.print(f"{name:<14} {'–' if shown is None else safe(str(shown))}", markup=False)


@log.command("append")
def log_append(
    every: Annotated[
        bool, typer.Option("--all", help="Also search for versions that an older newscrawl recorded.")
    ] = False,
    stamp: Annotated[
        bool, typer.Option("--stamp", help="Get a time stamp for the checkpoint now; otherwise once a day.")
    ] = False,
) -> None:
    """Append new versions to the log, and sign a checkpoint; a worker does so every minute."""
    from newscrawl.store.tlog.state import walk_again

    config = Config.from_env()
    if stamp and config.timestamp_url is None:
        raise ConfigError("--stamp needs an authority: set NEWSCRAWL_TIMESTAMP_URL")
    if every:
        with_store(lambda store: walk_again(store.db))
    _append(config, is_forced=stamp)


@log.command("rotate")
def log_rotate(
    lost: Annotated[
        bool, typer.Option("--lost", help="The old key is lost, and cannot sign that it is replaced.")
    ] = False,
) -> None:
    """Replace the key of the log; an entry of the log, signed by both keys, records it."""
    from newscrawl.jobs import log_keys

    config = Config.from_env()
    key = with_store(lambda store: log_keys.rotate(store, config, is_lost=lost))
    console().print(f"the log is signed by {key} from now on; publish it", markup=False, soft_wrap=True)


@log.command("export")
def log_export(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Folder to write into; created if it does not exist.")
    ],
    as_json: AsJson = False,
) -> None:
    """Write checkpoint, hashes and entries as files that any web server can serve; run again, it adds what is new."""
    from newscrawl.archive.log_files import export_log

    written = with_reader(lambda reader: export_log(reader, folder))
    if as_json:
        print_json({"folder": str(folder), "files": written.files, "entries": written.size})
        return
    console().print(
        f"Wrote {counted(written.files, 'file')} to {safe(str(folder))}; the log has {written.size:,} entries"
    )


@log.command("evidence")
def log_evidence(
    article: ArticleArgument,
    number: Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="Number of the version.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="ZIP file to write.")],
) -> None:
    """Write the evidence of a version into one file, which `newscrawl verify --proof` verifies offline."""

    async def read(reader: Reader) -> bytes:
        found = await reader.articles.find_one(article)
        return await reader.log.evidence(found.article_id, number)

    data = with_reader(read)
    try:
        file.write_bytes(data)
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror}") from error
    console().print(f"Wrote {len(data):,} bytes to {safe(str(file))}", markup=False)


def _append(config: Config, *, is_forced: bool = False) -> None:
    from newscrawl.jobs.log_appending import append, stamp

    async def run(store: Store) -> tuple[int, int, str, str | None]:
        done = await append(store, config)
        return (
            done.before,
            done.size,
            done.checkpoint,
            await stamp(store, config, now=datetime.now(UTC), is_forced=is_forced),
        )

    before, size, note, stamped = with_store(run)
    out = console()
    out.print(f"{counted(size - before, 'entry', 'entries')} appended; the log has {size:,}")
    if stamped is not None:
        out.print(safe(stamped), markup=False)
    out.print(note, markup=False, soft_wrap=True, end="")


def _default_name(config: Config) -> str:
    if config.public_url is None:
        raise ConfigError("--name is needed: the log's name for good, such as archive.example/log")
    parts = urlsplit(config.public_url)
    return f"{parts.netloc}{parts.path.rstrip('/')}/log"


async def _facts(store: Store) -> dict[str, Any]:
    from newscrawl.store.tlog import checkpoints, sequencer, state

    seen, newest = await state(store.db), await checkpoints.newest(store.db)
    waiting = await sequencer.unlogged_count(store.db, MAX_COUNT)
    return {
        "name": seen.name if seen else None,
        "keys": list(seen.keys) if seen else [],
        "entries": seen.size if seen else 0,
        "waiting": waiting,
        "complete": bool(seen and seen.walked_to is None and not waiting),
        "checkpoint": newest.size if newest else None,
        "signed_at": newest.at if newest else None,
        "stamped_at": await checkpoints.newest_stamped_at(store.db),
    }
