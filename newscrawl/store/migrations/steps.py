"""What a migration is made of: steps, each over one collection, that are the same when they are done twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pymongo import DeleteOne, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.store.documents import Document

Database = AsyncDatabase[Document]
Write = UpdateOne | DeleteOne


class Damaged(ValueError):
    """Raised by a step for a document that it cannot read; says in words what is wrong with it."""


@dataclass(slots=True)
class Outcome:
    """What came of a part of a step: documents that were changed, and a line for each that could not be."""

    changed: int = 0
    damaged: list[str] = field(default_factory=list)


class Step(Protocol):
    """Changes the documents of a collection that match `missing`; one that was changed does not match any more."""

    @property
    def collection(self) -> str: ...

    @property
    def missing(self) -> Mapping[str, Any]: ...

    @property
    def per_second(self) -> int:
        """About how many documents are changed in a second; measured with 40,000 of 4 KB on two busy cores."""
        ...

    async def apply(self, db: Database, within: Mapping[str, Any]) -> Outcome:
        """Change what matches `missing` and this query."""
        ...


@dataclass(frozen=True, slots=True)
class Update:
    """The same update for every document, computed by the database."""

    collection: str
    missing: Mapping[str, Any]
    update: Mapping[str, Any] | Sequence[Mapping[str, Any]]
    per_second: int = 20_000

    async def apply(self, db: Database, within: Mapping[str, Any]) -> Outcome:
        query = {"$and": [self.missing, within]}
        return Outcome((await db[self.collection].update_many(query, self.update)).modified_count)


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Writes that are computed from each document. Those of `before` are done before any of `after` begins."""

    collection: str
    missing: Mapping[str, Any]
    fields: Mapping[str, int]  # of the documents, as `of` needs them; none: all of them
    of: Callable[[Document], Rewritten]
    per_second: int = 10_000

    async def apply(self, db: Database, within: Mapping[str, Any]) -> Outcome:
        outcome, before, after = Outcome(), list[Write](), list[Write]()
        async for document in db[self.collection].find({"$and": [self.missing, within]}, self.fields or None):
            try:
                rewritten = self.of(document)
            except Damaged as damage:
                outcome.damaged.append(f"{self.collection} {document['_id']}: {damage}")
                continue
            before += rewritten.before
            after += rewritten.after
            outcome.changed += 1
        for writes in (before, after):
            if writes:
                await db[self.collection].bulk_write(writes, ordered=False)
        return outcome


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The writes for one document."""

    before: Sequence[Write]
    after: Sequence[Write] = ()


@dataclass(frozen=True, slots=True)
class Migration:
    """A change of what a database holds; `number` is the schema that the database has after it."""

    number: int
    title: str
    steps: tuple[Step, ...]
