"""The tutorial, as the built manual shows it: its commands, given in an empty folder, print what stands there."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.built_manual import built, shown
from tests.cli.test_exit_codes import free_port
from tests.conftest import missing
from tests.one_terminal import steady, type_in

from .installation import clean_environment

__all__ = ["built"]

pytestmark = pytest.mark.slow
# Of the newspaper, the mail server and the reader. Other tests may use them at the same time.
PORTS = ("8765", "8025", "8000")


@pytest.fixture
def offline(wheel: Path, tmp_path: Path) -> dict[str, str]:
    """An environment in which pip finds the wheel of this checkout, and what that needs as it is installed here."""
    packages = next(Path(path) for path in sys.path if path.endswith("site-packages"))
    installed, commands = tmp_path / "installed", tmp_path / "commands"
    installed.mkdir()
    commands.mkdir()
    for path in packages.iterdir():
        if "newscrawl" not in path.name and path.name.partition("-")[0] not in {"pip", "setuptools"}:
            (installed / path.name).symlink_to(path)
    (commands / "python3").symlink_to(Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}")
    return clean_environment() | {
        "HOME": str(tmp_path),
        "PATH": f"{commands}:/usr/bin:/bin",
        "PYTHONPATH": str(installed),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheel.parent),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


def test_the_tutorial_prints_what_it_says(built: Path, offline: dict[str, str], tmp_path: Path) -> None:
    if sys.platform != "linux":
        missing("the embedded MongoDB is for Linux")
    commands = shown(built / "tutorial.html")
    assert len(commands) >= 15
    ports = {port: str(free_port()) for port in PORTS}

    def moved(text: str) -> str:
        for port, free in ports.items():
            text = text.replace(port, free)
        return text

    folder = tmp_path / "empty"
    folder.mkdir()
    environ = offline | {"NEWSCRAWL_SERVE_PORT": ports["8000"]}
    printed = type_in(
        [moved(command) for command, _ in commands], folder=folder, environ=environ, scratch=tmp_path / "typed"
    )
    for (command, output), real in zip(commands, printed, strict=True):
        assert steady(real) == steady(moved(output or "")), command
