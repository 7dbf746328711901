"""The changes that a front page is chosen from: the newest that matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from newscrawl.store.documents import Document
from newscrawl.store.reader.cursor import ORDER
from newscrawl.store.reader.visibility import LISTED

MEDIUM = 1  # level of significance from .25 on: what is below seldom matters
CANDIDATES, ENOUGH = 300, 40  # changes that are read, and so many as a front page is chosen from without lighter ones
FRESH = timedelta(days=2)  # without a span: so far back from the newest change

# A list a field, not a document a change: of 300 changes the client decodes them in half the time.
_FIELDS: Document = {
    "key": "$_id",
    "article_id": "$article_id",
    "source": "$source",
    "seen_at": "$seen_at",
    "level": "$level",
    "significance": {"$ifNull": ["$change.significance", 0.0]},
    "words": {"$add": [{"$ifNull": ["$change.words_added", 0]}, {"$ifNull": ["$change.words_removed", 0]}]},
}
CHANGES = "changes"  # the id of the document that has them all; no version and no article has such a one
_GROUP: Document = {"_id": CHANGES, **{name: {"$push": value} for name, value in _FIELDS.items()}}


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is ranked of a version that changed an article."""

    key: str
    article_id: str
    source: str
    seen_at: datetime
    level: int
    significance: float
    words: int


def stages(query: Document) -> list[Document]:
    """Return the stages, on `versions`, that find the newest changes, as one document."""
    return [{"$match": query | LISTED}, {"$sort": dict(ORDER)}, {"$limit": CANDIDATES}, {"$group": _GROUP}]


def candidates(document: Document) -> tuple[Candidate, ...]:
    """Return the changes of the document that `stages` find."""
    return tuple(Candidate(*values) for values in zip(*(document[name] for name in _FIELDS), strict=True))


@dataclass(frozen=True, slots=True)
class Candidates:
    """The newest changes in a span, newest first; `goes_on` if there may be older ones.

    With `since` all from then on were read, unless they are as many as may be.
    """

    found: Sequence[Candidate]
    goes_on: bool
    since: datetime | None = None

    @classmethod
    def of(cls, found: Sequence[Candidate], since: datetime | None) -> Candidates:
        return cls(found, since is not None or len(found) >= CANDIDATES, since)

    @property
    def reaches_far(self) -> bool:
        """Whether all near the newest of them were read, as far as so many ever are."""
        return self.since is None or bool(self.found and self._reaches(self.found[0].seen_at - FRESH))

    def _reaches(self, moment: datetime) -> bool:
        if self.since is None or len(self.found) >= CANDIDATES:
            return bool(self.found) and self.found[-1].seen_at < moment
        return self.since <= moment

    def chosen(self, *, is_spanned: bool) -> Sequence[Candidate] | None:
        """Return what a front page is chosen from: the newest of medium significance, or all if these are few.

        None if these changes, of any significance, do not reach back far enough to tell.
        """
        weighty = [change for change in self.found if change.level >= MEDIUM]
        fresh = weighty if is_spanned else _near_newest(weighty)
        if self.goes_on and (is_spanned or not fresh or not self._reaches(fresh[0].seen_at - FRESH)):
            return None
        return fresh if len(fresh) >= ENOUGH else self.within(is_spanned=is_spanned)

    def within(self, *, is_spanned: bool) -> Sequence[Candidate]:
        """Return the changes in the span, without one those near the newest."""
        return self.found if is_spanned else _near_newest(self.found)


def _near_newest(changes: Sequence[Candidate]) -> Sequence[Candidate]:
    return [change for change in changes if change.seen_at >= changes[0].seen_at - FRESH]
