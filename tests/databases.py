"""Folders for the databases of tests: in memory, where there is enough of it.

Nobody needs them after the tests, which would wait for the disk: each index is a file that is synced when it is made.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
import uuid
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108  each folder in it is made anew, for this user alone
LEAST_BYTES = 8 * 2**30  # that must be free: the mongod of a whole run takes less than a quarter
PREFIX = f"newscrawl-tests-{os.getuid()}-"
LEFT_SECONDS = 6 * 3600  # no run takes as long


def make(folder: Path) -> None:
    """Make a folder unless another process has: `folder` is a link if it is in memory."""
    if not _has_room():
        folder.mkdir(exist_ok=True)
        return
    _remove_left()
    made = MEMORY / f"{PREFIX}{uuid.uuid4().hex}"
    made.mkdir(mode=0o700)
    try:
        folder.symlink_to(made)
    except FileExistsError:
        made.rmdir()


def remove(folder: Path) -> None:
    """Remove a folder that `make` made, with what is in it."""
    shutil.rmtree(folder.resolve())
    if folder.is_symlink():
        folder.unlink()


def _has_room() -> bool:
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < LEAST_BYTES:
        return False
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/meminfo").read_text().splitlines()
        available = next(line for line in lines if line.startswith("MemAvailable:"))
        return int(available.split()[1]) * 1024 >= LEAST_BYTES
    return False


def _remove_left() -> None:
    """Remove what runs that were killed have left."""
    for folder in MEMORY.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if time.time() - folder.stat().st_mtime > LEFT_SECONDS:
                shutil.rmtree(folder)
