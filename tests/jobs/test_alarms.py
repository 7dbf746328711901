"""The life of an alarm over real crawls: opened, seen again, acknowledged, resolved; and who is told of it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from newscrawl.config import PROJECT_ROOT
from tests.forked import commands as forked

from .gazette import Answer, Gazette

if TYPE_CHECKING:
    from .conftest import CrawlDriver

pytestmark = pytest.mark.slow

NAMES = [f"story-{n}" for n in range(101, 107)]
SPIDER = """
from spiders.demo import DemoSpider
from newscrawl.spider import NewsSpider


class Paper(NewsSpider):
    name = "{name}"
    domains = ("127.0.0.1",)
    feeds = ("{base}/feed.xml",)
    article_pattern = DemoSpider.article_pattern
    guid_pattern = DemoSpider.guid_pattern
"""


def forbidden(headers: Mapping[str, str]) -> Answer:
    return 403, {"Content-Type": "text/html"}, "<h1>Forbidden</h1>"


class Operator:
    """Commands in a copy of the project whose only sources are the demo and those of the test."""

    def __init__(self, driver: CrawlDriver, root: Path) -> None:
        self._environ = driver.environ() | {"PYTHONPATH": str(root), "NEWSCRAWL_POLICY": "fixed:minutes=1"}
        self._root = root

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return forked.run(arguments, env=self._environ, cwd=self._root)

    def crawl(self, *arguments: str) -> tuple[int, Any]:
        done = self.run("crawl", *arguments, "--json")
        return done.returncode, json.loads(done.stdout)

    def json(self, *arguments: str, code: int = 0) -> Any:
        done = self.run(*arguments, "--json")
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout)

    def text(self, *arguments: str, code: int = 0) -> str:
        done = self.run(*arguments)
        assert done.returncode == code, done.stderr
        return done.stdout

    def add_source(self, name: str, base: str) -> None:
        (self._root / "spiders" / f"{name}.py").write_text(SPIDER.format(name=name, base=base), encoding="utf-8")


@pytest.fixture
def operator(gazette_driver: CrawlDriver, tmp_path: Path) -> Operator:
    root = tmp_path / "checkout"
    for room in ("newscrawl", "pipelines"):
        shutil.copytree(PROJECT_ROOT / room, root / room)
    shutil.copy(PROJECT_ROOT / "scrapy.cfg", root)
    (root / "spiders").mkdir()
    for name in ("__init__.py", "demo.py"):
        shutil.copy(PROJECT_ROOT / "spiders" / name, root / "spiders")
    return Operator(gazette_driver, root)


@pytest.fixture
def walled(gazette: Gazette) -> Gazette:
    """A paper whose feed is open and whose articles are not."""
    gazette.articles = {name: [f"This is what {name} tells."] for name in NAMES}
    gazette.listed = dict.fromkeys(NAMES, "")
    gazette.overrides = dict.fromkeys(NAMES, forbidden)
    return gazette


def test_a_wall_is_an_alarm_from_the_first_run_until_a_page_can_be_read_again(
    operator: Operator, walled: Gazette
) -> None:
    operator.add_source("paper", walled.base)
    assert operator.json("alarms", "list") == []
    code, report = operator.crawl("paper", "--fail-on", "0")
    assert (code, report["exit_code"], report["outcomes"]) == (1, 1, {"blocked": 6})
    sentence = "walled: 6 pages requested, none could be read (http_403 ×6)"
    assert sentence in report["errors"]

    (opened,) = operator.json("alarms", "list")
    assert (opened["source"], opened["kind"], opened["state"], opened["count"]) == ("paper", "walled", "open", 1)
    url = f"{walled.base}/2026/03/{NAMES[0]}"
    evidence = opened["evidence"]
    assert (evidence["run_id"], evidence["asked"], evidence["reasons"]) == (report["run_id"], 6, {"http_403": 6})
    assert evidence["examples"][0].startswith(url.rpartition("-")[0])
    assert opened["command"] == f"newscrawl try {evidence['examples'][0]} --source paper"
    listed = operator.text("alarms", "list")
    assert sentence.removeprefix("walled: ") in listed
    assert opened["runbook"] == "docs/runbook-walled.md"
    assert opened["runbook"] in listed

    code, report = operator.crawl("paper", "--fail-on", "0")
    (again,) = operator.json("alarms", "list", "paper")
    assert (code, again["id"], again["count"], again["opened_at"]) == (1, opened["id"], 2, opened["opened_at"])
    assert again["evidence"]["run_id"] == report["run_id"]

    walled.overrides = {}
    code, report = operator.crawl("paper")
    assert (code, report["outcomes"]) == (0, {"new": 6})
    assert operator.json("alarms", "list") == []
    (past,) = operator.json("alarms", "list", "--all")
    assert (past["id"], past["state"], past["count"]) == (opened["id"], "resolved", 2)
    assert past["resolved_at"] > past["last_seen_at"]


def test_an_open_alarm_is_told_by_every_command_that_looks_at_sources(operator: Operator, walled: Gazette) -> None:
    operator.add_source("paper", walled.base)
    operator.crawl("paper")
    operator.crawl("demo", "-a", f"base={walled.base}/nowhere")  # its listings are missing
    status = operator.json("status", code=1)
    assert [(row["source"], row["state"]) for row in status] == [("paper", "alarm"), ("demo", "alarm")]
    assert (status[0]["readable"], status[0]["last_good_check_at"]) == (0.0, None)
    assert status[0]["command"] == status[0]["alarms"][0]["command"]
    assert status[1]["cause"].startswith("failing: 2 listings requested, none could be read (http_404 ×2)")
    first, second = operator.text("status", code=1).splitlines()[1:]
    assert (first.split()[:2], second.split()[:2]) == (["paper", "alarm"], ["demo", "alarm"])

    assert {row["source"]: row["alarms"] for row in operator.json("sources")} == {"demo": 1, "paper": 1}
    doctor = operator.json("doctor", code=1)
    (finding,) = [finding for finding in doctor["findings"] if finding["what"] == "alarms"]
    assert not finding["good"]
    assert finding["detail"].startswith("2 open: paper: walled: 6 pages")

    newest, oldest = operator.json("runs")
    assert [(run["source"], run["reason"], run["exit_code"]) for run in (newest, oldest)] == [
        ("demo", "finished", 1),
        ("paper", "finished", 1),
    ]
    assert oldest["counts"] == {"discovered": 6, "checked": 6, "blocked": 6}
    assert [run["source"] for run in operator.json("runs", "paper", "--limit", "1")] == ["paper"]
    assert operator.text("runs").splitlines()[1].split()[1] == "demo"


def test_an_acknowledged_alarm_reddens_no_round_and_an_open_one_does(operator: Operator, walled: Gazette) -> None:
    operator.add_source("paper", walled.base)
    with Gazette() as other:
        other.articles = {"pier-101": ["The pier is open."]}
        operator.add_source("herald", other.base)
        operator._environ["NEWSCRAWL_EGRESS_ALLOW"] += "," + other.base.removeprefix("http://")
        assert operator.crawl("paper", "herald")[0] == 1
        assert "paper, walled: 6 pages" in operator.text("alarms", "ack", "paper", "walled")
        assert "no open alarm" in operator.run("alarms", "ack", "paper").stderr
        code, reports = operator.crawl("paper", "herald")
        assert {r["source"]: (r["exit_code"], r["excused"]) for r in reports} == {
            "paper": (1, "acknowledged"),  # its own run told the truth: nothing could be read
            "herald": (0, ""),
        }
        assert code == 0
        assert operator.crawl("paper")[0] == 1
        assert operator.crawl("paper", "--fail-on-drift")[0] == 1, "6 is for what nobody knows yet"
        assert [row["state"] for row in operator.json("status") if row["source"] == "paper"] == ["acknowledged"]
        assert {f["what"]: f["good"] for f in operator.json("doctor")["findings"]}["alarms"]

        other.overrides["/feed.xml"] = forbidden
        assert operator.crawl("paper", "herald")[0] == 1, "what is known of one source is not known of another"
        (alarm,) = operator.json("alarms", "list", "herald")
        operator.text("alarms", "ack", alarm["id"])
        assert operator.crawl("paper", "herald")[0] == 0

        walled.overrides = {"story-107": forbidden}
        assert operator.crawl("paper")[1]["outcomes"] == {"new": 6}
        walled.listed["story-107"] = ""
        assert operator.crawl("paper", "herald")[0] == 1, "the same fault after it was gone is a new one"


def test_a_paused_source_reddens_neither_rounds_nor_the_overview(operator: Operator, walled: Gazette) -> None:
    operator.add_source("paper", walled.base)
    assert operator.crawl("paper")[0] == 1
    operator.text("pause", "paper", "--reason", "they build a new site")
    (row,) = [row for row in operator.json("status") if row["source"] == "paper"]
    assert (row["state"], row["cause"], row["command"]) == (
        "paused",
        "they build a new site",
        "newscrawl unpause paper",
    )
    assert [row["paused"] for row in operator.json("sources")] == [False, True]
    done = operator.run("crawl", "--due")
    assert (done.returncode, done.stdout) == (0, ""), "it is not even looked at"
    code, report = operator.crawl("paper")
    assert (code, report["excused"]) == (1, "paused"), "named alone, a run tells how it was"
    assert [row["state"] for row in operator.json("status")] == ["paused"]


def test_an_alarm_of_listings_stands_until_one_is_read(operator: Operator, walled: Gazette) -> None:
    walled.overrides = {}
    operator.add_source("paper", walled.base)
    assert operator.crawl("paper")[0] == 0
    walled.overrides["/feed.xml"] = forbidden
    code, report = operator.crawl("paper", "--fail-on", "0")
    assert (code, report["outcomes"]) == (1, {"blocked": 1})
    (standing,) = operator.json("alarms", "list")
    assert (standing["kind"], standing["evidence"]["unread"]) == ("walled", ["listings"])
    walled.overrides = {}
    assert operator.crawl("paper")[0] == 0
    assert operator.json("alarms", "list") == []
