"""One reading of a front page: its changes, and the documents of its entries, by as few commands as will do.

What was chosen last time is likely to be chosen again. So its documents are asked for beside the changes, by the same
command; and what came just as it was known is not decoded again. Nothing is taken for granted: all of it is read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from bson import decode, encode
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument

from newscrawl.lru_cache import LruCache
from newscrawl.store.documents import Document, version_id
from newscrawl.store.reader import conversion
from newscrawl.store.reader.cursor import ORDER
from newscrawl.store.reader.front_page import CHANGES, Candidate, Candidates, candidates, stages
from newscrawl.store.reader.list_context import BEFORE_FIELDS, ListContext
from newscrawl.store.reader.list_queries import edits, span
from newscrawl.store.reader.raw_answers import RawAnswer, raw_answer
from newscrawl.store.reader.replicas import Replicas
from newscrawl.store.reader.taken_down import TakenDown
from newscrawl.store.reader.unions import union
from newscrawl.store.reader.validators import LISTS, Listed, is_of_validator, validating
from newscrawl.store.reader.views import FRONT_PAGE, ChangeEntry, ListFilter
from newscrawl.store.reader.visibility import LISTED

MAX_KEPT_BYTES = 1 << 20  # as they came; decoded, some ten times as much
MAX_KEPT_ENTRIES = 2_000
Decoded = Document | tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """An entry, None if there is to be none, and the documents that it was made of."""

    version: Document
    before: Document | None
    article: Document | None
    entry: ChangeEntry | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What documents, byte for byte the same, were made into; of one visibility generation."""

    generation: int
    decoded: LruCache[bytes, Decoded]
    entries: LruCache[str, KeptEntry]

    @classmethod
    def nothing(cls, generation: int) -> Kept:
        return cls(generation, LruCache(MAX_KEPT_BYTES), LruCache(MAX_KEPT_ENTRIES))


@dataclass(frozen=True, slots=True)
class Guess:
    """What a reading asks for by its first command; what it returns does not depend on that."""

    stages: Sequence[Mapping[str, Any]] = ()  # that add the documents of changes which are likely to be chosen
    since: datetime | None = None  # no change before it is likely to be needed
    newest: datetime | None = None  # changes after it are new, and likely to be chosen, too

    @classmethod
    def of(cls, keys: Sequence[str], since: datetime | None, newest: datetime | None) -> Guess:
        """Return the guess that versions with these ids are chosen, and what is newer than all that were known."""
        # In BSON, as it is sent again with each reading until other changes are chosen.
        return cls([RawBSONDocument(encode(stage)) for stage in _documents_of(keys)], since, newest)


class Exchange(NamedTuple):
    """The first command of a reading, and its answer as it came."""

    collection: str
    pipeline: Sequence[Mapping[str, Any]]
    answer: bytes


