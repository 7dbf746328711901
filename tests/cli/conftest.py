"""Run the command as a user does, on an empty archive and on one with two editions of the demo newspaper."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from newscrawl.clock import SteppingClock
from newscrawl.config import PROJECT_ROOT, Config
from newscrawl.demo import EDITIONS, Newsroom
from newscrawl.jobs import Job
from newscrawl.jobs.subprocesses import run_in_processes
from newscrawl.store import embedded
from tests.forked import commands as forked

Run = Callable[..., subprocess.CompletedProcess[str]]


def environment(config: Config) -> dict[str, str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("NEWSCRAWL_")}
    return inherited | {
        "NEWSCRAWL_MONGO_URI": config.mongo_uri or "",
        "NEWSCRAWL_MONGO_DATABASE": config.mongo_database,
        "NEWSCRAWL_HOME": str(config.home),
        "NEWSCRAWL_DELAY_SECONDS": "0",
        "NEWSCRAWL_EGRESS_ALLOW": ",".join(config.egress_allow),
    }


def runner(config: Config) -> Run:
    def run(*arguments: str, cwd: Path = PROJECT_ROOT, **environ: str) -> subprocess.CompletedProcess[str]:
        return forked.run(arguments, cwd=cwd, env=environment(config) | environ)

    return run


@pytest.fixture
def newscrawl(config: Config) -> Run:
    """Run the command on an empty archive."""
    return runner(config)


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with Newsroom() as opened:
        yield opened


@pytest.fixture(scope="module")
def archive_config(newsroom: Newsroom, mongo_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Config]:
    """Settings of an archive with the first two editions, in its own database."""
    home = tmp_path_factory.mktemp("archive")
    address = newsroom.base.removeprefix("http://")
    config = Config(home=home, delay_seconds=0.0, policy="sniffer", egress_allow=(address,))
    mongod = embedded.join(home)
    try:
        for edition in EDITIONS[:2]:
            newsroom.edition = edition.number
            job = Job(source="demo", arguments={"base": newsroom.base}, clock=SteppingClock(edition.clock), fail_on=0,
                      settings={"NEWSCRAWL_EGRESS_ALLOW": [address]}, log_level="ERROR")  # fmt: skip
            (report,) = run_in_processes([job], config)
            assert report.exit_code == 0
        yield config
    finally:
        mongod.leave()


@pytest.fixture(scope="module")
def archive(archive_config: Config) -> Run:
    """Run the command on that archive."""
    return runner(archive_config)
