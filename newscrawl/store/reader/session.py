"""Public interface of the reader: opens the database for reading."""

from __future__ import annotations

from newscrawl.config import Config
from newscrawl.store.connection import Connection
from newscrawl.store.reader.articles import ArticleReader
from newscrawl.store.reader.change_lists import ChangeLists
from newscrawl.store.reader.export_scan import ExportScan
from newscrawl.store.reader.limits import bounded
from newscrawl.store.reader.source_profiles import SourceProfiles


class Reader:
    """Read-only access for pages, feeds, API, command line and export, with the visibility policy applied.

    `changes` has the lists of changes and first sightings and the search, `articles` single articles, `sources` their
    profiles, and `export_scan` everything, for export.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        db = connection.db
        self.changes = ChangeLists(db)
        self.articles = ArticleReader(db)
        self.sources = SourceProfiles(db)
        self.export_scan = ExportScan(db)

    @classmethod
    async def open(cls, config: Config) -> Reader:
        """Connect; raises StoreUnavailable or SchemaMismatch."""
        return cls(await Connection.open(config))

    async def close(self) -> None:
        await self._connection.close()

    @bounded
    async def ping(self) -> None:
        """Return if the database answers; raises StoreUnavailable or TooSlow."""
        await self._connection.db.command("ping")
