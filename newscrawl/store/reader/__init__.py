"""Reading what was recorded: the only way from the database to pages, feeds, API, command line and export."""

from newscrawl.store.reader.bounds import TooSlow
from newscrawl.store.reader.cursor import CURSOR, BadCursor
from newscrawl.store.reader.session import Reader
from newscrawl.store.reader.values import Batch, Entry, Event, Line, Profile, Story, Text, Where
from newscrawl.store.reader.visibility import Absent, Hidden

__all__ = [
    "CURSOR",
    "Absent",
    "BadCursor",
    "Batch",
    "Entry",
    "Event",
    "Hidden",
    "Line",
    "Profile",
    "Reader",
    "Story",
    "Text",
    "TooSlow",
    "Where",
]
