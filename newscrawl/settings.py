"""Scrapy's settings of this project: the only place where they are written.

Values that an operator may choose come from `Config.from_env()`; `from_config` maps them, so that a job or a test with
another Config gets the same mapping. Priorities stay Scrapy's: `-s NAME=VALUE` and `custom_settings` win over these.
"""

from __future__ import annotations

import sys
from typing import Any

from newscrawl import __version__
from newscrawl.config import PROJECT_ROOT, Config

# Scrapy appends the project's root to sys.path, behind site-packages: an installed package that is named `spiders` or
# `pipelines` would win, and `scrapy list` would print nothing and exit 0 (seen with Scrapy 2.19).
if sys.path[:1] != [str(PROJECT_ROOT)]:
    sys.path.insert(0, str(PROJECT_ROOT))

BOT_NAME = "newscrawl"
SPIDER_MODULES = ["spiders"]
NEWSPIDER_MODULE = "spiders"
TEMPLATES_DIR = str(PROJECT_ROOT / "newscrawl" / "templates")  # scrapy genspider -t news NAME DOMAIN
ITEM_PIPELINES = {
    "pipelines.normalize.Normalize": 300,
    "pipelines.detect.Detect": 500,
    "pipelines.record.Record": 700,
}
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"

# A crawl listens on nothing. Both are on by default; the second runs code that it gets over HTTP (new in Scrapy 2.19).
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

# A page yields one item, and Scrapy starts this many tasks for each response: its default of 100 cost a quarter of the
# CPU of a crawl of 304s (seen with Scrapy 2.19).
CONCURRENT_ITEMS = 2

# Politeness.
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = BOT_NAME  # the token that robots.txt files address
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY_JITTER = 0  # the delay is a floor that a host can rely on, not a mean
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    # No Accept-Language, unlike Scrapy's default `en`: a paper is read in the language it serves by itself.
}

# What a page may not make us do.
COOKIES_ENABLED = False
METAREFRESH_ENABLED = False
REFERRER_POLICY = "no-referrer"
REDIRECT_MAX_TIMES = 10
DOWNLOAD_VERIFY_CERTIFICATES = True
HTTPPROXY_ENABLED = False  # a proxy would resolve names itself, beyond the guard against private addresses

# One more try at once, for what a second try often cures; the rest is for the queue of due stories, which knows backing
# off. 429 and 503 are the host's wish for fewer requests, and a timeout has cost 30 s already.
RETRY_TIMES = 1
RETRY_HTTP_CODES = [500, 502, 504, 522, 524, 408]
RETRY_EXCEPTIONS = [
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "newscrawl.fetch.failures.Truncated",
]
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # the failed check gets its one line from the spider's side

LOG_VERSIONS: list[str] = []  # `newscrawl doctor` tells them
LOG_FORMATTER = "newscrawl.logs.QuietLogFormatter"  # Scrapy's own prints whole items
STATS_DUMP = False  # the run record keeps them
MEMUSAGE_ENABLED = True

# The only way to the network: see newscrawl/fetch/downloader.py. It knows these settings, for `-s` or a job:
#   NEWSCRAWL_RECORD        file to which every exchange is appended (WARC/1.1; compressed where it ends in .gz)
#   NEWSCRAWL_REPLAY        WARC file, or folder of them, that answers in the place of the network
#   NEWSCRAWL_CLOCK         a newscrawl.clock.Clock; default: the records' in a replay, else the system's
#   NEWSCRAWL_EGRESS_ALLOW  "host" or "host:port", comma-separated, that may be private: for the demo and tests
DOWNLOAD_HANDLERS: dict[str, str | None] = {
    "http": "newscrawl.fetch.downloader.DownloadHandler",
    "https": "newscrawl.fetch.downloader.DownloadHandler",
    **dict.fromkeys(("data", "file", "ftp", "s3")),
}
EXTENSIONS = {
    "newscrawl.fetch.downloader.ExchangeExtension": 0,
    "newscrawl.jobs.totals.TotalsCounter": 10,
    "newscrawl.jobs.source_lease.SourceLease": 20,
    "newscrawl.jobs.bulk_changes.BulkChangeGuard": 30,
    "newscrawl.health.monitors.HealthMonitor": 40,
    "newscrawl.jobs.run_recorder.RunRecorder": 100,  # asks the four above when the crawl ends
    "newscrawl.jobs.progress.Progress": 200,
}
# Per-host limits beyond one crawl: a class with from_crawler and the interface of newscrawl.fetch.host_limiter.
NEWSCRAWL_HOST_LIMITER = "newscrawl.jobs.host_limits.StoreHostLimiter"
DOWNLOADER_MIDDLEWARES: dict[str, int | None] = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "newscrawl.fetch.robots.RobotsMiddleware": 100,  # its place
}
DOWNLOAD_FAIL_ON_DATALOSS = False  # decoding fails on it itself, once what did arrive is recorded


def from_config(config: Config) -> dict[str, Any]:
    """Return the settings that follow from what an operator chose."""
    return {
        "NEWSCRAWL_CONFIG": config,
        "USER_AGENT": user_agent(config),
        "NEWSCRAWL_EGRESS_ALLOW": list(config.egress_allow),
        "DOWNLOAD_DELAY": config.delay_seconds,
        "DOWNLOAD_TIMEOUT": config.download_timeout_seconds,  # total: name, connection, headers and body
        "DOWNLOAD_MAXSIZE": config.download_max_bytes,  # of the body as sent, and again when decompressed
        "DOWNLOAD_WARNSIZE": 0,
        "LOG_LEVEL": config.log_level,
    }


def user_agent(config: Config) -> str:
    """Return who we are and where a webmaster can ask about us."""
    contact = f"+{config.contact_url}" if config.contact_url else "archive of news versions; operator gave no contact"
    return f"{BOT_NAME}/{__version__} ({contact})"


globals().update(from_config(Config.from_env()))
