"""What all parts of the reader share: the database that they read, and what is taken down."""

from __future__ import annotations

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.store.documents import Document
from newscrawl.store.reader.limits import bounded
from newscrawl.store.reader.replicas import Replicas
from newscrawl.store.reader.taken_down import TakedownIndex


class ReplicaReader:
    """Reads texts, from members of a replica set that know what is taken down."""

    def __init__(self, replicas: Replicas, takedowns: TakedownIndex) -> None:
        self.replicas = replicas
        self._takedowns = takedowns

    @property
    def _db(self) -> AsyncDatabase[Document]:
        return self.replicas.db

    @bounded
    async def _know_decisions(self) -> None:
        """Let secondaries wait for what was decided so far: texts may be read long after the reader was opened."""
        if self.replicas.has_members:
            await self.replicas.generation()
