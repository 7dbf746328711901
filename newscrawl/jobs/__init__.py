"""Scheduled jobs: one crawl, its run record and its exit code."""

from newscrawl.jobs.run import CrawlReport, Job, run

__all__ = ["CrawlReport", "Job", "run"]
