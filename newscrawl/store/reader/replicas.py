"""Which members of a replica set texts are read from: secondaries, if they know what operators decided.

`readPreference` of NEWSCRAWL_MONGO_URI counts for the reader alone. A secondary lags behind, and one that does not know
a takedown yet would show what is hidden. So the primary is asked for the visibility generation, and when that is
another one, texts are from then on read of members alone that have what the primary had then (`afterClusterTime`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any

from bson.timestamp import Timestamp
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import ReadPreference, _ServerMode

from newscrawl.store import visibility_generation
from newscrawl.store.documents import Document
from newscrawl.store.visibility_generation import Generation

Database = AsyncDatabase[Document]
REST_SECONDS = 30.0  # after a member did not answer, as it waits for what it has not replicated

logger = logging.getLogger(__name__)


class _NotBefore(ReadConcern):
    """Majority-committed data, as of a time of the cluster or later: the driver sends it with sessions alone."""

    def __init__(self, moment: Timestamp) -> None:
        super().__init__("majority")
        self._moment = moment

    @property
    def document(self) -> dict[str, Any]:
        return {**super().document, "afterClusterTime": self._moment}


class Replicas:
    """The database as the reader reads it; on the primary alone unless a read preference says otherwise."""

    def __init__(self, primary: Database, preference: _ServerMode) -> None:
        self.primary = primary
        self._preference = preference
        self._decided: Generation | None = None
        self._moment = Timestamp(0, 0)
        self._replicated: Database | None = None  # what is read now, of members that may be behind
        self._rests_until = 0.0
        self.has_members = preference != ReadPreference.PRIMARY

    @property
    def db(self) -> Database:
        """The database to read texts from: as new as what `generation` returned last."""
        return self._replicated if self.is_replicated and self._replicated is not None else self.primary

    @property
    def is_replicated(self) -> bool:
        """Whether texts are read from members that may be behind."""
        return self._replicated is not None and time.monotonic() >= self._rests_until

    async def generation(self) -> Generation:
        """Return the visibility generation as the primary knows it; texts are read as of that or later from now on."""
        if not self.has_members:
            return await visibility_generation.current(self.primary)
        # Linearizable: a primary that was deposed and has not noticed would not know a takedown of its successor.
        surely = self.primary.with_options(read_concern=ReadConcern("linearizable"))
        async with self.primary.client.start_session(causal_consistency=False) as session:
            found = await visibility_generation.current(surely, session)
            if session.operation_time is not None:
                self.note(found, session.operation_time)
        return found

    def note(self, found: Generation, at: Timestamp) -> None:
        """Read texts as of the moment at which another generation was found; an overtaken answer changes nothing."""
        if found != self._decided and at > self._moment:
            self._decided, self._moment = found, at
            self._replicated = self.primary.with_options(read_preference=self._preference, read_concern=_NotBefore(at))

    async def open(self) -> None:
        """Take the newest decisions into account; a server that is no replica set has one member."""
        if self.has_members:
            hello: Mapping[str, Any] = await self.primary.command("hello")
            self.has_members = "setName" in hello or hello.get("msg") == "isdbgrid"
            await self.generation()

    def rest(self) -> None:
        """Read from the primary for a while: a member did not answer."""
        if self.is_replicated:
            self._rests_until = time.monotonic() + REST_SECONDS
            logger.warning("reader=primary seconds=%g reason=%r", REST_SECONDS, "a secondary did not answer")
