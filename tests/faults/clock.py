"""A wall clock that a test sets, for crawls (libfaketime); monotonic time runs on as it does.

Not for a mongod: its threads wait by this clock, and spin.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

LIBRARIES = tuple(
    Path("/usr/lib") / place / "faketime" / "libfaketimeMT.so.1"
    for place in ("x86_64-linux-gnu", "aarch64-linux-gnu", "")
)


def library() -> Path | None:
    """Return where Debian's package faketime puts its library; None where it is not installed."""
    return next((path for path in LIBRARIES if path.exists()), None)


class WallClock:
    def __init__(self, file: Path) -> None:
        self._file = file
        self.step(timedelta())

    def environ(self) -> Mapping[str, str]:
        """Return what makes a process live by this clock, from its start on and through each step."""
        return {
            "LD_PRELOAD": str(library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",  # seconds until a step is seen
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",  # else Python finds no compiled file as old as its source, and compiles all anew
        }

    def step(self, offset: timedelta) -> None:
        """Let the clock differ from the machine's by so much."""
        partial = self._file.with_suffix(".part")
        partial.write_text(f"{offset.total_seconds():+.0f}\n")
        partial.replace(self._file)

    def set(self, moment: datetime) -> None:
        self.step(moment - datetime.now(UTC))
