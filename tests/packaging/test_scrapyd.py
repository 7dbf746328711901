"""scrapyd runs a project: in an environment of its own, with the tools that people deploy with."""

from __future__ import annotations

import json
import shutil
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newscrawl.config import Config
from newscrawl.demo import EDITIONS, Newsroom
from tests.cli.conftest import environment
from tests.cli.test_exit_codes import free_port
from tests.conftest import missing
from tests.faults.processes import Process
from tests.faults.waiting import PATIENCE_SECONDS, until
from tests.sources.test_addon import GAZETTE, QUOTES

from .installation import Installation, clean_environment

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("scrapyd")
    try:  # scrapyd asks for an older setuptools than the build of newscrawl
        made = Installation.of(wheel, folder / "venv", "scrapyd>=1.6", "scrapyd-client", without_pins=("setuptools",))
    except AssertionError as error:
        missing(f"scrapyd cannot be installed: {error}")
    yield made
    shutil.rmtree(folder)


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with Newsroom(EDITIONS[0].number) as opened:
        yield opened


def answer(to: str, **form: str) -> dict[str, Any]:
    data = urllib.parse.urlencode(form).encode() if form else None
    with urllib.request.urlopen(to, data, timeout=PATIENCE_SECONDS) as response:  # noqa: S310  our own server
        return dict(json.load(response))


def test_scrapyd_lists_and_crawls_a_project(
    installed: Installation, newsroom: Newsroom, config: Config, tmp_path: Path
) -> None:
    base = f"http://127.0.0.1:{free_port()}"
    project = tmp_path / "papers"
    installed.run("newscrawl", "init", "papers", cwd=tmp_path)
    (project / "spiders" / "gazette.py").write_text(GAZETTE % {"base": newsroom.base}, "utf-8")
    (project / "spiders" / "quotes.py").write_text(QUOTES, "utf-8")
    settings = (project / "scrapy.cfg").read_text("utf-8")
    (project / "scrapy.cfg").write_text(settings.replace("# url = http://localhost:6800/", f"url = {base}/"), "utf-8")
    place = tmp_path / "scrapyd"
    place.mkdir()
    port = base.rpartition(":")[2]
    (place / "scrapyd.conf").write_text(f"[scrapyd]\nhttp_port = {port}\nbind_address = 127.0.0.1\n", "utf-8")
    environ = {name: v for name, v in environment(config).items() if name.startswith("NEWSCRAWL_")}
    environ |= {"NEWSCRAWL_EGRESS_ALLOW": newsroom.base.removeprefix("http://")}
    process = Process.start(
        [str(installed.command("scrapyd"))], cwd=place, environ=clean_environment() | environ, folder=place
    )
    try:
        until(
            lambda: "Site starting on" in process.err + process.out or process.code is not None, "scrapyd is to listen"
        )
        assert '"status": "ok"' in installed.run("scrapyd-deploy", cwd=project)
        spiders = answer(f"{base}/listspiders.json?project=papers")["spiders"]
        assert {"gazette", "quotes", "washpo"} <= set(spiders)
        schedule, feed = f"{base}/schedule.json", f"{newsroom.base}/feed.xml"
        jobs = [
            answer(schedule, project="papers", spider="gazette")["jobid"],
            answer(schedule, project="papers", spider="quotes", url=feed)["jobid"],
        ]

        def ended() -> bool:
            finished = answer(f"{base}/listjobs.json?project=papers")["finished"]
            return {job["id"] for job in finished} == set(jobs)

        until(ended, "both crawls are to end", every_seconds=0.2)
    finally:
        process.kill()
    logs = {path.parent.name: path.read_text("utf-8") for path in (place / "logs").rglob("*.log")}
    assert "decision=new source=gazette" in logs["gazette"], logs["gazette"]
    assert "'item_scraped_count': 1" in logs["quotes"], logs["quotes"]
    report = installed.run("newscrawl", "runs", "--json", cwd=project, **environ)
    assert [(run["source"], run["exit_code"]) for run in json.loads(report)] == [("gazette", 0)]
