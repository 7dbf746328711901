"""Public interface of the reader: opens the database for reading."""

from __future__ import annotations

from pymongo import ReadPreference
from pymongo.read_preferences import _ServerMode

from newscrawl.config import Config
from newscrawl.items import AccessToken, Alarm, Subscription
from newscrawl.store import access_tokens, outbox, subscriptions
from newscrawl.store import alarms as alarm_records
from newscrawl.store.connection import Connection
from newscrawl.store.outbox import Row
from newscrawl.store.reader.articles import ArticleReader
from newscrawl.store.reader.change_lists import ChangeLists
from newscrawl.store.reader.export_scan import ExportScan
from newscrawl.store.reader.limits import bounded
from newscrawl.store.reader.log_reader import LogReader
from newscrawl.store.reader.replicas import Replicas
from newscrawl.store.reader.sitemap_scan import SitemapScan
from newscrawl.store.reader.source_profiles import SourceProfiles
from newscrawl.store.reader.source_table import SourceTable
from newscrawl.store.reader.taken_down import TakedownIndex, TakenDown
from newscrawl.store.reader.validators import Validators
from newscrawl.store.reader.visibility import Absent


class Reader:
    """Read-only access for pages, feeds, API, command line and export, with the visibility policy applied.

    `changes` has the lists of changes and first sightings and the search, `articles` single articles, `sources` their
    profiles, `source_table` all of them side by side, `validators` tells whether any of that has changed, `export_scan`
    has everything, for export, `sitemap_scan` what search engines may find, and `log` the transparency log.
    """

    def __init__(self, connection: Connection, preference: _ServerMode | None = None) -> None:
        self._connection = connection
        self.replicas = Replicas(connection.db, preference or connection.read_preference)
        self._takedowns = TakedownIndex(self.replicas)
        self.changes = ChangeLists(self.replicas, self._takedowns)
        self.articles = ArticleReader(self.replicas, self._takedowns)
        self.sources = SourceProfiles(self.replicas, self._takedowns)
        self.validators = Validators(self.replicas, self._takedowns)
        self.source_table = SourceTable(self.replicas, self._takedowns)
        self.export_scan = ExportScan(self.replicas, self._takedowns)
        self.sitemap_scan = SitemapScan(self.replicas, self._takedowns)
        self.log = LogReader(self.replicas, self._takedowns)

    @classmethod
    async def open(cls, config: Config) -> Reader:
        """Connect; raises StoreUnavailable or SchemaMismatch.

        The database's user may have the role `read` alone.
        """
        reader = cls(await Connection.open(config, may_only_read=True))
        try:
            await reader._open()
        except BaseException:
            await reader.close()
            raise
        return reader

    @classmethod
    def of_store(cls, connection: Connection) -> Reader:
        """Return a reader on an open connection, which stays its owner's: for those who read what they just wrote."""
        return cls(connection, ReadPreference.PRIMARY)

    @bounded
    async def _open(self) -> None:
        await self.replicas.open()
        await self._takedowns.current()  # each page asks whether it is still that

    async def close(self) -> None:
        await self._connection.close()

    @bounded
    async def taken_down(self) -> TakenDown:
        """Return what is taken down now: nothing that was computed under another generation may be shown."""
        return await self._takedowns.current()

    @bounded
    async def feed_rows(self, token: str, limit: int) -> tuple[Subscription, list[Row]]:
        """Return the subscription of a feed's token, and the newest rows that it matched; raises Absent."""
        subscription = await subscriptions.of_feed(self._connection.db, token)
        if subscription is None:
            raise Absent("no subscription has this feed")
        return subscription, await outbox.newest(self._connection.db, subscription.name, limit)

    @bounded
    async def alarm(self, alarm_id: str) -> Alarm | None:
        return await alarm_records.get(self._connection.db, alarm_id)

    @bounded
    async def tokens(self) -> list[AccessToken]:
        """Return the tokens with which one may read, as the primary knows them."""
        return await access_tokens.all_tokens(self.replicas.primary)

    @bounded
    async def ping(self) -> None:
        """Return if the database answers; raises StoreUnavailable or TooSlow."""
        await self._connection.db.command("ping")