class Reading:
    """The commands of one front page; the first has the guess, and with `validates` the validator of the list.

    A validator is to be read before what it validates. Then the first command begins with it and names no index.
    """

    def __init__(
        self, replicas: Replicas, kept: Kept, taken: TakenDown, guess: Guess, *, validates: bool = False
    ) -> None:
        self._replicas = replicas
        self._kept = kept
        self._taken = taken
        self._guess = guess
        self._validates = validates
        self._first: tuple[ListFilter, RawAnswer] | None = None  # as long as nobody has read it
        self._commands = 0
        self._codec: CodecOptions[Document] = replicas.db.codec_options
        self._documents: dict[str, Document] = {}
        self.validator: list[bytes] = []

    @property
    def is_of_one_command(self) -> bool:
        """Whether all that was read came with the first command."""
        return self._commands == 1

    async def begin(self, where: ListFilter) -> Exchange:
        """Ask for the newest changes of a list, which `newest` then has: the same answer says the same again."""
        query, index = self._query(where, self._guess.since)
        guessed = [*self._guess.stages]
        if self._guess.newest is not None:
            guessed.append(_newcomers(query, self._guess.newest))
        if self._validates:
            others = [union("versions", stages(query)), *guessed]
            asked, pipeline, options = "meta", [*validating(LISTS[Listed.EDITS]), *others], {}
        else:
            asked, pipeline, options = "versions", [*stages(query), *guessed], {"hint": index}
        answer = await self._ask(asked, pipeline, **options)
        self._first = where, answer
        return Exchange(asked, pipeline, answer.raw)

    async def newest(self, where: ListFilter) -> Candidates:
        """Return the newest changes of a list, as many as a front page is chosen from."""
        found = await self._newest(where, self._guess.since)
        return found if found.reaches_far else await self._newest(where, None)

    async def _newest(self, where: ListFilter, since: datetime | None) -> Candidates:
        first, self._first = self._first, None
        if first is not None and first[0] == where:
            return Candidates.of(self._taken_in(first[1]), since)
        query, index = self._query(where, since)
        return Candidates.of(self._taken_in(await self._ask("versions", stages(query), hint=index)), since)

    def _query(self, where: ListFilter, since: datetime | None) -> tuple[Document, str]:
        query, index = edits(where)
        query |= self._taken.excluded(orphans=True) | span(where, None)
        if since is not None:
            query["seen_at"] = query.get("seen_at", {}) | {"$gte": since}
        return query, index

    async def entries(self, keys: Sequence[str]) -> tuple[ChangeEntry, ...]:
        """Return the entries of versions that may be shown, in the order of their ids."""
        missing = [key for key in keys if "article_id" not in self._documents.get(key, {})]
        if missing:
            first, *others = _documents_of(missing)
            self._taken_in(await self._ask("versions", [*first["$unionWith"]["pipeline"], *others]))
        made = [self._entry(self._documents[key]) for key in keys if key in self._documents]
        return tuple(entry for entry in made if entry is not None)

    def _entry(self, version: Document) -> ChangeEntry | None:
        article_id, number = version["article_id"], version["number"]
        article, before = self._documents.get(article_id), self._documents.get(version_id(article_id, number - 1))
        kept = self._kept.entries.get(version["_id"])
        if kept is not None and kept.version is version and kept.before is before and kept.article is article:
            return kept.entry
        context = ListContext(self._taken)
        context.add([article] if article else [], [each for each in (version, before) if each])
        entry = context.listed_entry(version)
        self._kept.entries.put(version["_id"], KeptEntry(version, before, article, entry))
        return entry

    async def _ask(self, collection: str, pipeline: Sequence[Mapping[str, Any]], **options: Any) -> RawAnswer:
        self._commands += 1
        return await raw_answer(self._replicas, collection, pipeline, **options)

    def _taken_in(self, answer: RawAnswer) -> tuple[Candidate, ...]:
        """Keep the documents of an answer, and return the changes that are in it."""
        changes: tuple[Candidate, ...] = ()
        known, documents = self._kept.decoded.get, self._documents
        for raw in answer.documents:
            document = known(raw) or self._decoded(raw)
            if isinstance(document, tuple):
                changes = document
            elif document is not None:
                documents[document["_id"]] = document
        return changes

    def _decoded(self, raw: bytes) -> Decoded | None:
        """Return a document that is not kept; None for one of the validator."""
        document = decode(raw, self._codec)
        if is_of_validator(document):
            self.validator.append(raw)
            return None
        made = candidates(document) if document["_id"] == CHANGES else document
        return self._kept.decoded.put(raw, made, len(raw))


def _documents_of(keys: Sequence[str]) -> list[Document]:
    """Return the stages that add versions, those before them, and their articles."""
    if not keys:
        return []
    places = [key.split(":") for key in keys]
    before = {version_id(article, int(number) - 1) for article, number in places} - set(keys)
    articles = {article for article, _ in places}
    return [
        union("versions", _of_ids(keys, conversion.SUMMARY_FIELDS)),
        union("versions", _of_ids(before, BEFORE_FIELDS)),
        union("articles", _of_ids(articles, conversion.ARTICLE_PROJECTION)),
    ]


def _newcomers(query: Document, newest: datetime) -> Document:
    """Return the stage that adds the changes of a list after a moment, with the versions before and their articles."""
    key = {"$concat": ["$article_id", ":", {"$toString": {"$subtract": ["$number", 1]}}]}
    return union(
        "versions",
        [
            {"$match": query | LISTED | {"seen_at": query.get("seen_at", {}) | {"$gt": newest}}},
            {"$sort": dict(ORDER)},
            {"$limit": FRONT_PAGE},
            {"$project": conversion.SUMMARY_FIELDS},
            {"$replaceRoot": {"newRoot": {"version": "$$ROOT", "key": key}}},
            _joined_from("versions", "key", BEFORE_FIELDS),
            _joined_from("articles", "version.article_id", conversion.ARTICLE_PROJECTION),
            {"$project": {"found": {"$concatArrays": [["$version"], "$versions", "$articles"]}}},
            {"$unwind": "$found"},
            {"$replaceRoot": {"newRoot": "$found"}},
        ],
    )


def _joined_from(collection: str, key: str, fields: Mapping[str, Any]) -> Document:
    by = {"localField": key, "foreignField": "_id", "pipeline": [{"$project": fields}]}
    return {"$lookup": {"from": collection, **by, "as": collection}}


def _of_ids(ids: Collection[str], fields: Mapping[str, Any]) -> list[Document]:
    return [{"$match": {"_id": {"$in": sorted(ids)}}}, {"$project": fields}]
