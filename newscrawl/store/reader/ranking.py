"""Rank changes by how much they matter: significance, freshness, and a share of each source. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

HALF_LIFE = timedelta(hours=24)  # after which a change counts half: the weightiest one of yesterday is below today's
MAX_SHARE = 1 / 3  # of the entries so far that one source may have, while others have any


class Rankable(Protocol):
    """What of a change counts."""

    @property
    def article_id(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def seen_at(self) -> datetime: ...
    @property
    def significance(self) -> float: ...


R = TypeVar("R", bound=Rankable)


def ranked(changes: Sequence[R]) -> list[R]:
    """Return changes in the order of a front page; of an article only the one that counts most.

    Their age counts from the newest of them, so that an order does not depend on when it is asked for.
    """
    if not changes:
        return []
    newest = max(change.seen_at for change in changes)
    by_weight = sorted(changes, key=lambda change: (-_weight(change, newest), change.article_id))
    first: dict[str, R] = {}
    for change in by_weight:
        first.setdefault(change.article_id, change)
    return _mixed(list(first.values()))


def _weight(change: Rankable, newest: datetime) -> float:
    return change.significance * float(0.5 ** ((newest - change.seen_at) / HALF_LIFE))


def _mixed(changes: list[R]) -> list[R]:
    """Return changes in their order, with those put off of a source that has more than its share so far."""
    mixed: list[R] = []
    counts: Counter[str] = Counter()
    waiting = changes
    while waiting:
        allowed = max(2, round(MAX_SHARE * (len(mixed) + 1)))
        chosen = next((change for change in waiting if counts[change.source] < allowed), waiting[0])
        waiting.remove(chosen)
        counts[chosen.source] += 1
        mixed.append(chosen)
    return mixed
