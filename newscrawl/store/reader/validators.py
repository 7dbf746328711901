"""Validators: what pages are made from, asked for in one small command, to know whether a kept page still holds.

Not all that a page shows is in them, such as the marks that a version gets afterwards. So nobody keeps a page for more
than a minute.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from bson import decode
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument

from newscrawl.items import Cause, State
from newscrawl.store import visibility_generation
from newscrawl.store.documents import Document
from newscrawl.store.reader.limits import bounded
from newscrawl.store.reader.replica_reader import ReplicaReader
from newscrawl.store.reader.taken_down import TakenDown
from newscrawl.store.visibility_generation import Generation

_RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)


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
        union = [{"$unionWith": {"coll": collection, "pipeline": pipeline}} for collection, pipeline in asked]
        pipeline = [{"$match": {"_id": visibility_generation.ID}}, *union]
        # As one command, and its answer as it came: a cursor, and decoding, cost the client as much again.
        answer = await self._db.command("aggregate", "meta", pipeline=pipeline, cursor={}, codec_options=_RAW)
        return Validator(answer["cursor"].raw, generation)

    @bounded
    async def taken_down(self, validator: Validator) -> TakenDown:
        """Return what was taken down when a validator was read."""
        generation = validator.generation
        if generation is None:
            found = decode(validator.answer, codec_options=self._db.codec_options)["firstBatch"]
            stored = found[0] if found and found[0]["_id"] == visibility_generation.ID else {}
            generation = visibility_generation.of_document(stored)
        return await self._takedowns.of(generation)
