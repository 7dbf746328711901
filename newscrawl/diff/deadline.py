"""A promise to answer in time: asked at every step that could be long."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic


class Deadline:
    """Passes once and stays passed; `clock` is given in tests alone."""

    def __init__(self, seconds: float, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._end = clock() + seconds
        self.is_passed = False

    def passed(self) -> bool:
        self.is_passed = self.is_passed or self._clock() >= self._end
        return self.is_passed
