"""Whose article an address is, where several sources have its domain."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from newscrawl.sources.by_host import SourcesByHost
from tests.faults.project import Project
from tests.faults.waiting import PATIENCE_SECONDS

SPIDER = """
from newscrawl.spider import NewsSpider


class Paper(NewsSpider):
    name = "{name}"
    publisher = "{name}"
    domains = {domains}
    former_domains = {former}
    article_pattern = r"{pattern}"
    feeds = ("https://{name}.example/feed.xml",)
"""
# Name: domains, former domains, pattern of articles. The names are not in the order of what they have.
PAPERS = {
    "alpha": (("news.example",), (), "."),
    "beta": (("sport.news.example",), (), "."),
    "editionde": (("quay.example",), (), r"//de\.quay\.example/.*[0-9]"),
    "editionfr": (("quay.example",), (), r"//fr\.quay\.example/.*[0-9]"),
    "formerly": (("lamp.example",), ("pier.example",), "."),
    "now": (("pier.example",), (), "."),
    "demo": (("127.0.0.1",), (), "."),
    "port": (("127.0.0.1:8001",), (), "."),
    "letters": (("Mühle.example",), (), r"mhle-0ra\.example/a"),
    "six": (("[::1]:8001",), (), "."),
}
ROW = """
[arow]
publisher = "A row"
domains = ["quay.example"]
feeds = ["https://quay.example/feed.xml"]
"""


ASK = """
import json, sys
from newscrawl.sources.by_host import SourcesByHost, source_of_url
asked = json.loads(sys.argv[1])
with_demo = SourcesByHost()
demo = {url: (found.name if (found := with_demo.of(url)) else None) for url in asked}
print(json.dumps([{url: source_of_url(url) for url in asked}, demo]))
"""
EXPECTED = {
    "https://www.news.example/a-1": "alpha",
    "https://sport.news.example/a-1": "beta",
    "https://www.sport.news.example/a-1": "beta",
    "https://de.quay.example/a-1": "editionde",
    "https://fr.quay.example/a-1": "editionfr",
    "https://fr.quay.example/": "editionde",  # no article of any: the first that has the domain
    "https://www.pier.example/a-1": "now",
    "https://lamp.example/a-1": "formerly",
    "http://127.0.0.1:8001/2026/03/a-1": "port",
    "http://127.0.0.1:8002/2026/03/a-1": None,
    "http://127.0.0.1:8001./a-1": None,
    "https://other.example/a-1": None,
    "https://anews.example/a-1": None,
    "https://news.example./a-1": "alpha",
    "http://www.News.example:80/a-1": "alpha",
    "https://sport.news.example:443/a-1": "beta",
    "https://www.mühle.example/a-1": "letters",
    "https://xn--mhle-0ra.example/a-1": "letters",
    "http://xn--mhle-0ra.example:80/a-1": "letters",
    "http://[::1]:8001/a-1": "six",
    "http://[::1]:8002/a-1": None,
    "http://[::1/a-1": None,
    "https://news.example:port/a-1": None,
    "nothing": None,
    "": None,
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str | None]]:
    """What a project with these sources says of each address, without and with the demo."""
    project = Project(tmp_path_factory.mktemp("by-host") / "project")
    for name, (domains, former, pattern) in PAPERS.items():
        text = SPIDER.format(name=name, domains=domains, former=former, pattern=pattern)
        (project.root / "spiders" / f"{name}.py").write_text(text, "utf-8")
    (project.root / "spiders" / "unverified.toml").write_text(ROW, "utf-8")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("NEWSCRAWL_", "SCRAPY_"))}
    done = subprocess.run(
        [sys.executable, "-c", ASK, json.dumps(list(EXPECTED))], cwd=project.root, capture_output=True, text=True,
        check=True, env=environ | {"PYTHONPATH": str(project.root)}, timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    found: list[dict[str, str | None]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(("url", "name"), EXPECTED.items())
def test_an_address_is_of_the_source_that_takes_it_for_an_article(
    answers: list[dict[str, str | None]], url: str, name: str | None
) -> None:
    assert answers[0][url] == name


def test_the_demo_has_any_port_of_loopback_that_no_other_source_has(answers: list[dict[str, str | None]]) -> None:
    assert answers[1] == EXPECTED | {"http://127.0.0.1:8002/2026/03/a-1": "demo"}


def test_each_edition_of_a_shipped_newspaper_has_its_articles() -> None:
    sources = SourcesByHost()
    for edition in ("de", "fr"):
        spider = sources.of(f"https://{edition}.euronews.com/my-europe/2026/03/02/a-bridge")
        assert spider is not None
        assert spider.name == f"euronews{edition}"
