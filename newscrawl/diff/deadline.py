"""A time limit, asked before every step that may take long."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic


class Deadline:
    """Passes once and stays passed; only tests give a `clock`."""

    def __init__(self, seconds: float, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._end = clock() + seconds
        self.is_passed = False

    def passed(self) -> bool:
        """Read the clock; return whether the deadline has passed."""
        self.is_passed = self.is_passed or self._clock() >= self._end
        return self.is_passed
