"""Bounds: work on the bytes of others, in processes that may use 5 s of CPU time and 512 MB for each piece of it.

Whatever a page makes a parser do, the process that waits for it goes on, and can be stopped.
"""

from newscrawl.bounds.pool import Pool, abandon, close, prepare, within_bounds
from newscrawl.bounds.turns import filtered_in_turns
from newscrawl.bounds.worker import CPU_SECONDS, MEMORY_BYTES, Limits

__all__ = [
    "CPU_SECONDS",
    "MEMORY_BYTES",
    "Limits",
    "Pool",
    "abandon",
    "close",
    "filtered_in_turns",
    "prepare",
    "within_bounds",
]
