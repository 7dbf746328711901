"""A cache with a bound. Pure."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class LruCache(Generic[K, V]):
    """Values by key, up to a total weight; the least recently used are dropped first."""

    def __init__(self, max_weight: int) -> None:
        self._max_weight = max_weight
        self._weight = 0
        self._values: OrderedDict[K, tuple[V, int]] = OrderedDict()

    def get(self, key: K) -> V | None:
        found = self._values.get(key)
        if found is None:
            return None
        self._values.move_to_end(key)
        return found[0]

    def put(self, key: K, value: V, weight: int = 1) -> V:
        """Store a value and return it; a value heavier than the whole cache is returned only."""
        if key in self._values:
            self._weight -= self._values.pop(key)[1]
        if weight <= self._max_weight:
            self._values[key] = (value, weight)
            self._weight += weight
        while self._weight > self._max_weight:
            self._weight -= self._values.popitem(last=False)[1][1]
        return value
