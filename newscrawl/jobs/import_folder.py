"""The folder in which an import notes what is where, and what packages hold; that of a killed one is removed."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from newscrawl.errors import ConfigError

FOLDER = "import"


@contextmanager
def import_folder(home: Path) -> Iterator[Path]:
    """Make a folder within the state, and remove it in the end; those that no process holds any more are removed too.

    Raises ConfigError if it cannot be made.
    """
    parent = home / FOLDER
    try:
        parent.mkdir(parents=True, exist_ok=True)
        with (parent / ".lock").open("a") as guard:  # nobody takes a folder for left that is just being made
            fcntl.flock(guard, fcntl.LOCK_EX)
            _remove_left(parent)
            folder = Path(tempfile.mkdtemp(dir=parent))
            held = (folder / ".lock").open("a")
            fcntl.flock(held, fcntl.LOCK_EX)
    except OSError as error:
        raise ConfigError(f"{parent} cannot be written: {error.strerror}") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        held.close()


def _remove_left(parent: Path) -> None:
    """Remove the folders of imports that were killed: the lock on each ends with its process."""
    for folder in parent.iterdir():
        if not folder.is_dir():
            continue
        with (folder / ".lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(folder, ignore_errors=True)
