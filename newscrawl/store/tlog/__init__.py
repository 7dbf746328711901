"""The transparency log in the database: entries, tiles, checkpoints, and the sequencer that appends to it."""

from newscrawl.store.tlog.state import COLLECTIONS, LogState, state

__all__ = ["COLLECTIONS", "LogState", "state"]
