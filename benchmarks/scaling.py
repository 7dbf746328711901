"""Compute what sources and checks a day need: `python -m benchmarks.scaling` prints the table of docs/scaling.md.

The figures are those of `make bench BENCH=line` and `BENCH=scale`, with their date. Assumed are the shares of checks,
and what a larger page and a listing cost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

# CPU ms of crawler and of mongod a page, on 26 November 2026: see docs/throughput.md.
COSTS = {
    "new": (12.8, 2.0),
    "304": (2.5, 0.5),
    "identical bytes": (2.7, 0.5),
    "other surroundings": (4.4, 0.6),
    "changed": (17.2, 3.1),
}
LARGER = (
    2.5  # assumed: crawler's CPU for a newspaper's page to that for the bench's of 33 KB, where it is more than a 304
)
READ_MS = 7.0, 0.6  # of an unchanged page that is read: every eighth, and those without a fingerprint
# Of the checks of known articles. Most servers send no validators that hold, and most pages change around their text.
SHARES = {"304": 0.25, "identical bytes": 0.10, "other surroundings": 0.30, "read": 0.32, "changed": 0.03}
LISTING_MS = 8.0, 1.0  # assumed
LISTINGS_A_DAY = 96  # of a source
NEW_A_DAY = 40  # articles of a source
WATCHED_DAYS = 30
PEAK = 2.0  # of the mean; newsrooms work by day
BUSY = 0.6  # of a core that a process uses at the peak, so that queues stay short

# Bytes, by `make bench BENCH=scale`, indexes included; pages of 263 KB, 174 real ones, compressed (store/payloads.py).
VERSION, ARTICLE, CHECK = 2_740, 1_620, 70
NEW_PAGE, CHANGED_PAGE = 47_000, 7_000
CHECK_DAYS = 90
WORKER_MIB = 200  # a worker process, docs/retention.md
CACHE_SHARE = 0.5  # of a mongod's memory that its cache has
SHARD_CORES, SHARD_BYTES = 8, 4e12  # at most, of one mongod

DAY_SECONDS = 86_400
YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class Load:
    sources: int
    checks: int  # a day, of known articles


LOADS = (Load(65, 26_000), Load(5_000, 2_000_000), Load(100_000, 2_000_000), Load(100_000, 200_000_000))


@dataclass(frozen=True, slots=True)
class Need:
    """What a load needs: at its peak, and on disk a year."""

    requests: float  # a second, in the mean
    a_host: float  # requests an hour to each host, in the mean
    crawler_cores: float
    mongod_cores: float
    workers: int
    worker_bytes: float
    mongod_bytes: float  # of memory
    disk_bytes: float  # after a year
    shards: int


def cpu_ms(load: Load) -> tuple[float, float]:
    """Return CPU milliseconds a day of crawlers and of mongod."""
    new, listings = load.sources * NEW_A_DAY, load.sources * LISTINGS_A_DAY
    costs = {**COSTS, "read": READ_MS}
    costs = {kind: (crawler * (1 if kind == "304" else LARGER), mongod) for kind, (crawler, mongod) in costs.items()}
    sums = []
    for part in (0, 1):
        checks = sum(load.checks * share * costs[kind][part] for kind, share in SHARES.items())
        sums.append(checks + new * costs["new"][part] + listings * LISTING_MS[part])
    return sums[0], sums[1]


def need(load: Load) -> Need:
    crawler, mongod = (PEAK * ms / 1000 / DAY_SECONDS for ms in cpu_ms(load))
    new, changed = load.sources * NEW_A_DAY, load.checks * SHARES["changed"]
    requests = load.checks + new + load.sources * LISTINGS_A_DAY
    a_day = (new + changed) * VERSION + new * (ARTICLE + NEW_PAGE) + changed * CHANGED_PAGE
    disk = a_day * YEAR_DAYS + load.checks * CHECK_DAYS * CHECK
    # In memory: the watched articles, today's buckets of the check log, and an hour of new versions with pages.
    hot = new * WATCHED_DAYS * ARTICLE + load.checks * CHECK + a_day / 24
    workers = max(1, -(-crawler // BUSY))
    return Need(
        requests=requests / DAY_SECONDS,
        a_host=requests / load.sources / 24,
        crawler_cores=crawler,
        mongod_cores=mongod,
        workers=int(workers),
        worker_bytes=workers * WORKER_MIB * 2**20,
        mongod_bytes=max(hot / CACHE_SHARE, 2**29),
        disk_bytes=disk,
        shards=int(max(1, -(-mongod // (BUSY * SHARD_CORES)), -(-disk // SHARD_BYTES))),
    )


def table() -> str:
    """Return the needs of all loads as Markdown."""
    return "\n".join(_rows())


def _rows() -> Iterator[str]:
    heads = (
        "sources", "checks a day", "requests a second", "an hour and host", "crawler cores", "`mongod` cores",
        "workers", "memory of workers", "memory of `mongod`", "disk after a year", "shards",
    )  # fmt: skip
    yield f"| {' | '.join(heads)} |"
    yield "|" + "--:|" * len(heads)
    for load in LOADS:
        found = need(load)
        cells = (
            f"{load.sources:,}", f"{load.checks:,}", _number(found.requests), _number(found.a_host),
            _number(found.crawler_cores), _number(found.mongod_cores), f"{found.workers:,}", _size(found.worker_bytes),
            _size(found.mongod_bytes), _size(found.disk_bytes), f"{found.shards:,}",
        )  # fmt: skip
        yield f"| {' | '.join(cells)} |"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def _size(value: float) -> str:
    for unit, factor in (("TB", 1e12), ("GB", 1e9)):
        if value >= factor:
            return f"{_number(value / factor)} {unit}"
    return f"{value / 1e6:,.0f} MB"


if __name__ == "__main__":
    print(table())
