"""JSON logs of whole crawls: every line of standard error is one object, and says what it is about."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from newscrawl.config import Config
from newscrawl.demo import Newsroom

from .conftest import runner

COURIER = """
from newscrawl.spider import NewsSpider


class CourierSpider(NewsSpider):
    name = "courier"
    domains = ("127.0.0.1",)
    feeds = ("{base}/feed.xml",)
    article_pattern = r"/20\\d\\d/\\d\\d/[a-z0-9-]+-\\d+$"
"""
Run = Callable[..., subprocess.CompletedProcess[str]]


def records(process: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """Return the lines of standard error, each of which must be one JSON object."""
    found = [json.loads(line) for line in process.stderr.splitlines()]
    assert all({"at", "level", "logger", "message"} <= each.keys() for each in found)
    return found


def of_one_run(found: list[dict[str, Any]]) -> str:
    """Return the run that every line about a source or host carries; decisions carry more."""
    about = [each for each in found if "source" in each]
    (run,) = {each.get("run") for each in about if "decision" in each}
    for each in found:
        if "decision" in each and "url" in each:
            assert each.keys() >= {"run", "source", "host"}, each
        if each.get("decision") in {"new", "changed", "not_modified", "quarantined"}:
            assert "article" in each, each
    assert isinstance(run, str)
    return run


@pytest.fixture
def on_loopback(config: Config, newsroom: Newsroom) -> Run:
    newsroom.edition = 1
    address = newsroom.base.removeprefix("http://")
    values = {name: getattr(config, name) for name in Config.__slots__}
    return runner(Config(**{**values, "egress_allow": (address,)}))


def test_every_line_of_a_crawl_is_json_with_its_run(on_loopback: Run, newsroom: Newsroom) -> None:
    options = {"NEWSCRAWL_LOG_FORMAT": "json", "NEWSCRAWL_LOG_LEVEL": "DEBUG"}
    process = on_loopback("crawl", "demo", "-a", f"base={newsroom.base}", "--json", **options)
    run = of_one_run(found := records(process))
    assert json.loads(process.stdout)["run_id"] == run
    assert len([each for each in found if each.get("decision") == "new"]) == 18
    of_scrapy = [each for each in found if each["logger"].startswith("scrapy") and "source" in each]
    assert of_scrapy, "Scrapy's own lines name their spider"


def test_every_line_of_a_round_in_processes_of_its_own_is_json_with_its_run(
    on_loopback: Run, newsroom: Newsroom, tmp_path: Path
) -> None:
    (tmp_path / "paper").mkdir()
    assert on_loopback("init", str(tmp_path / "paper"), cwd=tmp_path).returncode == 0
    (tmp_path / "paper" / "sources.toml").write_text("shipped = []\n")
    (tmp_path / "paper" / "spiders" / "courier.py").write_text(COURIER.format(base=newsroom.base))
    process = on_loopback("crawl", "--due", cwd=tmp_path / "paper", NEWSCRAWL_LOG_FORMAT="json")
    found = [each for each in records(process) if each.get("source") == "courier"]
    of_one_run(found)
    assert len([each for each in found if each.get("decision") == "new"]) == 18, process.stderr


def test_lines_of_a_host_that_does_not_answer_name_it(on_loopback: Run) -> None:
    options = {"NEWSCRAWL_LOG_FORMAT": "json", "NEWSCRAWL_EGRESS_ALLOW": "127.0.0.1:9"}
    process = on_loopback("crawl", "demo", "-a", "base=http://127.0.0.1:9", **options)
    refused = [each for each in records(process) if each.get("reason") == "refused"]
    assert refused
    assert {each["host"] for each in refused} == {"127.0.0.1"}
