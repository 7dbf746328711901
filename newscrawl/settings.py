"""newscrawl's settings of Scrapy; nothing else writes them. newscrawl/addon.py brings them into other projects.

Values that an operator may choose come from `Config.from_env()`. `from_config` maps them to settings, so that jobs and
tests with another Config get the same mapping. As always in Scrapy, `-s NAME=VALUE` and `custom_settings` win.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from newscrawl import __version__
from newscrawl.config import Config
from newscrawl.errors import ConfigError
from newscrawl.project import PACKAGE, project

project().put_on_path()
_STAGES = project().stages

BOT_NAME = "newscrawl"
SPIDER_MODULES = ["spiders"]
NEWSPIDER_MODULE = "spiders"
TEMPLATES_DIR = str(PACKAGE / "templates")  # scrapy genspider -t news NAME DOMAIN
SPIDER_LOADER_CLASS = "newscrawl.sources.spider_loader.SourceLoader"
COMMANDS_MODULE = "newscrawl.cli.scrapy_commands"  # scrapy check, crawl, parse
ITEM_PIPELINES = {
    f"{_STAGES}.normalize.Normalize": 300,
    f"{_STAGES}.detect.Detect": 500,
    f"{_STAGES}.record.Record": 700,
}
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"

# A crawl listens on no port. Both are on by default; the second runs code received over HTTP (new in Scrapy 2.19).
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

# A page yields one item, and Scrapy starts this many tasks per response: its default of 100 took a quarter of the CPU
# time of a crawl with only 304s (seen with Scrapy 2.19).
CONCURRENT_ITEMS = 2

# Politeness.
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = BOT_NAME  # the token that robots.txt files address
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY_JITTER = 0  # the delay is a minimum that a host can rely on, not a mean
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    # No Accept-Language, unlike Scrapy's default `en`: a site is read in the language it serves by default.
}

# Features that a page could use against us.
COOKIES_ENABLED = False
METAREFRESH_ENABLED = False
REFERRER_POLICY = "no-referrer"
REDIRECT_MAX_TIMES = 10
DOWNLOAD_VERIFY_CERTIFICATES = True
HTTPPROXY_ENABLED = False  # a proxy would resolve names itself; newscrawl/fetch/proxies.py has ours

# One retry at once, for errors that a second request often clears; everything else is left to the next check, which
# backs off. Not for 429 and 503, by which a host asks for fewer requests, nor for timeouts, which took 30 s already.
RETRY_TIMES = 1
RETRY_HTTP_CODES = [500, 502, 504, 522, 524, 408]
RETRY_EXCEPTIONS = [
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "newscrawl.fetch.failures.Truncated",
]
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # the record pipeline logs the failed check, once

LOG_VERSIONS: list[str] = []  # `newscrawl doctor` prints them
LOG_FORMATTER = "newscrawl.logs.QuietLogFormatter"  # Scrapy's own logs whole items
STATS_DUMP = False  # the run record stores them
MEMUSAGE_ENABLED = True

# The only way to the network: see newscrawl/fetch/downloader.py. It reads these settings, from `-s` or a job:
#   NEWSCRAWL_RECORD        file to which every exchange is appended (WARC/1.1; gzipped if its name ends in .gz)
#   NEWSCRAWL_REPLAY        WARC file, or folder of them, that answers in place of the network
#   NEWSCRAWL_REPLAY_EDITION  an Edition of it: a job plays one after another; else several are refused
#   NEWSCRAWL_CLOCK         a newscrawl.clock.Clock; default: in a replay the time of the records, else the system's
#   NEWSCRAWL_EGRESS_ALLOW  "host" or "host:port", comma-separated, that may be private: for the demo and tests
DOWNLOAD_HANDLERS: dict[str, str | None] = {
    "http": "newscrawl.fetch.downloader.DownloadHandler",
    "https": "newscrawl.fetch.downloader.DownloadHandler",
    **dict.fromkeys(("data", "file", "ftp", "s3")),
}
EXTENSIONS: dict[str, int | None] = {
    "scrapy.extensions.feedexport.FeedExporter": None,
    "newscrawl.jobs.article_feed.ArticleFeed": 0,  # the position of Scrapy's
    "newscrawl.fetch.downloader.ExchangeExtension": 0,
    "newscrawl.jobs.totals.TotalsCounter": 10,
    "newscrawl.jobs.source_lease.SourceLease": 20,
    "newscrawl.health.monitors.HealthMonitor": 40,
    "newscrawl.jobs.run_recorder.RunRecorder": 100,  # reads the three above when the crawl ends
    "newscrawl.jobs.turn_limits.TurnLimits": 110,
    "newscrawl.jobs.closing_time.ClosingTime": 120,
    "newscrawl.jobs.unlisted_captures.UnlistedCaptures": 150,
    "newscrawl.jobs.progress.Progress": 200,
}
# Per-host limits beyond one crawl: a class with from_crawler and the interface of newscrawl.fetch.host_limiter.
NEWSCRAWL_HOST_LIMITER = "newscrawl.jobs.host_limits.StoreHostLimiter"
DOWNLOADER_MIDDLEWARES: dict[str, int | None] = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "newscrawl.fetch.robots.RobotsMiddleware": 100,  # the position of Scrapy's
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "newscrawl.fetch.retries.RetryMiddleware": 550,  # the position of Scrapy's
}
DOWNLOAD_FAIL_ON_DATALOSS = False  # fetch.decoding raises instead, after the incomplete response was recorded


def from_config(config: Config) -> dict[str, Any]:
    """Return the settings that depend on the operator's configuration."""
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
    """Return the User-Agent: who we are, and where a webmaster can ask about us."""
    contact = f"+{config.contact_url}" if config.contact_url else "archive of news versions; operator gave no contact"
    return f"{BOT_NAME}/{__version__} ({contact})"


def _configuration() -> Config:
    """Return the operator's configuration; a bad variable ends Scrapy's command as it ends newscrawl's."""
    try:
        return Config.from_env()
    except ConfigError as error:
        if Path(sys.argv[0]).stem != "scrapy" and Path(sys.argv[0]).parts[-2:] != ("scrapy", "__main__.py"):
            raise
        sys.stderr.write(f"newscrawl: {error}\n")
        sys.exit(error.exit_code)


globals().update(from_config(_configuration()))
