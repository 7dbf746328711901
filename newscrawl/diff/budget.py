"""A budget of counted steps: the same texts get the same work on any machine, however loaded it is."""

from __future__ import annotations

# Steps of one stage of a comparison. A step is the smallest piece of work whose number grows faster than the texts: one
# pair of equal words, one unit found by an index. A million take about two seconds.
MAX_STEPS = 1_000_000


class Budget:
    """The steps that are left. What costs more than that is not done, and the result is coarser."""

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.left = steps
        self.is_exceeded = False

    def afford(self, steps: int) -> bool:
        """Take `steps` if so many are left; otherwise take none, and remember that something was not done."""
        if steps > self.left:
            self.is_exceeded = True
            return False
        self.left -= steps
        return True
