"""Ending tasks for certain."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

# Long enough for what a task does at its end: a second cancellation would cut that short.
AGAIN_SECONDS = 3.0


async def cancelled(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks, until each has ended.

    One cancellation may be lost: where it comes together with a result, `asyncio.wait_for` returns the result up to
    Python 3.11 (python/cpython#86296), and pymongo waits for its sockets by that.
    """
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=AGAIN_SECONDS)
