"""The connection to one database: opened with its indexes, and closed again."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from typing import Any, Self

from bson.codec_options import CodecOptions
from pymongo import AsyncMongoClient, ReadPreference, monitoring
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import ConfigurationError, InvalidURI
from pymongo.server_api import ServerApi

from newscrawl import timings
from newscrawl.config import Config
from newscrawl.errors import ConfigError
from newscrawl.secret_text import SecretUri
from newscrawl.store import embedded, indexes, lifetimes
from newscrawl.store import schema as schemas
from newscrawl.store.documents import Document
from newscrawl.store.retries import translate_errors

logger = logging.getLogger(__name__)


# What every later MongoDB answers as this one does. Not strict: a server then uses no sparse index, since those are no
# part of it (seen with 6.0). tests/store/test_stable_api.py lets everything else run strictly.
STABLE_API = ServerApi("1")


def connect(uri: SecretUri, timeout_seconds: float) -> AsyncMongoClient[Document]:
    """Return a client whose writes are acknowledged when journalled; raises ConfigError for a malformed URI."""
    milliseconds = int(timeout_seconds * 1000)
    options: dict[str, Any] = {
        "appname": "newscrawl",
        "timeoutMS": milliseconds,
        "serverSelectionTimeoutMS": milliseconds,
        "connectTimeoutMS": milliseconds,
        "w": "majority",
        "journal": True,
        "tz_aware": True,
        "server_api": STABLE_API,
    }
    if timings.is_asked_for():
        options["event_listeners"] = [_CommandTimes()]
    try:
        return AsyncMongoClient(uri, **options)
    except (InvalidURI, ConfigurationError, ValueError) as error:
        # The driver quotes the part that it cannot read, which may be one of a password.
        reason = "no valid URI or option of MongoDB" if uri.has_secret else error
        raise ConfigError(f"NEWSCRAWL_MONGO_URI ({uri}): {reason}") from (None if uri.has_secret else error)


class _CommandTimes(monitoring.CommandListener):
    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """Required by the driver; a command counts when it has ended."""

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        timings.observe(timings.STORE, event.duration_micros / 1e6, event.command_name)

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        timings.observe(timings.STORE, event.duration_micros / 1e6, event.command_name)


class Connection:
    """An open connection; made by `open`, released by `close`."""

    def __init__(
        self, client: AsyncMongoClient[Document], config: Config, uri: SecretUri, mongod: embedded.Embedded | None
    ) -> None:
        self._client = client
        self._config = config
        self._mongod = mongod
        self.address = str(uri)
        self.timeout_seconds = config.mongo_timeout_seconds
        # How long an operation waits for a database that is away: not at all before a run began, then as configured.
        self.patience_seconds = 0.0
        self._exhausted_patience = 0.0
        self.is_away = False
        self._under_way = 0
        self.answers = 0
        self._answered = asyncio.Event()
        options: CodecOptions[Document] = CodecOptions(tz_aware=True)
        # Crawls and commands decide by what they read, and a secondary may be behind: only the reader may prefer those.
        self.read_preference = client.read_preference
        self.db: AsyncDatabase[Document] = client.get_database(
            config.mongo_database, codec_options=options, read_preference=ReadPreference.PRIMARY
        )

    @classmethod
    async def open(
        cls, config: Config, *, may_only_read: bool = False, may_be_older: bool = False, is_restored: bool = False
    ) -> Self:
        """Connect, to the embedded mongod if no URI is configured, and make missing indexes.

        With `may_only_read` they may be missing, if the database's user must not make them. With `may_be_older` the
        database may be of an older newscrawl, and is left as it is: for those who migrate, verify or copy it. With
        `is_restored` nothing is read or made: a restore does so at its end.

        Raises StoreUnavailable, SchemaMismatch, or ConfigError for a malformed URI.
        """
        mongod = None if config.mongo_uri else await asyncio.to_thread(embedded.join, config.home)
        uri = config.mongo_uri or SecretUri(mongod.uri if mongod else "")
        try:
            connection = cls(connect(uri, config.mongo_timeout_seconds), config, uri, mongod)
        except BaseException:
            if mongod:
                mongod.leave()
            raise
        try:
            if may_be_older:
                await connection._read_schema()
            elif not is_restored:
                await connection.prepare(may_only_read=may_only_read)
        except BaseException:
            await connection.close()
            raise
        return connection

    @property
    def reader_preference(self) -> str:
        """Which members of a replica set the reader prefers, in words; empty if it is the primary."""
        preference = self.read_preference
        if preference == ReadPreference.PRIMARY:
            return ""
        behind = f", at most {preference.max_staleness} s behind" if preference.max_staleness > 0 else ""
        return f"{preference.mongos_mode}{behind}"

    async def close(self) -> None:
        await self._client.close()
        if self._mongod is not None:
            self._mongod.leave()
            self._mongod = None

    @property
    def is_asked(self) -> bool:
        """Whether an operation is under way."""
        return self._under_way > 0

    async def answers_within(self, seconds: float) -> bool:
        """Return whether the database answers some operation that is under way within so many seconds."""
        self._answered.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._answered.wait()
        except TimeoutError:
            return False
        return True

    @contextlib.contextmanager
    def operation(self) -> Iterator[None]:
        """Count an operation that is under way."""
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1

    @property
    def has_given_up(self) -> bool:
        return self._exhausted_patience > 0

    def is_waiting(self, reason: str) -> None:
        if self.patience_seconds and not self.is_away:
            self.is_away = True
            logger.warning("store=away patience_seconds=%g reason=%r", self.patience_seconds, reason[:200])

    def has_answered(self) -> None:
        self.answers += 1
        self._answered.set()
        if self.is_away:
            self.is_away = False
            logger.warning("store=back")
        if self._exhausted_patience:
            self.patience_seconds, self._exhausted_patience = self._exhausted_patience, 0.0

    def patience_exhausted(self) -> None:
        if self.patience_seconds:
            self._exhausted_patience, self.patience_seconds = self.patience_seconds, 0.0

    def fault(self) -> str:
        """Return why the embedded mongod was given up; empty while it runs, and for a configured MongoDB."""
        return self._mongod.fault() if self._mongod else ""

    @translate_errors
    async def drop(self) -> None:
        """Delete everything in this database: the demo starts with an empty one each time."""
        await self._client.drop_database(self.db.name)
        await self.prepare()

    @translate_errors
    async def prepare(self, *, may_only_read: bool = False) -> None:
        """Make what indexes are missing; raises SchemaMismatch for a database of another schema."""
        schema = await schemas.read(self.db)
        schemas.require_whole(self.db, schema)
        schemas.require_current(self.db, schema)
        await indexes.ensure(self.db, schema, keep_days=lifetimes.of(self._config), may_only_read=may_only_read)

    @translate_errors
    async def _read_schema(self) -> None:
        schemas.require_whole(self.db, await schemas.read(self.db))
