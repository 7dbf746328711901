"""Commands find the sources wherever they are called from."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from newscrawl.config import Config
from tests.faults.waiting import PATIENCE_SECONDS


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("try", "http://127.0.0.1:9/x"), 1, "refused"),
        (("rebase", "washpo", "--dry-run"), 0, "nothing is stored"),
        (("sources",), 0, "washpo"),
        (("schedule",), 0, "washingtonpost.com"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else None,
)
def test_command_finds_the_sources_from_any_folder(
    config: Config, tmp_path: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    # Isolated: Python puts the working directory on sys.path for `-m`, and pytest's own on PYTHONPATH.
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("NEWSCRAWL_", "PYTHON"))}
    environ |= {
        "NEWSCRAWL_MONGO_URI": str(config.mongo_uri),
        "NEWSCRAWL_MONGO_DATABASE": config.mongo_database,
        "NEWSCRAWL_HOME": str(tmp_path / "home"),
        "NEWSCRAWL_EGRESS_ALLOW": "127.0.0.1:9",
        "NEWSCRAWL_DELAY_SECONDS": "0",
    }
    command = [str(Path(sys.executable).parent / "newscrawl"), *arguments]
    done = subprocess.run(
        command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
    )
    assert done.returncode == code, done.stderr
    assert message in done.stdout + done.stderr
