"""Front pages: the changes of the newest days that matter most, or those that come first in another order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bson import decode_all

from newscrawl.lru_cache import LruCache
from newscrawl.store.reader.front_page import ENOUGH, FRESH, MEDIUM, Candidate, Candidates
from newscrawl.store.reader.front_page_reading import Exchange, Guess, Kept, Reading
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
    guess: Guess  # for the next reading

    @classmethod
    def of(cls, asked: Asked, among: Sequence[Candidate]) -> Chosen:
        changes = ranked(among)
        if asked.order is not Order.MATTERS:
            changes.sort(key=lambda change: _size(change, asked.order), reverse=True)
        weighty = max((change.seen_at for change in among if change.level >= MEDIUM), default=None)
        since = None if asked.is_spanned or weighty is None else weighty - FRESH
        newest = among[0].seen_at if among else None
        return cls(among, changes, Guess.of(_keys(changes, asked.number), since, newest))


@dataclass(frozen=True, slots=True)
class Made:
    """A front page, the validator that was read with it, and what all of it was made of, if by one command."""

    page: FrontPage
    validator: bytes
    chosen: Chosen
    taken: TakenDown
    exchange: Exchange | None


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
        self._last: LruCache[Asked, Made] = LruCache(MAX_REMEMBERED)
        self._kept = Kept.nothing(0)

    @bounded
    async def front_page(self, where: ListFilter, order: Order = Order.MATTERS, *, number: int = 1) -> FrontPage:
        """Return the changes of the newest days that matter most; with a span in `where`, of that span.

        They are chosen among the newest of at least medium significance, or of any if these are few.
        """
        return (await self._made(Asked(where, order, number), await self._takedowns.current())).page

    @bounded
    async def validated_front_page(
        self, where: ListFilter, order: Order = Order.MATTERS, *, number: int = 1
    ) -> ValidatedFrontPage:
        """Return a front page and what tells whether it still holds, read by one command if it is as it was."""
        asked, taken = Asked(where, order, number), self._takedowns.known
        if taken is not None and asked.is_of_everything and not self.replicas.has_members:
            made = await self._made(asked, taken, validates=True)
            validator = Validator(made.validator, None)
            # Under another generation, what was left out is not what is taken down now.
            generation = generation_of(decode_all(validator.answer, self._db.codec_options))
            if generation.number == taken.generation:
                return ValidatedFrontPage(made.page, validator, taken)
        validator = await self._validators.of(Listed.EDITS)
        taken = await self._validators.taken_down(validator)
        return ValidatedFrontPage((await self._made(asked, taken)).page, validator, taken)

    async def _made(self, asked: Asked, taken: TakenDown, *, validates: bool = False) -> Made:
        """Read a front page; by a command that is answered as last time it is the same one, and is not made again."""
        if self._kept.generation != taken.generation:
            self._kept = Kept.nothing(taken.generation)
        last = self._last.get(asked)
        guess = last.chosen.guess if last is not None else Guess()
        reading = Reading(self.replicas, self._kept, taken, guess, validates=validates)
        exchange = await reading.begin(self._begins_with(asked))
        if last is not None and last.exchange == exchange and last.taken is taken:
            return last
        among = await self._among(asked, reading)
        is_chosen = last is not None and last.chosen.among == among
        chosen = last.chosen if last is not None and is_chosen else Chosen.of(asked, among)
        entries = await reading.entries(_keys(chosen.changes, asked.number))
        page = FrontPage(entries, asked.number, len(chosen.changes))
        whole = exchange if reading.is_of_one_command else None
        return self._last.put(asked, Made(page, b"".join(reading.validator), chosen, taken, whole))

    def _begins_with(self, asked: Asked) -> ListFilter:
        """Return the list that sufficed last time: what is shown does not depend on it."""
        return asked.where if self._shows_every else asked.weighty

    async def _among(self, asked: Asked, reading: Reading) -> Sequence[Candidate]:
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


def _keys(changes: Sequence[Candidate], number: int) -> Sequence[str]:
    """Return the ids of the versions of a page."""
    return [change.key for change in changes[(number - 1) * FRONT_PAGE : number * FRONT_PAGE]]


def _size(change: Candidate, order: Order) -> tuple[float, datetime]:
    """Return what an order other than by weight goes by."""
    by = {Order.SIGNIFICANCE: change.significance, Order.WORDS: change.words}
    return by.get(order, 0.0), change.seen_at
