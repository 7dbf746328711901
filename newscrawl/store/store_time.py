"""The time of the store ($$NOW): terms that many machines share are measured by it, since their own clocks differ."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.store.documents import Document

MILLISECOND = timedelta(milliseconds=1)


async def now(db: AsyncDatabase[Document]) -> datetime:
    """Return the store's time."""
    hello = await db.command("hello", codec_options=db.codec_options)
    moment: datetime = hello["localTime"]
    return moment


def after(term: timedelta) -> Document:
    """Return the expression for the store's time with a term added, which no rounding shortens."""
    return {"$add": ["$$NOW", math.ceil(term / MILLISECOND)]}
