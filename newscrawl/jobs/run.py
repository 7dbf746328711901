"""One crawl job in this process, to its end."""

from __future__ import annotations

from newscrawl import bounds, logs
from newscrawl.config import Config
from newscrawl.jobs.crawl import Crawl
from newscrawl.jobs.job import CrawlReport, Job
from newscrawl.jobs.process_scope import ProcessScope
from newscrawl.jobs.reactor import run_in_reactor
from newscrawl.sources.catalogue import check_source


def run(job: Job, config: Config) -> CrawlReport:
    """Crawl one source in this process; SIGTERM and SIGINT end it. No reactor can be started here afterwards."""
    check_source(job.source)
    bounds.prepare()
    logs.install(config.log_format, job.log_level or config.log_level)
    scope = ProcessScope(config)
    crawl = Crawl(job, config, scope)

    async def main() -> CrawlReport:
        try:
            return await crawl.run()
        finally:
            await scope.close()

    return run_in_reactor(main, crawl.stop)
