"""Run each job in its own process.

Twisted's reactor cannot restart within a process, and an error in one source cannot affect another.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor

from newscrawl.config import Config
from newscrawl.jobs.job import CrawlReport, Job
from newscrawl.jobs.run import run
from newscrawl.preloaded import SCRAPY
from newscrawl.project import project

# Imported once by the fork server, which saves a second of CPU per crawl. None of these modules creates a reactor.
PRELOADED = [
    "newscrawl.jobs.run",
    "newscrawl.spider",
    f"{project().stages}.record",
    *SCRAPY,
    "trafilatura",
]


def run_in_processes(jobs: Iterable[Job], config: Config, *, at_once: int = 1) -> Iterator[CrawlReport]:
    """Yield the report of each job, in order; raises what a job raised. `at_once` jobs run at the same time."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    with ProcessPoolExecutor(at_once, mp_context=context, max_tasks_per_child=1) as pool:
        yield from pool.map(run, jobs, iter(lambda: config, None))
