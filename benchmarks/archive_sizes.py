"""How many bytes a version, an article and a check take in an archive, indexes included; for benchmarks and tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from newscrawl.items import Check, Outcome
from newscrawl.store import Store, check_log
from newscrawl.store.check_buckets import AS_COUNTED, BucketLine, bucket_line
from newscrawl.store.documents import Document

DAY = timedelta(days=1)
START = datetime(2026, 3, 2, tzinfo=UTC)
SITES = 60  # articles that one run checks
# Outcome, reason, status, and how often of ten.
OUTCOMES = (
    (Outcome.NOT_MODIFIED, "304", 304, 6),
    (Outcome.UNCHANGED, "identical bytes", 200, 3),
    (Outcome.CHANGED, "words differ", 200, 1),
)


@dataclass(frozen=True, slots=True)
class Size:
    """Bytes of a collection's files that are in use, in all."""

    documents: int
    data: int
    indexes: dict[str, int]

    @property
    def total(self) -> int:
        return self.data + sum(self.indexes.values())


async def size(store: Store, collection: str) -> Size:
    """Return the size of a collection, without what its files hold free for more."""
    await store.db.client.admin.command("fsync")
    stats = await store.db.command("collStats", collection, indexDetails=True)
    data = stats["storageSize"] - stats["freeStorageSize"]
    indexes = {name: _in_use(details) for name, details in stats["indexDetails"].items()}
    return Size(stats["count"], data, indexes)


def _in_use(details: Document) -> int:
    blocks = details["block-manager"]
    return int(blocks["file size in bytes"] - blocks["file bytes available for reuse"])


async def log_checks(store: Store, articles: int, *, a_day: int, days: int) -> int:
    """Fill the check log with so many checks of each article a day, in random order; return how many."""
    for day in range(days):
        for lines in _batches(articles, a_day, START + day * DAY):
            await check_log.write_lines(store.db.checks, lines)
    await store.db.checks.update_many({}, AS_COUNTED)
    return articles * a_day * days


def _batches(articles: int, a_day: int, start: datetime) -> Iterator[Sequence[BucketLine]]:
    rng = Random(start.isoformat())
    for turn in range(a_day):
        order = rng.sample(range(articles), articles)
        at = start + turn * DAY / a_day
        for first in range(0, articles, check_log.MAX_WAITING_LINES):
            numbers = order[first : first + check_log.MAX_WAITING_LINES]
            yield [
                bucket_line(replace(_check(number, rng), at=at, run_id=f"{at:%d%H}{first // SITES:028}"), at)
                for number in numbers
            ]


def _check(number: int, rng: Random) -> Check:
    outcome, reason, status, _ = rng.choices(OUTCOMES, [each[-1] for each in OUTCOMES])[0]
    key = "".join(Random(number).choices("abcdefghijklmnopqrstuvwxyz234567", k=16))
    return Check(
        article_id=key,
        source="courier",
        url=f"https://courier.example/2026/03/02/politics/council-{key[:9]}.html",
        at=START,
        outcome=outcome,
        reason=reason,
        status=status,
        elapsed_ms=rng.randrange(20, 900),
        size_bytes=0 if status == 304 else rng.randrange(30_000, 40_000),
        interval=timedelta(seconds=rng.uniform(600, 90_000)),
    )
