"""What is taken down, read once per visibility generation: queries leave it out, so that no cursor or count has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from newscrawl.items import Cause
from newscrawl.store.documents import Document, version_id
from newscrawl.store.reader.limits import MAX_TAKEN_DOWN
from newscrawl.store.reader.replicas import Replicas
from newscrawl.store.reader.unions import union
from newscrawl.store.visibility_generation import Generation

HIDDEN = {"hidden.at": {"$exists": True}}
WITHHELD = {"withheld.changes": {"$exists": True}, "withheld.passages.0": {"$exists": True}}


def _found(where: Document, part: str, *fields: str) -> list[Document]:
    shown = {"part": {"$literal": part}, **dict.fromkeys(fields, 1)}
    return [{"$match": where}, {"$limit": MAX_TAKEN_DOWN}, {"$project": shown}]


_ARTICLES = _found(HIDDEN, "article", "source")
_VERSIONS = _found(HIDDEN, "version", "article_id", "number", "payload", "cause", "held")
_REDACTED = _found(WITHHELD, "passages")


@dataclass(frozen=True, slots=True)
class TakenDown:
    """Hidden articles and versions, and articles with redacted passages."""

    generation: int = 0
    since: datetime | None = None  # the newest takedown or undoing of one
    articles: Mapping[str, str] = field(default_factory=dict)  # hidden ones: their sources by their ids
    versions: Mapping[str, frozenset[int]] = field(default_factory=dict)  # numbers of hidden versions, by article
    edits: Mapping[str, int] = field(default_factory=dict)  # public edits among these
    payloads: frozenset[str] = frozenset()  # of hidden versions
    redacted: frozenset[str] = frozenset()  # articles

    def has_part_of(self, article_id: str) -> bool:
        """Return whether anything of an article is taken down: its chain of hashes commits to that, too."""
        return article_id in self.articles or article_id in self.versions or article_id in self.redacted

    def excluded(self, *, orphans: bool) -> Document:
        """Return the condition that leaves out hidden versions; with `orphans`, the versions after them as well."""
        after = (0, 1) if orphans else (0,)
        ids = {version_id(key, n + more) for key, numbers in self.versions.items() for n in numbers for more in after}
        condition: Document = {"article_id": {"$nin": sorted(self.articles)}} if self.articles else {}
        return condition | ({"_id": {"$nin": sorted(ids)}} if ids else {})

    def articles_of(self, source: str) -> int:
        """Return how many articles of a source are hidden."""
        return sum(1 for each in self.articles.values() if each == source)


_KNOWN: ContextVar[TakenDown | None] = ContextVar("known", default=None)


@contextmanager
def as_known(taken: TakenDown) -> Iterator[None]:
    """Ask no more what is taken down, for one short request: what it reads first is then read once."""
    token = _KNOWN.set(taken)
    try:
        yield
    finally:
        _KNOWN.reset(token)


class TakedownIndex:
    """The takedowns of a database, read again when the generation is another one."""

    def __init__(self, replicas: Replicas) -> None:
        self._replicas = replicas
        self._known: TakenDown | None = None

    @property
    def known(self) -> TakenDown | None:
        """What was taken down when it was last read, of the generation that was then."""
        return self._known

    async def current(self) -> TakenDown:
        """Return what is taken down now, within `as_known` what was known when that began."""
        known = _KNOWN.get()
        return known if known is not None else await self.of(await self._replicas.generation())

    async def of(self, generation: Generation) -> TakenDown:
        """Return what is taken down in a generation that was just read."""
        if self._known is None or self._known.generation != generation.number:
            self._known = await self._read(generation)
        return self._known

    async def _read(self, generation: Generation) -> TakenDown:
        pipeline = [*_ARTICLES, union("versions", _VERSIONS), union("articles", _REDACTED)]
        found = await (await self._replicas.primary.articles.aggregate(pipeline)).to_list()
        articles, versions, redacted = (
            [each for each in found if each["part"] == part] for part in ("article", "version", "passages")
        )
        numbers: dict[str, set[int]] = {}
        edits: dict[str, int] = {}
        for version in versions:
            key = version["article_id"]
            numbers.setdefault(key, set()).add(version["number"])
            edits[key] = edits.get(key, 0) + _is_public_edit(version)
        return TakenDown(
            generation.number,
            generation.since,
            articles={article["_id"]: article["source"] for article in articles},
            versions={key: frozenset(found) for key, found in numbers.items()},
            edits=edits,
            payloads=frozenset(version["payload"] for version in versions),
            redacted=frozenset(article["_id"] for article in redacted),
        )


def _is_public_edit(version: Mapping[str, Any]) -> bool:
    return version["cause"] == Cause.EDIT and not version.get("held")
