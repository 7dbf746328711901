"""Validators: what pages are made from, asked for in one small command, to know whether a kept page still holds.

Not all that a page shows is in them, such as the marks that a version gets afterwards. So nobody keeps a page for more
than a minute.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from bson import decode_all

from newscrawl.items import Cause, State
from newscrawl.store import visibility_generation
from newscrawl.store.documents import Document
from newscrawl.store.reader.limits import bounded
from newscrawl.store.reader.raw_answers import raw_answer
from newscrawl.store.reader.replica_reader import ReplicaReader
from newscrawl.store.reader.taken_down import TakenDown
from newscrawl.store.reader.unions import union
from newscrawl.store.visibility_generation import Generation


class Listed(StrEnum):
    """What a list is made of; the newest of each, and the newest retraction of edits, are found by an index."""

    EDITS = "edits"
    FIRST_SIGHTINGS = "first sightings"
    DELETED = "deleted"


def _newest(collection: str, match: Document, moment: str) -> tuple[str, list[Document]]:
    sort = {moment: -1} if moment == "retraction.at" else {moment: -1, "_id": -1}
    return collection, [{"$match": match}, {"$sort": sort}, {"$limit": 1}, {"$project": {moment: 1}}]


# A retraction takes the place of its edit, which is older.
LISTS: dict[Listed, tuple[tuple[str, list[Document]], ...]] = {
    Listed.EDITS: (
        _newest("versions", {"level": {"$in": [0, 1, 2, 3]}}, "seen_at"),
        _newest("versions", {"retraction.at": {"$exists": True}}, "retraction.at"),
    ),
    Listed.FIRST_SIGHTINGS: (_newest("versions", {"cause": Cause.FIRST.value}, "seen_at"),),
    Listed.DELETED: (_newest("articles", {"state": State.GONE.value}, "state_since"),),
}


class Validator(NamedTuple):
    """Equal to that of another time if nothing has changed since; `generation` is in `answer` unless given apart."""

    answer: bytes
    generation: Generation | None


def validating(asked: Sequence[tuple[str, list[Document]]]) -> list[Document]:
    """Return the stages, on `meta`, that find the generation and then what is asked, each of its collection."""
    return [
        {"$match": {"_id": visibility_generation.ID}},
        *(union(collection, pipeline) for collection, pipeline in asked),
    ]


def is_of_validator(document: Document) -> bool:
    """Return whether a document is part of a list's validator, among those of versions and articles."""
    has_moment = "seen_at" in document or "retraction" in document
    return document["_id"] == visibility_generation.ID or (has_moment and len(document) == 2)


def generation_of(answer: Sequence[Document]) -> Generation:
    """Return the generation that is in a validator; before the first takedown none is."""
    stored = answer[0] if answer and answer[0]["_id"] == visibility_generation.ID else {}
    return visibility_generation.of_document(stored)


class Validators(ReplicaReader):
    """Asks for validators, and reads what is taken down in them."""

    @bounded
    async def of(self, subject: Listed | str) -> Validator:
        """Return the validator of a list, whatever it is narrowed to, or of the article with an id.

        That of a list is its newest entry; that of an article its head, which each check, change and decision writes.
        With either goes the visibility generation: nothing is the same after a takedown.
        """
        asked = LISTS[subject] if isinstance(subject, Listed) else (("articles", [{"$match": {"_id": subject}}]),)
        # Of members that may be behind, the primary knows the generation; they are asked for the rest.
        generation = await self.replicas.generation() if self.replicas.has_members else None
        answer = await raw_answer(self.replicas, "meta", validating(asked))
        return Validator(b"".join(answer.documents), generation)

    @bounded
    async def taken_down(self, validator: Validator) -> TakenDown:
        """Return what was taken down when a validator was read."""
        generation = validator.generation
        if generation is None:
            generation = generation_of(decode_all(validator.answer, self._db.codec_options))
        return await self._takedowns.of(generation)
