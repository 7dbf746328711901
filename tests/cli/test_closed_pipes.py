"""What a command does when whoever reads its output ends first, as `head` does: quiet, with the code of SIGPIPE."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys

import pytest

from newscrawl.cli.main import CLOSED_PIPE
from newscrawl.config import PROJECT_ROOT, Config
from tests.faults.waiting import PATIENCE_SECONDS
from tests.forked import commands as forked

from .conftest import environment
from .test_commands import BRIDGE


def run_for_nobody(config: Config, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command whose standard output is a pipe that nobody reads any more."""
    words, environ = forked.command(PROJECT_ROOT, environment(config))
    reading, writing = os.pipe()
    os.close(reading)
    try:
        return subprocess.run(
            [*words, *arguments], env=environ, cwd=PROJECT_ROOT, stdout=writing, stderr=subprocess.PIPE, text=True,
            check=False, timeout=PATIENCE_SECONDS,
        )  # fmt: skip
    finally:
        os.close(writing)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),  # by rich, without a command
        ("crawl", "--help"),
        ("--version",),  # by click
        ("doctor",),  # a table, by rich
        ("sources", "--json"),  # JSON, on standard output itself
        ("sources", "--opml"),
        ("date", "2026-01-06"),
        ("history", BRIDGE),
        ("history", BRIDGE, "--json"),
        ("diff", BRIDGE),
        ("blame", BRIDGE),
        ("explain", BRIDGE),
        ("runs",),
        ("metrics",),  # text as it is
        ("subscriptions", "list", "--json"),
    ],
    ids=" ".join,
)
def test_nobody_reads(archive_config: Config, arguments: tuple[str, ...]) -> None:
    process = run_for_nobody(archive_config, *arguments)
    assert (process.returncode, process.stderr) == (CLOSED_PIPE, "")


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(("arguments", "code"), [(("doctor",), 0), (("history", BRIDGE), 0), (("history", "none"), 1)])
def test_a_stream_that_the_command_was_started_without_is_missed_by_nobody(
    archive_config: Config, arguments: tuple[str, ...], code: int, closed: str
) -> None:
    command = shlex.join([sys.executable, "-m", "newscrawl", *arguments])
    process = subprocess.run(
        ["/bin/sh", "-c", f"{command} {closed}"], env=environment(archive_config), cwd=PROJECT_ROOT,
        capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    assert process.returncode == code, process.stderr
    assert bool(process.stdout) is (code == 0 and ">&-" not in closed.replace("2>&-", ""))
    assert bool(process.stderr) is (code != 0 and "2>&-" not in closed)


def test_failed_command_keeps_its_code(archive_config: Config) -> None:
    process = run_for_nobody(archive_config, "status", "nosuchpaper")
    assert process.returncode == 2
    assert "nosuchpaper" in process.stderr
    process = run_for_nobody(archive_config, "crawl", "demo", "-a", "base=http://127.0.0.1:9", "--json")
    assert process.returncode == 1, process.stderr  # the address is refused; the report is what could not be printed


def test_head_ends_first(archive_config: Config) -> None:
    """More than a pipe holds is printed, so that the command still writes when `head` has its line."""
    words, environ = forked.command(PROJECT_ROOT, environment(archive_config))
    command = shlex.join([*words, "date", *["2026-01-06"] * 3000])
    line = f"{command} | head -n 1 >/dev/null; echo ${{PIPESTATUS[@]}}"
    process = subprocess.run(
        ["bash", "-c", line], env=environ, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False,
        timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    assert (process.stdout, process.stderr) == (f"{CLOSED_PIPE} 0\n", "")
