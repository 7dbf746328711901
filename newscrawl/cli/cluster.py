"""`newscrawl cluster`: workers on many machines that share a queue."""

from __future__ import annotations

import asyncio
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newscrawl.cli.completion import sources_like
from newscrawl.cli.export import ExportFormat
from newscrawl.cli.opening import with_store
from newscrawl.cli.options import AsJson
from newscrawl.cli.terminal import console, print_json, safe
from newscrawl.config import Config
from newscrawl.humanize import counted

if TYPE_CHECKING:
    from newscrawl.store.shards import Shard

VARIABLE = "NEWSCRAWL_CLUSTER_URI"
Cluster = Annotated[
    str | None,
    typer.Option("--cluster", metavar="URI", help=f"The cluster's broker (redis://…); default: {VARIABLE}."),
]

app = typer.Typer(no_args_is_help=True, help="Workers on many machines that share a queue, and batch work for them.")


def register(root: typer.Typer) -> None:
    root.add_typer(app, name="cluster")


def cluster_config(uri: str | None) -> Config:
    """Return the settings of the environment with the broker that was named; it is validated as the variable is."""
    return Config.from_env({**os.environ, **({VARIABLE: uri} if uri else {})})


Here = Annotated[
    bool,
    typer.Option("--here", help="List only workers of this host; exits with code 1 if none is at work, for probes."),
]


@app.command("status")
def status(cluster: Cluster = None, here: Here = False, as_json: AsJson = False) -> None:
    """List the workers and what each crawls, as leases in the database say, and what waits in the queue."""
    from newscrawl.jobs.cluster import cluster_state

    state = asyncio.run(cluster_state(cluster_config(cluster)))
    if here:
        state["workers"] = [each for each in state["workers"] if each["name"].startswith(f"{socket.gethostname()}:")]
    if as_json:
        print_json(state)
    else:
        _print(state)
    # A worker that was killed and started again in the same container left a silent one behind for a day.
    if here and all(worker["is_silent"] for worker in state["workers"]):
        raise typer.Exit(1)


Size = Annotated[int | None, typer.Option("--shard", min=1, metavar="N", help="Articles per shard; default: 500.")]


@app.command("rebase")
def rebase(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE", help="Sources whose stored pages are re-extracted.", autocompletion=sources_like
        ),
    ],
    size: Size = None,
) -> None:
    """Let the cluster's workers re-extract the stored pages of sources in shards, as `newscrawl rebase` does."""
    from newscrawl.jobs.shard_work import make_rebase

    _print_made(with_store(lambda store: make_rebase(store, sources, size=size)))


@app.command("export")
def export(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Folder to write into; has the same path on all machines.")
    ],
    file_format: Annotated[
        ExportFormat, typer.Option("--format", help="Format of the files, as of `newscrawl export`.")
    ] = ExportFormat.JSONL,
    source: Annotated[str | None, typer.Option(help="Export only this source.", autocompletion=sources_like)] = None,
    size: Size = None,
) -> None:
    """Let the cluster's workers export the archive in shards, as `newscrawl export` does; a folder for each shard."""
    from newscrawl.jobs.shard_work import make_export

    _print_made(with_store(lambda store: make_export(store, folder, file_format.value, source, size=size)))


@app.command("import")
def import_captures(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Empty folder for this import; has the same path on all machines.")
    ],
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH", help="Files and folders, as of `newscrawl import`; have the same paths on all machines."
        ),
    ],
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Make a source of each unknown host, as `newscrawl import` does.")
    ] = False,
    announce: Annotated[
        bool, typer.Option("--announce", help="Announce what is imported to subscriptions, as `newscrawl import` does.")
    ] = False,
) -> None:
    """Let the cluster's workers import captures, as `newscrawl import` does: a shard per file, then one per source."""
    from newscrawl.jobs.shard_work import make_import_batch

    _print_made(with_store(lambda store: make_import_batch(store, paths, folder, adopts=adopt, announces=announce)))


@app.command("batches")
def batches(
    batch: Annotated[str | None, typer.Argument(metavar="BATCH", help="List only this batch.")] = None,
    as_json: AsJson = False,
) -> None:
    """List batches: how many of their shards wait, run, are done or failed, what came of them, and why some failed."""
    from newscrawl.jobs.batches import STATES, batch_states

    states = with_store(lambda store: batch_states(store, batch))
    if as_json:
        print_json(states)
        return
    out = console()
    for state in states:
        counts = ", ".join(f"{state[name]} {name}" for name in STATES)
        result = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in state["result"].items())
        out.print(safe(f"{state['batch']}: {counts}{': ' if result else ''}{result}"), markup=False)
        for shard, error in state["errors"].items():
            out.print(safe(f"  {shard}: {error}"), markup=False)


@app.command("shard", hidden=True)
def shard(shard_id: Annotated[str, typer.Argument()]) -> None:
    """Do one shard in this process, which ends with the worker that started it."""
    from newscrawl import bounds
    from newscrawl.jobs.shard_work import do_shard
    from newscrawl.jobs.worker import end_with_parent

    end_with_parent()
    bounds.prepare()
    asyncio.run(do_shard(Config.from_env(), shard_id))


def _print_made(shards: list[Shard]) -> None:
    console().print(f"{shards[0].batch}: {counted(len(shards), 'shard')}", markup=False)


def _print(state: dict[str, Any]) -> None:
    out = console()
    for worker in state["workers"]:
        condition = "silent since" if worker["is_silent"] else "seen at"
        at = f"{worker['seen_at']:%Y-%m-%d %H:%M:%S}"
        crawls = f"{len(worker['sources'])} of {worker['slots']} crawls"
        names = f": {', '.join(worker['sources'])}" if worker["sources"] else ""
        out.print(safe(f"{worker['name']}  {condition} {at}  {crawls}{names}"), markup=False)
    out.print(
        f"{counted(len(state['workers']), 'worker')}; sources: {state['taken']} taken, {state['due']} due, of which "
        f"{state['queued']} queued and {state['abandoned']} left by lost workers, {len(state['set_aside'])} set aside",
        markup=False,
    )
    if (broker := state["broker"]) is not None:
        condition = broker["error"] or f"{counted(broker['waiting'], 'message')} waiting"
        out.print(safe(f"{broker['uri']}: {condition}"), markup=False)
