"""A resident worker does not grow: the small form of `make soak`."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from newscrawl.config import PROJECT_ROOT
from tests.faults.waiting import PATIENCE_SECONDS

pytestmark = pytest.mark.slow


def test_memory_descriptors_and_connections_of_a_worker_do_not_grow() -> None:
    words = ["--sources", "4", "--rounds", "14", "--warm-up", "4"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.soak", *words],
        cwd=PROJECT_ROOT,
        env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)},
        capture_output=True,
        text=True,
        timeout=3 * PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert set(json.loads(done.stdout)["growth"]) == {"rss_mib", "descriptors", "connections"}
    assert done.stderr.count("round") == 14
