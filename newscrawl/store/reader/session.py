"""Opens the store for reading."""

from __future__ import annotations

from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.config import Config
from newscrawl.store.reader.articles import ArticleReader
from newscrawl.store.reader.change_lists import ChangeLists
from newscrawl.store.reader.export_scan import ExportScan
from newscrawl.store.reader.limits import bounded
from newscrawl.store.reader.source_profiles import SourceProfiles
from newscrawl.store.session import Store

Document = dict[str, Any]


class Reader:
    """Read-only access for pages, feeds, API, command line and export, all of it past the visibility policy.

    `lists` holds changes, first sightings and search; `stories` single articles; `sources` profiles;
    `bulk` everything, for export.
    """

    def __init__(self, db: AsyncDatabase[Document], store: Store | None = None) -> None:
        self._db = db
        self._store = store
        self.changes = ChangeLists(db)
        self.articles = ArticleReader(db)
        self.sources = SourceProfiles(db)
        self.export_scan = ExportScan(db)

    @classmethod
    async def open(cls, config: Config) -> Reader:
        """Connect; raises StoreUnavailable or SchemaMismatch."""
        store = await Store.open(config)
        return cls(store.db, store)

    async def close(self) -> None:
        if self._store is not None:
            await self._store.close()

    @bounded
    async def ping(self) -> None:
        """Ask the database for a sign of life."""
        await self._db.command("ping")
