"""The Chromium of this machine, as tests start it: on its own, and with nothing that it asks for by itself."""

from __future__ import annotations

import shutil

from newscrawl.fetch.browser import NAMES
from tests.conftest import missing

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip


def chromium() -> str:
    """Return its path; skips or fails the test where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        missing("no Chromium on this machine")
    return str(found)
