"""What `make` runs to set up: uv where it can be had, else pip, and both check hashes."""

from __future__ import annotations

import re
import subprocess

from newscrawl.config import PROJECT_ROOT


def recipe(target: str) -> str:
    """Return the commands of a target, as if nothing was there yet."""
    done = subprocess.run(
        ["make", "-n", "-B", target], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


def test_every_installation_checks_hashes_by_uv_and_by_pip() -> None:
    lines = [line for line in recipe(".venv/.bench").splitlines() if "pip install" in line]
    of_files = [line for line in lines if re.search(r"-r \S*requirements\.txt", line)]
    assert len(of_files) == 3
    for line in of_files:
        assert re.search(
            r"bin/uv pip install [^|]*--require-hashes [^|]*\|\| \S+ -m pip install [^|]*--require-hashes", line
        )
    (itself,) = [line for line in lines if "-e ." in line]
    assert itself.count("--no-deps --no-build-isolation") == 2


def test_uv_itself_is_pinned_with_its_hashes() -> None:
    (bring,) = [line for line in recipe(".venv/.run").splitlines() if "> .venv/uv.txt" in line]
    found = subprocess.run(
        ["bash", "-c", bring.partition(">")[0]],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    first, *others = found.stdout.splitlines()
    assert re.match(r"uv==[\d.]+ \\$", first)
    assert others
    assert all(re.match(r"    --hash=sha256:[0-9a-f]{64}( \\)?$", line) for line in others)
    assert "--require-hashes -r .venv/uv.txt" in recipe(".venv/.run")
