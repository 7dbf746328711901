"""`newscrawl worker`: crawl whatever falls due, until stopped."""

from __future__ import annotations

from typing import Annotated

import typer

from newscrawl.cli.cluster import Cluster, cluster_config


def register(app: typer.Typer) -> None:
    app.command("worker")(worker)


def worker(
    processes: Annotated[
        int | None, typer.Option(min=1, help="Number of processes; default: one per processor.")
    ] = None,
    at_once: Annotated[
        int | None, typer.Option(min=1, help="Number of crawls that each process runs side by side; default: 16.")
    ] = None,
    cluster: Cluster = None,
) -> None:
    """Crawl sources as they fall due, until SIGTERM or Ctrl-C (exit code 7); a second one ends everything at once."""
    from newscrawl.jobs import Job
    from newscrawl.jobs.exit_codes import INTERRUPTED
    from newscrawl.jobs.rounds import crawl_until_stopped

    config = cluster_config(cluster)
    crawl_until_stopped(lambda name: Job(source=name), config, processes=processes, crawls_at_once=at_once)
    raise typer.Exit(INTERRUPTED)
