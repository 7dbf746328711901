"""Work on one source under its lease, outside of crawls: no crawl and no other import of it runs meanwhile."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from newscrawl.cancelling import cancelled
from newscrawl.errors import Fenced
from newscrawl.items import RunLease
from newscrawl.jobs.exit_codes import INTERRUPTED, LEASE_HELD, SUCCESS
from newscrawl.jobs.source_lease import acquired, keep, run_record
from newscrawl.store.session import Store


@dataclass(slots=True)
class LeasedSource:
    """The lease, whether the work is to end, and what its run's record is to say."""

    lease: RunLease
    is_stopped: Callable[[], bool]
    lost: str = ""  # why the lease is lost
    stats: dict[str, int] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        return bool(self.lost) or self.is_stopped()


@asynccontextmanager
async def leased(
    store: Store, source: str, arguments: Mapping[str, str], is_stopped: Callable[[], bool]
) -> AsyncIterator[LeasedSource]:
    """Take a source, and give it back with a record of the run; raises LeaseHeld if another run has it.

    Fenced within ends the work: `lost` says why.
    """
    run = await acquired(store, run_record(uuid.uuid4().hex, source, dict(arguments)))
    work = LeasedSource(RunLease(source, run.run_id, run.token), is_stopped)

    def lost(error: Fenced) -> None:
        work.lost = str(error)

    keeping = asyncio.create_task(keep(store, run, lost))
    try:
        yield work
    except Fenced as error:
        lost(error)
    finally:
        await cancelled([keeping])
    await store.release(run.run_id)
    reason, exit_code = ("shutdown", INTERRUPTED) if is_stopped() else ("finished", SUCCESS)
    if work.lost:
        reason, exit_code = "lease_held", LEASE_HELD
    errors = ((work.lost, 1),) if work.lost else ()
    ended = {"ended_at": datetime.now(UTC), "reason": reason, "exit_code": exit_code, "stats": work.stats}
    await store.end_run(replace(run, **ended, errors=errors))  # type: ignore[arg-type]
