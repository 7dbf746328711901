"""The units are ones that systemd accepts, and are hardened; tests/deploy/test_image.py boots a machine with them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from newscrawl.config import PROJECT_ROOT
from tests.conftest import missing
from tests.faults.waiting import PATIENCE_SECONDS

DEPLOY = PROJECT_ROOT / "deploy"
SERVICES = sorted(DEPLOY.glob("*.service"))
UNITS = [*SERVICES, *sorted(DEPLOY.glob("*.timer"))]
COMMAND = "/opt/newscrawl/.venv/bin/newscrawl"
# Of 100: what is left is the network, /proc, and system calls for limits of resources, all of which are used.
MAX_EXPOSURE = 16


def analyze(*arguments: str) -> str:
    """Run systemd-analyze, which needs no running systemd; returns what it says."""
    program = shutil.which("systemd-analyze")
    if program is None:
        missing("no systemd-analyze on this machine")
    done = subprocess.run(
        [str(program), *arguments], capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    for unit in UNITS:  # it wants the commands to exist
        text = unit.read_text("utf-8").replace(COMMAND, "/bin/true").replace("WorkingDirectory=/opt/newscrawl\n", "")
        (tmp_path / unit.name).write_text(text)
    assert analyze("verify", "--man=no", *(str(tmp_path / unit.name) for unit in UNITS)) == ""


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_services_are_hardened(unit: Path) -> None:
    assert "✗ User=" not in analyze("security", "--offline=true", f"--threshold={MAX_EXPOSURE}", str(unit))


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_services_need_no_folder_that_nobody_made(unit: Path) -> None:
    """systemd makes StateDirectory=; a ReadWritePaths= that does not exist keeps a unit from starting."""
    text = unit.read_text("utf-8")
    assert "ReadWritePaths=" not in text
    assert re.search(r"^StateDirectory=newscrawl\b", text, re.M)
    assert "Environment=NEWSCRAWL_HOME=/var/lib/newscrawl " in text
    for folder in set(re.findall(r"/var/lib/([\w-]+)", text)):
        assert re.search(rf"^StateDirectory=.*\b{folder}(?:\s|$)", text, re.M), folder


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_services_run_commands_that_there_are(unit: Path) -> None:
    command = re.findall(rf"^ExecStart=.*{re.escape(COMMAND)} (\w+(?: --\w+)?)", unit.read_text("utf-8"), re.M)
    assert len(command) == 1
    whole = [sys.executable, "-m", "newscrawl", *command[0].split(), "--help"]
    done = subprocess.run(
        whole, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".timer"], ids=lambda unit: unit.stem)
def test_timers_come_round(unit: Path) -> None:
    assert unit.with_suffix(".service").exists()
    (calendar,) = re.findall(r"^OnCalendar=(.*)$", unit.read_text("utf-8"), re.M)
    assert "Next elapse" in analyze("calendar", calendar)


def test_the_user_of_the_units_is_made(tmp_path: Path) -> None:
    program = shutil.which("systemd-sysusers")
    if program is None:
        missing("no systemd-sysusers on this machine")
    (tmp_path / "etc").mkdir()
    command = [str(program), f"--root={tmp_path}", str(DEPLOY / "newscrawl.sysusers")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)
    assert done.returncode == 0, done.stderr
    assert re.search(r"^newscrawl:.*:/var/lib/newscrawl:", (tmp_path / "etc" / "passwd").read_text("utf-8"), re.M)
    assert {line for unit in SERVICES for line in re.findall(r"^User=.*", unit.read_text("utf-8"), re.M)} == {
        "User=newscrawl"
    }
