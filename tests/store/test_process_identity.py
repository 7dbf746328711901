"""A process is gone if it is one of this boot and pid namespace, and no process has its pid and start time."""

from __future__ import annotations

import os
import subprocess
import sys

from newscrawl.store.process_identity import has_ended, process_identity

OWN = process_identity()
BOOT_ID, NAMESPACE, STARTED = OWN.split(" ")


def test_living_process_has_not_ended() -> None:
    assert not has_ended(os.getpid(), OWN)


def test_process_that_exited_has_ended_even_before_its_parent_waits_for_it() -> None:
    code = "from newscrawl.store.process_identity import process_identity; print(process_identity())"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        identity = child.stdout.read().strip()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert has_ended(child.pid, identity)
    assert has_ended(child.pid, identity)


def test_later_process_with_the_same_pid_is_another_one() -> None:
    assert has_ended(os.getpid(), f"{BOOT_ID} {NAMESPACE} {int(STARTED) - 1}")


def test_nothing_is_known_of_processes_of_another_boot_namespace_or_release() -> None:
    gone = int(STARTED) - 1
    assert not has_ended(os.getpid(), f"other-boot {NAMESPACE} {gone}")
    assert not has_ended(os.getpid(), f"{BOOT_ID} pid:[1] {gone}")
    assert not has_ended(os.getpid(), "")
