"""Commands that read pages fork, before they have threads, what reads them: a fork has one thread, and all locks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newscrawl.clock import SteppingClock
from newscrawl.config import PROJECT_ROOT, Config
from newscrawl.demo import EDITIONS, Newsroom
from newscrawl.jobs import Job
from newscrawl.jobs.subprocesses import run_in_processes
from tests.faults.waiting import PATIENCE_SECONDS
from tests.upgrade.archive import copied_project

from .conftest import environment
from .test_scrapy_commands import CONTRACTS

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNNER = Path(__file__).with_name("count_threads_at_forks.py")
CONTRACT = CONTRACTS.replace("data:text/html,hello", "{url}")
Forked = Callable[..., list[int]]


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with Newsroom() as opened:
        yield opened


@pytest.fixture
def forked(config: Config, newsroom: Newsroom, tmp_path: Path) -> Forked:
    """Run a command; return how many threads it had each time it, or the process that it forked, forked itself."""
    forks = tmp_path / "forks"

    def run(*arguments: str, cwd: Path = PROJECT_ROOT) -> list[int]:
        environ = environment(config) | {
            "FORKS": str(forks),
            "PYTHONPATH": f"{cwd}{os.pathsep}{PROJECT_ROOT}",
            "NEWSCRAWL_EGRESS_ALLOW": newsroom.base.removeprefix("http://"),
        }
        done = subprocess.run(
            [sys.executable, RUNNER, *arguments],
            env=environ, cwd=cwd, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS,
        )  # fmt: skip
        assert done.returncode in (0, 1), done.stderr
        return [int(line) for line in forks.read_text().splitlines()]

    return run


@pytest.fixture
def archive(config: Config, newsroom: Newsroom) -> None:
    """Record one edition of a newspaper."""
    address = newsroom.base.removeprefix("http://")
    job = Job(source="demo", arguments={"base": newsroom.base}, clock=SteppingClock(EDITIONS[0].clock),
              settings={"NEWSCRAWL_EGRESS_ALLOW": [address]}, fail_on=0, log_level="ERROR")  # fmt: skip
    (report,) = run_in_processes([job], replace(config, delay_seconds=0.0))
    assert report.exit_code == 0


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize("command", [("rebase", "demo"), ("verify",)], ids=" ".join)
def test_command_that_reads_stored_pages_forks_before_it_has_threads(command: tuple[str, ...], forked: Forked) -> None:
    assert set(forked("newscrawl", *command)) == {1}


COMMANDS = (
    ("newscrawl", "try", "{url}", "--source", "demo"),
    ("scrapy", "crawl", "demo", "-a", "base={base}"),
    ("scrapy", "parse", "{url}", "--spider", "demo"),
    ("scrapy", "runspider", "spiders/demo.py", "-a", "base={base}"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_command_that_reads_pages_forks_before_it_has_threads(
    command: tuple[str, ...], forked: Forked, newsroom: Newsroom
) -> None:
    url = f"{newsroom.base}/feed.xml"
    assert set(forked(*(part.format(url=url, base=newsroom.base) for part in command))) == {1}


def test_contracts_are_checked_by_a_process_that_was_forked_before_threads(
    forked: Forked, newsroom: Newsroom, tmp_path: Path
) -> None:
    project = copied_project(tmp_path / "project")
    text = (project / "spiders" / "abc.py").read_text("utf-8") + CONTRACT.format(url=f"{newsroom.base}/feed.xml")
    (project / "spiders" / "contracts.py").write_text(text, "utf-8")
    assert set(forked("scrapy", "check", "contracts", cwd=project)) == {1}
