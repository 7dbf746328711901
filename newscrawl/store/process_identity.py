"""Tell a process from later ones with its pid, and from those of other machines and containers with its pid.

The boot id changes with each start of the kernel, a pid has a meaning in one pid namespace only (pid_namespaces(7)),
and the start time tells two processes with one pid apart (proc_pid_stat(5), field 22).
"""

from __future__ import annotations

import os
from pathlib import Path

PROC = Path("/proc")
ENDED = "ZX"  # states of processes that only wait for their parent


def process_identity() -> str:
    """Return the identity of this process; empty on systems without /proc."""
    try:
        place = _place()
    except OSError:
        return ""
    started = _started(os.getpid())
    return f"{place} {started}" if started else ""


def has_ended(pid: int, identity: str) -> bool:
    """Return whether a process is certainly gone: one of this boot and pid namespace that no longer exists."""
    place, _, started = identity.rpartition(" ")
    try:
        return bool(place) and place == _place() and _started(pid) != started
    except OSError:
        return False


def _place() -> str:
    boot_id = (PROC / "sys/kernel/random/boot_id").read_text().strip()
    return f"{boot_id} {(PROC / 'self/ns/pid').readlink()}"


def _started(pid: int) -> str:
    """Return the start time of a living process in clock ticks since the boot; empty if there is none."""
    try:
        stat = (PROC / str(pid) / "stat").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
    words = stat.rpartition(")")[2].split()  # the name before may contain blanks and parentheses
    return "" if words[0] in ENDED else words[19]
