"""Hosts: how many requests each had this hour, whether it asked for a pause, and whether it is down.

One document a host, shared by all sources, processes and restarts; every question and note is one atomic update.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import MAX_RETRY_AFTER
from newscrawl.store import documents
from newscrawl.store.documents import Document

Database = AsyncDatabase[Document]

WINDOW = timedelta(hours=1)
FAILURES = 5  # so many in a row, and the host is left alone
MIN_BACKOFF, MAX_BACKOFF = timedelta(minutes=5), timedelta(hours=6)
PROBE_TERM = timedelta(minutes=2)  # a probe whose process was killed is given up after this


@dataclass(frozen=True, slots=True)
class HostState:
    """What is remembered of a host."""

    host: str
    window: datetime | None = None  # begin of the hour that `count` belongs to
    count: int = 0
    paused_until: datetime | None = None  # the host's own wish: Retry-After
    backoff_until: datetime | None = None  # our conclusion from its failures
    failures: int = 0  # in a row
    last_failure: str = ""


@dataclass(frozen=True, slots=True)
class Admission:
    """The answer to whether a host may be asked now; `refused_for` is pause, rest, budget or empty."""

    refused_for: str
    opens_at: datetime | None
    failures: int


async def admit(db: Database, host: str, now: datetime, *, per_hour: int) -> Admission:
    """Count one request to a host, or say why and until when there must be none; `per_hour` 0: no limit."""
    now = documents.milliseconds(now)
    ticket = uuid.uuid4().hex
    found = await db.hosts.find_one_and_update(
        {"_id": host},
        [*_window(now), {"$set": {"refused_for": _refusal(now, per_hour)}}, _taking(now, ticket)],
        upsert=True,
        return_document=ReturnDocument.AFTER,
    )
    found = found or {}
    failures = found.get("failures") or 0
    if found.get("ticket") == ticket:
        return Admission("", None, failures)
    why = found["refused_for"]
    opens_at = {
        "pause": found.get("paused_until"),
        "rest": found.get("rests_until"),
        "probe": now + MIN_BACKOFF,
        "budget": found["window"] + WINDOW,
    }[why]
    return Admission("rest" if why == "probe" else why, opens_at, failures)


def _window(now: datetime) -> list[Document]:
    """Return the stages that begin a new hour where it is time.

    Another worker's clock may be a little ahead: its hour is used. An hour further ahead is left from a clock that has
    been set back since.
    """
    begin = now.replace(minute=0, second=0, microsecond=0)
    goes_on = {"$and": [{"$gte": ["$window", begin]}, {"$lte": ["$window", begin + WINDOW]}]}
    return [
        {
            "$set": {
                "window": {"$cond": [goes_on, "$window", begin]},
                "count": {"$cond": [goes_on, {"$ifNull": ["$count", 0]}, 0]},
            }
        }
    ]


def _refusal(now: datetime, per_hour: int) -> Document:
    is_down = {"$gte": [{"$ifNull": ["$failures", 0]}, FAILURES]}
    branches: list[Document] = [
        {"case": _stands("$paused_until", now, MAX_RETRY_AFTER), "then": "pause"},
        {"case": _stands("$rests_until", now, MAX_BACKOFF), "then": "rest"},
        {"case": {"$and": [is_down, _stands("$probe_until", now, PROBE_TERM)]}, "then": "probe"},
    ]
    if per_hour:
        branches.append({"case": {"$gte": ["$count", per_hour]}, "then": "budget"})
    return {"$switch": {"branches": branches, "default": ""}}


def _taking(now: datetime, ticket: str) -> Document:
    is_admitted = {"$eq": ["$refused_for", ""]}
    return {
        "$set": {
            "ticket": {"$cond": [is_admitted, ticket, "$ticket"]},
            "count": {"$cond": [is_admitted, {"$add": ["$count", 1]}, "$count"]},
            "probe_until": {"$cond": [is_admitted, now + PROBE_TERM, {"$ifNull": ["$probe_until", None]}]},
        }
    }


def _stands(field: str, now: datetime, longest: timedelta) -> Document:
    """Return whether a moment is still to come; one beyond the longest term is left from a clock that was wrong."""
    return {"$and": [{"$gt": [field, now]}, {"$lte": [field, now + longest]}]}


async def pause(db: Database, host: str, until: datetime, now: datetime) -> None:
    """Keep the pause that a host asked for; a shorter one does not end a longer one."""
    until, now = documents.milliseconds(until), documents.milliseconds(now)
    longer = {"$max": ["$paused_until", until]}
    wanted = {"$cond": [_stands("$paused_until", now, MAX_RETRY_AFTER), longer, until]}
    await db.hosts.update_one({"_id": host}, [{"$set": {"paused_until": wanted}}], upsert=True)


async def failed(db: Database, host: str, now: datetime, reason: str) -> None:
    """Note a failure; with the fifth in a row, and with each failed probe after that, the host rests for longer."""
    now = documents.milliseconds(now)
    first, longest = MIN_BACKOFF.total_seconds(), MAX_BACKOFF.total_seconds()
    doubled = {"$min": [{"$max": [{"$multiply": [{"$ifNull": ["$rest_seconds", 0]}, 2]}, first]}, longest]}
    # Requests that were under way when the rest began fail too, and do not make it longer.
    begins = {"$and": [{"$gte": ["$failures", FAILURES]}, {"$not": [_stands("$rests_until", now, MAX_BACKOFF)]}]}
    ends: Document = {"$add": [now, {"$multiply": ["$rest_seconds", 1000]}]}
    stages: list[dict[str, Any]] = [
        {"$set": {"failures": {"$add": [{"$ifNull": ["$failures", 0]}, 1]}, "last_failure": reason}},
        {"$set": {"begins": begins}},
        {"$set": {"rest_seconds": {"$cond": ["$begins", doubled, {"$ifNull": ["$rest_seconds", 0]}]}}},
        {"$set": {"rests_until": {"$cond": ["$begins", ends, {"$ifNull": ["$rests_until", None]}]}}},
        {"$unset": ["begins", "probe_until"]},
    ]
    await db.hosts.update_one({"_id": host}, stages, upsert=True)


async def with_retries(db: Database, host: str) -> None:
    """Note that a host that failed before answers again."""
    well: Document = {"failures": 0, "rest_seconds": 0, "rests_until": None, "probe_until": None}
    await db.hosts.update_one({"_id": host, "failures": {"$gt": 0}}, {"$set": well})


async def state(db: Database, host: str) -> HostState:
    found = await db.hosts.find_one({"_id": host}) or {}
    return HostState(
        host=host,
        window=found.get("window"),
        count=found.get("count", 0),
        paused_until=found.get("paused_until"),
        backoff_until=found.get("rests_until"),
        failures=found.get("failures", 0),
        last_failure=found.get("last_failure", ""),
    )
