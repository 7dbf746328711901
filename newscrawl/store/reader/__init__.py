"""Reading the archive: the only way from the database to pages, feeds, API, command line and export."""

from newscrawl.store.reader.cursor import CURSOR, BadCursor
from newscrawl.store.reader.front_pages import Order
from newscrawl.store.reader.limits import TooSlow
from newscrawl.store.reader.search_query import BadQuery, SearchQuery
from newscrawl.store.reader.session import Reader
from newscrawl.store.reader.taken_down import TakenDown
from newscrawl.store.reader.views import (
    ArticleView,
    Batch,
    ChangeEntry,
    Coverage,
    ErasedVersion,
    Event,
    FrontPage,
    Gap,
    ListFilter,
    RightsSignals,
    Run,
    SourceOverview,
    SourceProfile,
    SourceRow,
    VersionSummary,
    VersionView,
)
from newscrawl.store.reader.visibility import Absent, Hidden

__all__ = [
    "CURSOR",
    "Absent",
    "ArticleView",
    "BadCursor",
    "BadQuery",
    "Batch",
    "ChangeEntry",
    "Coverage",
    "ErasedVersion",
    "Event",
    "FrontPage",
    "Gap",
    "Hidden",
    "ListFilter",
    "Order",
    "Reader",
    "RightsSignals",
    "Run",
    "SearchQuery",
    "SourceOverview",
    "SourceProfile",
    "SourceRow",
    "TakenDown",
    "TooSlow",
    "VersionSummary",
    "VersionView",
]
