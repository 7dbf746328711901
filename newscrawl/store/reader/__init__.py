"""Reading what was recorded: the only way from the database to pages, feeds, API, command line and export."""

from newscrawl.store.reader.bounds import TooSlow
from newscrawl.store.reader.cursor import CURSOR, BadCursor
from newscrawl.store.reader.session import Reader
from newscrawl.store.reader.values import Batch, Coverage, Entry, Event, Gap, Line, Profile, Run, Story, Text, Where
from newscrawl.store.reader.visibility import Absent, Hidden

__all__ = [
    "CURSOR",
    "Absent",
    "BadCursor",
    "Batch",
    "Coverage",
    "Entry",
    "Event",
    "Gap",
    "Hidden",
    "Line",
    "Profile",
    "Reader",
    "Run",
    "Story",
    "Text",
    "TooSlow",
    "Where",
]
