"""Waits that end by conditions; their bounds are minutes, so that a busy machine fails no test."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

# A variable, for whoever looks for a fault and does not want to wait for it so long.
PATIENCE_SECONDS = float(os.environ.get("FAULTS_PATIENCE_SECONDS", "600"))


def until(
    is_so: Callable[[], bool], what: str, *, seconds: float = PATIENCE_SECONDS, every_seconds: float = 0.005
) -> None:
    """Wait until a condition holds; fail with `what` if it does not within the patience."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"waited {seconds:g} s in vain: {what}"
        time.sleep(every_seconds)
