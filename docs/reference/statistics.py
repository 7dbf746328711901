"""The page of statistics: the keys of Scrapy's stats that a crawl has, its own and newscrawl's."""

from __future__ import annotations

import re

from docs.reference.tables import code, page, table
from newscrawl.fetch.captures import CERTIFICATE_FAULT
from newscrawl.health.monitors import FIELD, LACKING
from newscrawl.rights_signals import STAT as RIGHTS

INTRODUCTION = """
What Scrapy counts in a crawl, and what newscrawl adds. `scrapy crawl NAME` prints all of it at its end (`STATS_DUMP`), and any
[stats collector](https://docs.scrapy.org/en/latest/topics/stats.html) of yours gets it. The record of a run keeps the counts that matter to
operators ([status](status.md#keys-of-the-json)); over all runs they are [metrics](metrics.md).

In a key, `*` stands for what the meaning names.
"""
OURS = {
    "newscrawl/decision/*": "Checks by [outcome](reference-outcomes.md#outcomes-of-a-check). The same word stands in the log line of each.",
    f"{FIELD}*": "Articles that were read and have this field: `byline`, `author`, `date_published`, `date_modified`, "
    "`article_section`, `description`. Far fewer than usual are the alarm [drift](runbook-drift.md).",
    f"{LACKING}*": "URL of the newest article that lacks this field.",
    f"{RIGHTS}*": "`pages`: article pages that were read; `noarchive`, `tdm_reservation`: those on which the publisher states this.",
    "newscrawl/paused_until/*": "Time until which this host asked for a pause (Retry-After).",
    f"{CERTIFICATE_FAULT}*": "What is wrong with the certificate of this host, of a source that accepts such.",
}
SCRAPYS = {
    "start_time": "When the crawl began (UTC).",
    "finish_time": "When it ended.",
    "elapsed_time_seconds": "How long it took.",
    "finish_reason": "[Ending](reference-outcomes.md#endings-of-a-run) of the run.",
    "item_scraped_count": "Checks that were recorded.",
    "item_dropped_count": "Items that a stage dropped.",
    "item_dropped_reasons_count/*": "The same by exception.",
    "items_per_minute": "Recorded checks per minute.",
    "responses_per_minute": "Responses per minute.",
    "response_received_count": "Responses.",
    "request_depth_max": "Depth of the deepest request: 0 is a listing.",
    "request_depth_count/*": "Requests by depth.",
    "downloader/request_count": "Requests, redirects and repetitions included.",
    "downloader/request_bytes": "Bytes of requests.",
    "downloader/request_method_count/*": "Requests by method.",
    "downloader/response_count": "Responses.",
    "downloader/response_bytes": "Bytes of responses.",
    "downloader/response_status_count/*": "Responses by status.",
    "downloader/exception_count": "Requests without a response.",
    "downloader/exception_type_count/*": "The same by exception ([reasons](reference-outcomes.md#reasons-of-failures)).",
    "retry/count": "Requests that were sent again.",
    "retry/max_reached": "Requests that failed each time.",
    "retry/reason_count/*": "Repetitions by exception or status.",
    "robotstxt/*": "Requests for robots.txt, and what it forbids.",
    "dupefilter/filtered": "Requests for what was requested in this crawl before.",
    "offsite/*": "Requests that would have left the source's hosts.",
    "httperror/*": "Responses that a spider does not handle.",
    "scheduler/enqueued": "Requests that were queued.",
    "scheduler/enqueued/memory": "Of these in memory.",
    "scheduler/dequeued": "Requests that left the queue.",
    "scheduler/dequeued/memory": "Of these from memory.",
    "scheduler/enqueued/disk": "With `JOBDIR`: of these on disk.",
    "scheduler/dequeued/disk": "With `JOBDIR`: of these from disk.",
    "spider_exceptions/*": "Exceptions in code of the spider, by class: each is a defect, and fails the run.",
    "log_count/*": "Log lines by level.",
    "memusage/startup": "Bytes of memory at the beginning.",
    "memusage/max": "Bytes of memory at most.",
}


def text() -> str:
    return page(
        "Statistics of a crawl",
        "docs/reference/statistics.py",
        INTRODUCTION,
        "## Of newscrawl",
        table(("key", "meaning"), ((code(key), meaning) for key, meaning in OURS.items())),
        "## Of Scrapy",
        "With newscrawl's settings; other components of yours may add their own.",
        table(("key", "meaning"), ((code(key), meaning) for key, meaning in sorted(SCRAPYS.items()))),
    )


def is_described(key: str) -> bool:
    """Return whether the page has a row for a key."""
    patterns = (re.escape(known).replace(r"\*", ".+") for known in (*OURS, *SCRAPYS))
    return any(re.fullmatch(pattern, key) for pattern in patterns)
