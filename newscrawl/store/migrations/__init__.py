"""What an archive of an older newscrawl needs before this one opens it: numbered changes, done by `newscrawl migrate`.

The number of the newest is the schema of a database. A change adds fields that are derived from others, or rewrites
what is no version: texts, payloads and chains are never touched.
"""

from __future__ import annotations

from newscrawl.store.migrations.bookkeeping import DECIDED_AT, EVENT_NAMES, HELD_MASS_CHANGES, SAMPLES, UNNOTED_MARKS
from newscrawl.store.migrations.check_log import CHECK_LOG
from newscrawl.store.migrations.places import PLACES
from newscrawl.store.migrations.steps import Migration

# The first release wrote schema 1. A number is never given twice, and none is taken away that a release has had.
FIRST = 1
MIGRATIONS: tuple[Migration, ...] = (
    Migration(2, "order of what a search finds", PLACES),
    Migration(3, "lines of the check log share documents by day", CHECK_LOG),
    Migration(4, "when doubtful pages were decided, from which they expire", DECIDED_AT),
    Migration(5, "marks of changed facts that no note names", UNNOTED_MARKS),
    Migration(6, "why edits are held", HELD_MASS_CHANGES),
    Migration(7, "names of operators apart from the texts of events", EVENT_NAMES),
    Migration(8, "how many samples the usual shares of a source are of", SAMPLES),
)
SCHEMA = MIGRATIONS[-1].number


def pending(level: int) -> tuple[Migration, ...]:
    """Return the migrations that a database of this level has not had, in their order."""
    return tuple(migration for migration in MIGRATIONS if migration.number > level)
