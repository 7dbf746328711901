"""Long lists of others, gone through in turns: the event loop does what else is to be done between them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
TURN_SECONDS = 0.02  # of the thread's CPU time


async def filtered_in_turns(items: Iterable[T], is_wanted: Callable[[T], bool]) -> list[T]:
    """Return the items that are wanted."""
    found = []
    began = time.thread_time()
    for item in items:
        if is_wanted(item):
            found.append(item)
        if time.thread_time() - began > TURN_SECONDS:
            await asyncio.sleep(0)
            began = time.thread_time()
    return found
