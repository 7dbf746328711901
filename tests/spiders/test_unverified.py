"""Unverified sources: rows of facts that wait to be named by a person, and that a file of their name replaces."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from benchmarks.unverified_sources import table
from newscrawl.config import PROJECT_ROOT, Config
from newscrawl.extract import layouts_of
from newscrawl.languages import language_tag
from newscrawl.sources.by_host import source_of_url
from newscrawl.sources.catalogue import is_unverified, load_spider, source_names
from newscrawl.sources.unverified import unverified_names
from tests.cli.conftest import runner
from tests.faults.project import Project
from tests.faults.waiting import PATIENCE_SECONDS
from tests.forked import commands as forked

TABLE = PROJECT_ROOT / "spiders" / "unverified.toml"
ROW = """
[quay]
publisher = "The Quay"
domains = ["quay.example"]
feeds = ["https://quay.example/feed.xml"]
"""
FILE = """
from newscrawl.spider import NewsSpider


class Quay(NewsSpider):
    name = "quay"
    publisher = "The Quay, verified"
    domains = ("quay.example",)
    feeds = ("https://quay.example/feed.xml",)
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("unverified") / "project")


@pytest.fixture
def project(checkout: Project) -> Iterator[Project]:
    (checkout.root / "spiders" / "unverified.toml").write_text(ROW, "utf-8")
    yield checkout
    checkout.clear()


def call(project: Project, config: Config, *arguments: str) -> subprocess.CompletedProcess[str]:
    return runner(config)(*arguments, cwd=project.root, PYTHONPATH=str(project.root))


def test_there_are_many_and_none_has_a_file() -> None:
    assert len(unverified_names()) >= 60
    assert not any((TABLE.parent / f"{name}.py").is_file() for name in unverified_names())
    assert [name for name in source_names() if is_unverified(name)] == sorted(unverified_names())


@pytest.mark.parametrize("name", unverified_names())
def test_a_row_states_facts_alone_and_what_a_crawl_needs(name: str) -> None:
    spider = load_spider(name)
    assert spider.unverified
    assert layouts_of(spider) == ()
    assert spider.publisher
    assert spider.languages
    assert all(language_tag(tag) == tag for tag in spider.languages)
    listings = (*spider.feeds, *spider.sitemaps)
    assert listings
    assert all(urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname for url in listings)
    assert source_of_url(f"https://www.{spider.domains[0]}/2026/an-article") == name


@pytest.mark.corpus
def test_the_table_is_the_one_that_its_script_writes(corpus: Path) -> None:
    lines = (corpus / "publishers.jsonl").read_text("utf-8").splitlines()
    assert TABLE.read_text("utf-8") == table(map(json.loads, lines))


def test_an_operator_sees_which_sources_are_unverified(project: Project, config: Config) -> None:
    project.write("pier", FILE.replace('"quay"', '"pier"').replace("quay.example", "pier.example"))
    rows = json.loads(call(project, config, "sources", "--json").stdout)
    assert {row["source"]: row["unverified"] for row in rows} == {"pier": False, "quay": True}
    assert "unverified" in call(project, config, "sources").stdout
    assert "1 of them unverified" in call(project, config, "doctor").stdout
    assert [row["source"] for row in json.loads(call(project, config, "status", "--json").stdout)] == ["pier"]
    hosts = json.loads(call(project, config, "schedule", "--json").stdout)["hosts"]
    assert [row["host"] for row in hosts] == ["pier.example"]


def test_a_file_takes_the_place_of_its_row(project: Project, config: Config) -> None:
    assert json.loads(call(project, config, "sources", "--json").stdout)[0]["publisher"] == "The Quay"
    project.write("quay", FILE)
    rows = json.loads(call(project, config, "sources", "--json").stdout)
    assert [(row["source"], row["publisher"], row["unverified"]) for row in rows] == [
        ("quay", "The Quay, verified", False)
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("feed = []", "spiders/unverified.toml, [pier]: feed is no attribute of a spider; did you mean feeds?"),
        ('domains = "pier.example"', "spiders/unverified.toml, [pier]: domains must be a tuple of strings"),
        ('timezone = "Europe/Quay"', "timezone = 'Europe/Quay' is no IANA time zone"),
    ],
)
def test_a_wrong_row_fails_alone(project: Project, row: str, message: str) -> None:
    path = project.root / "spiders" / "unverified.toml"
    path.write_text(f"{ROW}\n[pier]\n{row}\n", "utf-8")
    assert message in load(project, "pier")
    assert load(project, "quay") == "The Quay\n"


def test_a_table_that_cannot_be_read_fails_no_source_with_a_file(project: Project, config: Config) -> None:
    project.write("pier", FILE.replace('"quay"', '"pier"'))
    (project.root / "spiders" / "unverified.toml").write_text("[quay\n", "utf-8")
    assert load(project, "pier") == "The Quay, verified\n"
    found = call(project, config, "doctor")
    assert found.returncode != 0
    assert "spiders/unverified.toml: " in found.stdout


def load(project: Project, name: str) -> str:
    """Return a source's publisher, or the error of loading it, as a fresh process in the project says it."""
    program = (
        "import sys; from newscrawl.sources.catalogue import load_spider; print(load_spider(sys.argv[1]).publisher)"
    )
    environ = {**os.environ, "PYTHONPATH": str(project.root)}
    words, environ = forked.command(project.root, environ, "-c", program)
    done = subprocess.run(
        [*words, name], cwd=project.root, env=environ, capture_output=True, text=True, check=False,
        timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    return done.stdout or done.stderr
