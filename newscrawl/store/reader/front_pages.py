"""Front pages: the changes of the newest days that matter most, or those that come first in another order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bson import decode_all

from newscrawl.lru_cache import LruCache
from newscrawl.store.reader.front_page import ENOUGH, FRESH, MEDIUM, Candidate, Candidates
from newscrawl.store.reader.front_page_reading import Guess, Kept, Reading
from newscrawl.store.reader.limits import bounded
from newscrawl.store.reader.ranking import ranked
from newscrawl.store.reader.replica_reader import ReplicaReader
from newscrawl.store.reader.replicas import Replicas
from newscrawl.store.reader.taken_down import TakedownIndex, TakenDown
from newscrawl.store.reader.validators import Listed, Validator, Validators, generation_of
from newscrawl.store.reader.views import FRONT_PAGE, FrontPage, ListFilter

MAX_REMEMBERED = 100  # front pages: of each the changes that it was chosen from


class Order(StrEnum):
    """How a front page is sorted."""

    MATTERS = "matters"
    SIGNIFICANCE = "significance"
    NEWEST = "newest"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which front page is asked for."""

    where: ListFilter
    order: Order
    number: int

    @property
    def is_spanned(self) -> bool:
        return self.where.since is not None

    @property
    def weighty(self) -> ListFilter:
        return replace(self.where, level=max(self.where.level, MEDIUM))

    @property
    def is_of_everything(self) -> bool:
        """Whether the one index of all edits has its changes: then the planner has no choice among several."""
        return not (self.where.source or self.where.kind or self.where.unnoted)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The changes of a front page in their order, and what they were chosen from."""

    among: Sequence[Candidate]
    changes: Sequence[Candidate]
    newest_weighty: datetime | None

    def guess(self, asked: Asked) -> Guess:
        since = None if asked.is_spanned or self.newest_weighty is None else self.newest_weighty - FRESH
        return Guess(self.keys(asked.number), since)

    def keys(self, number: int) -> Sequence[str]:
        return [change.key for change in self.changes[(number - 1) * FRONT_PAGE : number * FRONT_PAGE]]


@dataclass(frozen=True, slots=True)
class ValidatedFrontPage:
    """A front page, the validator of its list, and what was taken down when they were read."""

    page: FrontPage
    validator: Validator
    taken: TakenDown


class FrontPages(ReplicaReader):
    """Every page is read anew. What was chosen last time is known, and read first."""

    def __init__(self, replicas: Replicas, takedowns: TakedownIndex) -> None:
        super().__init__(replicas, takedowns)
        self._validators = Validators(replicas, takedowns)
        self._shows_every = False  # whether changes of medium significance were too few for a front page
        self._last: LruCache[Asked, Chosen] = LruCache(MAX_REMEMBERED)
        self._kept = Kept.nothing(0)

    @bounded
    async def front_page(self, where: ListFilter, order: Order = Order.MATTERS, *, number: int = 1) -> FrontPage:
        """Return the changes of the newest days that matter most; with a span in `where`, of that span.

        They are chosen among the newest of at least medium significance, or of any if these are few.
        """
        taken = await self._takedowns.current()
        asked = Asked(where, order, number)
        return await self._page(asked, self._last.get(asked), taken)

    @bounded
    async def validated_front_page(
        self, where: ListFilter, order: Order = Order.MATTERS, *, number: int = 1
    ) -> ValidatedFrontPage:
        """Return a front page and what tells whether it still holds, read by one command if it is as it was."""
        asked, taken = Asked(where, order, number), self._takedowns.known
        last = self._last.get(asked)
        if taken is not None and asked.is_of_everything and not self.replicas.has_members:
            reading = self._reading(asked, last, taken, validates=True)
            page = await self._read(asked, last, reading)
            validator = Validator(b"".join(reading.validator), None)
            # Under another generation, what was left out is not what is taken down now.
            generation = generation_of(decode_all(validator.answer, self._db.codec_options))
            if generation.number == taken.generation:
                return ValidatedFrontPage(page, validator, taken)
        validator = await self._validators.of(Listed.EDITS)
        taken = await self._validators.taken_down(validator)
        return ValidatedFrontPage(await self._page(asked, last, taken), validator, taken)

    async def _page(self, asked: Asked, last: Chosen | None, taken: TakenDown) -> FrontPage:
        return await self._read(asked, last, self._reading(asked, last, taken))

    def _reading(self, asked: Asked, last: Chosen | None, taken: TakenDown, *, validates: bool = False) -> Reading:
        if self._kept.generation != taken.generation:
            self._kept = Kept.nothing(taken.generation)
        guess = last.guess(asked) if last is not None else Guess()
        return Reading(self.replicas, self._kept, taken, guess, validates=validates)

    async def _read(self, asked: Asked, last: Chosen | None, reading: Reading) -> FrontPage:
        among = await self._among(asked, reading)
        chosen = last if last is not None and last.among == among else self._last.put(asked, _chosen(asked, among))
        entries = await reading.entries(chosen.keys(asked.number))
        return FrontPage(entries, asked.number, len(chosen.changes))

    async def _among(self, asked: Asked, reading: Reading) -> Sequence[Candidate]:
        """Begin with the list that sufficed last time: what is returned does not depend on it."""
        is_spanned = asked.is_spanned
        every: Candidates | None = None
        if self._shows_every and asked.where.level < MEDIUM:
            every = await reading.newest(asked.where)
            chosen = every.chosen(is_spanned=is_spanned)
            if chosen is not None:
                return chosen
        found = (await reading.newest(asked.weighty)).within(is_spanned=is_spanned)
        if asked.where.level >= MEDIUM:
            return found
        self._shows_every = len(found) < ENOUGH
        if not self._shows_every:
            return found
        return (every or await reading.newest(asked.where)).within(is_spanned=is_spanned)


def _chosen(asked: Asked, among: Sequence[Candidate]) -> Chosen:
    changes = ranked(among)
    if asked.order is not Order.MATTERS:
        changes.sort(key=lambda change: _size(change, asked.order), reverse=True)
    newest = max((change.seen_at for change in among if change.level >= MEDIUM), default=None)
    return Chosen(among, changes, newest)


def _size(change: Candidate, order: Order) -> tuple[float, datetime]:
    """Return what an order other than by weight goes by."""
    by = {Order.SIGNIFICANCE: change.significance, Order.WORDS: change.words}
    return by.get(order, 0.0), change.seen_at
