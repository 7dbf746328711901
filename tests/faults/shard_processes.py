"""The processes in which a worker of a cluster does shards."""

from __future__ import annotations

from pathlib import Path

from .processes import Process


def shards_of(worker: Process) -> list[int]:
    """Return the processes that do shards, without those that read pages for them, which are forks of them.

    A shard is a child of a worker's process. A reader's parent is not, also while it dies: it has no words then.
    """
    shards = (pid for pid in worker.family() if b"shard" in _words(pid))
    return sorted(pid for pid in shards if b"worker" in _words(_parent(pid)))


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _words(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return []
