"""Scheduled jobs: one crawl, its run record and its exit code."""

from newscrawl.jobs.job import CrawlReport, Job
from newscrawl.jobs.run import run

__all__ = ["CrawlReport", "Job", "run"]
