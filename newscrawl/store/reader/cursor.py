"""Cursors of lists, newest first: the time and the id of the last version of a page."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from newscrawl.errors import NewscrawlError
from newscrawl.store.search_order import EPOCH, first_place, place

ORDER = [("seen_at", -1), ("_id", -1)]
OLDEST_FIRST = [("seen_at", 1), ("_id", 1)]
# Eleven hexadecimal digits of milliseconds reach the year 2527; more could exceed the range of datetime.
CURSOR = r"^([0-9a-f]{1,11})-([a-z2-7]{16})-([0-9]{1,7})$"
_FORM = re.compile(CURSOR, re.ASCII)


class BadCursor(NewscrawlError):
    """Raised by the reader for a cursor that it did not make; web answers 400."""

    exit_code = 2


def cursor(document: dict[str, Any]) -> str:
    """Return the cursor that follows a version's document."""
    milliseconds = round(document["seen_at"].timestamp() * 1000)
    article_id, number = document["_id"].split(":")
    return f"{milliseconds:x}-{article_id}-{number}"


def _parsed(text: str) -> tuple[datetime, str]:
    """Return time and id of the version that a cursor names; raises BadCursor."""
    match = _FORM.fullmatch(text)
    if match is None:
        raise BadCursor(f"no cursor of this list: {text!r}")
    return EPOCH + timedelta(milliseconds=int(match[1], 16)), f"{match[2]}:{match[3]}"


def beyond(text: str | None) -> dict[str, Any]:
    """Return the condition that selects the versions after a cursor; raises BadCursor."""
    if text is None:
        return {}
    moment, key = _parsed(text)
    # `$lte` lets the index start at the right key; `$or` decides between versions of the same millisecond.
    return {
        "seen_at": {"$lte": moment},
        "$or": [{"seen_at": {"$lt": moment}}, {"_id": {"$lt": key}}],
    }


def before(text: str) -> dict[str, Any]:
    """Return the condition that selects the versions in front of a cursor, newer ones; raises BadCursor."""
    moment, key = _parsed(text)
    return {
        "seen_at": {"$gte": moment},
        "$or": [{"seen_at": {"$gt": moment}}, {"_id": {"$gt": key}}],
    }


def found_between(
    text: str | None, since: datetime | None, until: datetime | None, *, is_back: bool = False
) -> dict[str, Any]:
    """Return the condition on the place of what a search finds: not before `since`, before `until`, beyond a cursor.

    Beyond it are older versions, newer ones where `is_back`. Raises BadCursor.
    """
    places: dict[str, Any] = {} if until is None else {"$lt": first_place(until)}
    places |= {} if since is None else {"$gte": first_place(since)}
    condition: dict[str, Any] = {}
    if text is not None:
        moment, key = _parsed(text)
        last = place(moment, key)
        bound, passed = ("$gte", "$lte") if is_back else ("$lte", "$gte")
        places[bound] = max(last, places.get(bound, last))
        condition["$nor"] = [{"place": last, "_id": {passed: key}}]
    return condition | ({"place": places} if places else {})
