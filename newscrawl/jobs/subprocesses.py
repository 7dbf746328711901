"""Jobs in processes of their own: a reactor runs once a process, and one source's fault stays its own."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor

from newscrawl.config import Config
from newscrawl.jobs.run import CrawlReport, Job, run

# Imported once by the server that forks the crawls: a second of CPU less for each. None of them makes a reactor.
PRELOADED = ["newscrawl.jobs.run", "newscrawl.spider", "pipelines.record", "scrapy.utils.reactor", "trafilatura"]


def run_in_processes(jobs: Iterable[Job], config: Config, *, at_once: int = 1) -> Iterator[CrawlReport]:
    """Run each job in a fresh process, in order; raises what a job raised."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    with ProcessPoolExecutor(at_once, mp_context=context, max_tasks_per_child=1) as pool:
        yield from pool.map(run, jobs, iter(lambda: config, None))
