"""What became of batches of shards."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import Any

from newscrawl.errors import NotFound
from newscrawl.store.session import Store

STATES = ("waiting", "running", "done", "failed")


async def batch_states(store: Store, batch: str | None = None) -> list[dict[str, Any]]:
    """Return for each batch how many of its shards are in which state, the sums of results, and errors by shard.

    Raises NotFound for a batch that was never made.
    """
    states = []
    found = await store.shards(batch)
    if batch is not None and not found:
        raise NotFound(f"there is no batch {batch}; newscrawl cluster batches lists all")
    for name, group in groupby(found, key=lambda shard: shard.batch):
        shards = list(group)
        counts, result = Counter(shard.state for shard in shards), Counter[str]()
        for shard in shards:
            result.update(shard.result)
        errors = {shard.shard_id: shard.error for shard in shards if shard.error}
        states.append(
            {"batch": name, **{state: counts[state] for state in STATES},
             "result": dict(result), "errors": errors}
        )  # fmt: skip
    return states
