"""The end of a run for its edits: what is pending is published or held, and what is held is an alarm."""

from __future__ import annotations

from datetime import UTC, datetime

from newscrawl.history import MassChanges
from newscrawl.humanize import counted
from newscrawl.items import Alarm, AlarmKind, Finding, RunRecord
from newscrawl.store.session import Store

MAX_EXAMPLES = 5


async def review_edits(mass_changes: MassChanges, store: Store, run: RunRecord, at: datetime) -> Alarm | None:
    """Decide on the edits of a run at its end; return the alarm if edits of its source are held for review.

    The alarm uses the system's clock, also in a replay, like all alarms.
    """
    await mass_changes.end(at)
    held = mass_changes.held
    if held is None:
        if mass_changes.was_held:
            await store.resolve_alarm(run.source, AlarmKind.MASS_CHANGE, at=datetime.now(UTC))
        return None
    count = (await store.held_counts(run.source)).get(run.source, 0)
    examples = [version.url for version in await store.held(run.source, limit=MAX_EXAMPLES)]
    message = f"{held.reason}; {counted(count, 'version')} held until `newscrawl release {run.source}` or `dismiss`"
    evidence = {"since": held.since, "versions": count, "examples": examples, "run_id": run.run_id}
    return await store.open_alarm(run.source, Finding(AlarmKind.MASS_CHANGE, message, evidence), at=datetime.now(UTC))
