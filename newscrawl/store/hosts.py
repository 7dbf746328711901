"""Hosts: requests of the current hour, pauses that hosts asked for, and back-off from hosts that are down.

One document per host, shared by all sources, processes and restarts; every question and update is atomic.
"""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import ReturnDocument
from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.items import MAX_RETRY_AFTER, Resource
from newscrawl.store.documents import Document, milliseconds

Database = AsyncDatabase[Document]

MAX_QUEUED, MIN_QUEUE = 100, timedelta(minutes=1)  # requests that wait for a host at once, and how long at least
WINDOW = timedelta(hours=1)
FAILURES = 5  # in a row; then the back-off begins
MIN_BACKOFF, MAX_BACKOFF = timedelta(minutes=5), timedelta(hours=6)
FORGOTTEN_AFTER = timedelta(days=1)  # a failure that no request repeated for so long does not outlive a lesser answer
PROBE_TERM = timedelta(minutes=2)  # after this, a probe without an answer counts as lost: its process was killed


@dataclass(frozen=True, slots=True)
class HostState:
    """What is stored about a host."""

    host: str
    window: datetime | None = None  # start of the hour that `count` belongs to
    count: int = 0
    paused_until: datetime | None = None  # the host's own wish: Retry-After
    backoff_until: datetime | None = None  # our conclusion from its failures
    failures: int = 0  # in a row
    last_failure: str = ""

    def is_paused(self, now: datetime) -> bool:
        """Return whether a pause lasts; one that is longer than any can be was stored by a wrong clock."""
        return self.paused_until is not None and now < self.paused_until <= now + MAX_RETRY_AFTER


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether a request may be sent: `refused_for` is "pause", "rest" (back-off), "budget", or empty if it may."""

    refused_for: str
    opens_at: datetime | None
    failures: int
    wait_seconds: float = 0.0  # until the place in the host's pace that an admitted request has got


async def admit(db: Database, host: str, now: datetime, *, per_hour: int, delay_seconds: float = 0.0) -> Admission:
    """Count one request to a host, or return why and until when it is refused; `per_hour` 0: no limit.

    An admitted request gets the first free place in the host's pace, and the next one a place `delay_seconds` later,
    whichever process it belongs to. Places are moments by the store's clock, which all processes have in common.
    """
    now = milliseconds(now)
    ticket = uuid.uuid4().hex
    stages = [
        *_current_window(now),
        {"$set": {"refused_for": _refusal(now, per_hour), "place": _place(delay_seconds)}},
        _counted(now, ticket, delay_seconds),
    ]
    document = await db.hosts.find_one_and_update(
        {"_id": host}, stages, upsert=True, return_document=ReturnDocument.AFTER
    )
    document = document or {}
    failures = document.get("failures") or 0
    if document.get("ticket") == ticket:
        return Admission("", None, failures, document["wait_ms"] / 1000)
    reason = document["refused_for"]
    return Admission("rest" if reason == "probe" else reason, _opens_at(document, reason, now), failures)


def _opens_at(document: Document, reason: str, now: datetime) -> datetime | None:
    match reason:
        case "pause":
            return document.get("paused_until")
        case "rest":
            return document.get("rests_until")
        case "probe":
            return now + MIN_BACKOFF
        case _:
            window: datetime = document["window"]
            return window + WINDOW


def _current_window(now: datetime) -> list[Document]:
    """Return the stages that begin a new hour if the stored one is over.

    Another worker's clock may be a little ahead: its hour is used. An hour further ahead was stored by a clock that
    has been set back since.
    """
    begin = now.replace(minute=0, second=0, microsecond=0)
    is_current = {"$and": [{"$gte": ["$window", begin]}, {"$lte": ["$window", begin + WINDOW]}]}
    return [
        {
            "$set": {
                "window": {"$cond": [is_current, "$window", begin]},
                "count": {"$cond": [is_current, {"$ifNull": ["$count", 0]}, 0]},
            }
        }
    ]


def _refusal(now: datetime, per_hour: int) -> Document:
    """Return the expression of why a request is refused; "probe": the one request after a back-off is unanswered."""
    is_down = {"$gte": [{"$ifNull": ["$failures", 0]}, FAILURES]}
    branches: list[Document] = [
        {"case": _is_ahead("$paused_until", now, MAX_RETRY_AFTER), "then": "pause"},
        {"case": _is_ahead("$rests_until", now, MAX_BACKOFF), "then": "rest"},
        {"case": {"$and": [is_down, _is_ahead("$probe_until", now, PROBE_TERM)]}, "then": "probe"},
    ]
    if per_hour:
        branches.append({"case": {"$gte": ["$count", per_hour]}, "then": "budget"})
    return {"$switch": {"branches": branches, "default": ""}}


def _place(delay_seconds: float) -> Document:
    """Return the expression of the next free moment in the host's pace, by the store's clock.

    One that lies further ahead than a queue of processes reaches was stored before that clock was set back.
    """
    furthest = max(MIN_QUEUE, MAX_QUEUED * timedelta(seconds=delay_seconds))
    limit = {"$add": ["$$NOW", milliseconds_of(furthest)]}
    is_ahead = {"$and": [{"$gt": ["$next_place", "$$NOW"]}, {"$lte": ["$next_place", limit]}]}
    return {"$cond": [is_ahead, "$next_place", "$$NOW"]}


def _counted(now: datetime, ticket: str, delay_seconds: float) -> Document:
    """Return the stage that counts the request and leaves its ticket, if it is not refused."""
    is_admitted = {"$eq": ["$refused_for", ""]}
    next_place = {"$add": ["$place", milliseconds_of(timedelta(seconds=delay_seconds))]}
    return {
        "$set": {
            "ticket": {"$cond": [is_admitted, ticket, "$ticket"]},
            "count": {"$cond": [is_admitted, {"$add": ["$count", 1]}, "$count"]},
            "wait_ms": {"$subtract": ["$place", "$$NOW"]},
            "next_place": {"$cond": [is_admitted, next_place, {"$ifNull": ["$next_place", None]}]},
            "probe_until": {"$cond": [is_admitted, now + PROBE_TERM, {"$ifNull": ["$probe_until", None]}]},
        }
    }


def milliseconds_of(duration: timedelta) -> int:
    return math.ceil(duration / timedelta(milliseconds=1))


def _is_ahead(field: str, now: datetime, maximum: timedelta) -> Document:
    """Return the expression of whether a moment is to come; beyond `maximum` it was stored by a wrong clock."""
    return {"$and": [{"$gt": [field, now]}, {"$lte": [field, now + maximum]}]}


async def pause(db: Database, host: str, until: datetime, now: datetime) -> None:
    """Store the pause that a host asked for; a shorter one does not end a longer one."""
    until, now = milliseconds(until), milliseconds(now)
    longer = {"$max": ["$paused_until", until]}
    paused_until = {"$cond": [_is_ahead("$paused_until", now, MAX_RETRY_AFTER), longer, until]}
    await db.hosts.update_one({"_id": host}, [{"$set": {"paused_until": paused_until}}], upsert=True)


async def failed(db: Database, host: str, now: datetime, reason: str, resource: Resource) -> None:
    """Count a failure; with the fifth in a row the back-off begins, and each failed probe after that doubles it."""
    now = milliseconds(now)
    minimum, maximum = MIN_BACKOFF.total_seconds(), MAX_BACKOFF.total_seconds()
    doubled = {"$min": [{"$max": [{"$multiply": [{"$ifNull": ["$rest_seconds", 0]}, 2]}, minimum]}, maximum]}
    # Requests that were under way when the back-off began fail too, and do not make it longer.
    begins = {"$and": [{"$gte": ["$failures", FAILURES]}, {"$not": [_is_ahead("$rests_until", now, MAX_BACKOFF)]}]}
    ends: Document = {"$add": [now, {"$multiply": ["$rest_seconds", 1000]}]}
    failing = {"$max": [{"$cond": [{"$gt": ["$failures", 0]}, "$failing", None]}, int(resource)]}
    stages: list[Document] = [
        {"$set": {"failing": failing, "failed_at": now, "last_failure": reason}},
        {"$set": {"failures": {"$add": [{"$ifNull": ["$failures", 0]}, 1]}}},
        {"$set": {"begins": begins}},
        {"$set": {"rest_seconds": {"$cond": ["$begins", doubled, {"$ifNull": ["$rest_seconds", 0]}]}}},
        {"$set": {"rests_until": {"$cond": ["$begins", ends, {"$ifNull": ["$rests_until", None]}]}}},
        {"$unset": ["begins", "probe_until"]},
    ]
    await db.hosts.update_one({"_id": host}, stages, upsert=True)


async def answered(db: Database, host: str, now: datetime, resource: Resource) -> bool:
    """Clear the failures and the back-off of a host that answers again; returns whether none are left.

    Where articles fail, an answer to robots.txt or a listing clears nothing, and lets the next request be the probe.
    """
    failing = {"_id": host, "failures": {"$gt": 0}}
    is_answered = [{"failing": {"$not": {"$gt": int(resource)}}}, {"failed_at": {"$lt": now - FORGOTTEN_AFTER}}]
    reset: Document = {"failures": 0, "rest_seconds": 0, "rests_until": None, "probe_until": None}
    if (await db.hosts.update_one({**failing, "$or": is_answered}, {"$set": reset})).matched_count:
        return True
    return (await db.hosts.update_one(failing, {"$set": {"probe_until": None}})).matched_count == 0


async def state(db: Database, host: str) -> HostState:
    document = await db.hosts.find_one({"_id": host}) or {}
    return HostState(
        host=host,
        window=document.get("window"),
        count=document.get("count", 0),
        paused_until=document.get("paused_until"),
        backoff_until=document.get("rests_until"),
        failures=document.get("failures", 0),
        last_failure=document.get("last_failure", ""),
    )
