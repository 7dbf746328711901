"""Mass changes: when most of a source seems to change at once, our reading of it is the likelier cause (promise P8)."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from newscrawl.items import Outcome, RecordedItem

# Within a day about a fifth of stories is edited (GDELT 2020: 21 % of bodies in 24 h); in one crawl far fewer are.
MIN_EDITS = 10
MIN_EDITED_SHARE = 0.5
# After a longer gap (a replay of editions months apart, an outage) many true edits have piled up.
MAX_GAP = timedelta(days=1)
UNEDITED = {Outcome.UNCHANGED, Outcome.NOT_MODIFIED, Outcome.TRIVIAL, Outcome.MOVED}


@dataclass(slots=True)
class Masses:
    """Counts edits against quiet looks of one crawl."""

    edits: list[datetime] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)  # seconds since the look before
    quiet: int = 0

    def add(self, recorded: RecordedItem) -> None:
        if recorded.outcome.is_edit:
            self.edits.append(recorded.at)
            if recorded.gap_seconds is not None:
                self.gaps.append(recorded.gap_seconds)
        elif recorded.outcome in UNEDITED:
            self.quiet += 1

    @property
    def suspicion(self) -> str | None:
        """Return why the edits of this crawl should wait for a person, None where they need not."""
        count = len(self.edits)
        if count < MIN_EDITS or count < MIN_EDITED_SHARE * (count + self.quiet) or _median(self.gaps) > MAX_GAP:
            return None
        return f"{count} of {count + self.quiet} stories changed in one crawl: look whether our rules still fit"

    @property
    def since(self) -> datetime:
        return min(self.edits)


def _median(gaps: Sequence[float]) -> timedelta:
    return timedelta(seconds=statistics.median(gaps)) if gaps else timedelta(0)
