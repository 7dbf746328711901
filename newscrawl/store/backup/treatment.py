"""What a backup does with each collection: one row each, in the order in which they are read.

The order makes a copy consistent that is taken while crawls write. What refers to something is read before it, because
writers write it after it: keys of imported captures before versions, versions before the payloads that they name.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Treatment(StrEnum):
    """Whether a collection is in a backup."""

    KEPT = "kept"  # as it was, in each generation
    NEWEST = "newest"  # the newest state alone is in the folder: what was ended or erased since does not come back
    LIVE = "live"  # it is about processes that run; a restored archive makes it anew


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection; `without` has the fields that are about running processes, or are not to happen again."""

    name: str
    treatment: Treatment
    why: str
    without: tuple[str, ...] = ()


KEPT, NEWEST, LIVE = Treatment.KEPT, Treatment.NEWEST, Treatment.LIVE
_LEASE_OF_HOST = ("owner", "pid", "process", "token", "until", "ticket", "wanted")

# A new collection is one row, and the module's test fails without it. Collections that no row names are kept.
COLLECTIONS = (
    Collection("imports", KEPT, "keys of imported captures; a key without its version would never be imported again"),
    Collection("backfills", KEPT, "how far backfills have got; likewise"),
    Collection("tlog", KEPT, "state of the log; entries that it counts are copied, and their versions after them"),
    Collection("tlog_leaves", KEPT, "which entry of the log is of which version"),
    Collection("tlog_tiles", KEPT, "entries and hashes of the log's tree"),
    Collection("tlog_checkpoints", KEPT, "signed checkpoints of the log, with their stamps"),
    Collection("articles", KEPT, "heads and schedules; each is read before its versions", ("lease",)),
    Collection("versions", KEPT, "up to the number of the head; nothing is announced again", ("announce",)),
    Collection("added", KEPT, "passages that searches read, of the versions that are kept"),
    Collection("removed", KEPT, "passages that searches read, of the versions that are kept"),
    Collection("events", KEPT, "decisions and what became of articles", ("announce",)),
    Collection("quarantine", KEPT, "doubtful and late pages with their captures, and what was decided on them"),
    Collection("check_counts", KEPT, "checks by month; read before and after the log, so that none counts twice"),
    Collection("checks", KEPT, "the check log, for as long as its lines are kept"),
    Collection("windows", KEPT, "newest checks by source, which hold each edit before its version is written"),
    Collection("sources", KEPT, "states, profiles, learnt rates and totals", ("taken", "queued", "lost_takers")),
    Collection("runs", KEPT, "records of runs; those under way are lost ones in a restored archive"),
    Collection("alarms", KEPT, "open and past alarms; they are not announced again", ("announce",)),
    Collection("hosts", KEPT, "pauses that hosts asked for, requests of the hour", _LEASE_OF_HOST),
    Collection("meta", KEPT, "visibility generation and key of readers' links, without schema and backup folders"),
    Collection("payloads", KEPT, "pages as fetched; read last: whatever refers to one was written after it"),
    Collection("erasures", NEWEST, "orders to erase: a restore of any generation obeys the newest"),
    Collection("subscriptions", NEWEST, "addresses of readers; who ended or was erased since gets nothing again"),
    Collection("access_tokens", NEWEST, "digests of tokens; one that was revoked since stays so"),
    Collection("outbox", LIVE, "the archive that went on sent it; a restored one announces nothing of before"),
    Collection("outbox_lanes", LIVE, "leases and back-off of channels"),
    Collection("leases", LIVE, "which run crawls a source"),
    Collection("workers", LIVE, "which workers are there"),
    Collection("shards", LIVE, "batch work of a cluster; started anew it gives the same"),
    Collection("migrations", LIVE, "how far migrations have got; what is restored is migrated from its schema on"),
    Collection("subscription_requests", LIVE, "counts of requests, for hours"),
)  # fmt: skip
ROWS = {row.name: row for row in COLLECTIONS}
NOT_COPIED = {"meta": ("schema", "backup", "migration")}  # ids of documents that belong to one database


def order(existing: set[str]) -> list[Collection]:
    """Return the rows of what each generation has, and of existing collections that no row names, payloads last."""
    unknown = sorted(name for name in existing - ROWS.keys() if not name.startswith("system."))
    kept = [row for row in COLLECTIONS if row.treatment is KEPT]
    return [*kept[:-1], *(Collection(name, KEPT, "of a newer newscrawl") for name in unknown), kept[-1]]
