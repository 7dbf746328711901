"""A Scrapy project of another kind switches newscrawl on by one line, and loses nothing of its own by it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from scrapy.settings import Settings

from newscrawl.addon import switch_on
from newscrawl.config import PROJECT_ROOT, Config
from newscrawl.demo import EDITIONS, Newsroom
from newscrawl.project import project as project_of_tests
from tests.cli.conftest import environment
from tests.faults.waiting import PATIENCE_SECONDS

Run = Callable[..., subprocess.CompletedProcess[str]]
AGENT = "harbour/1 (+https://harbour.example/)"
SETTINGS = """
BOT_NAME = "harbour"
SPIDER_MODULES = ["harbour.spiders"]
NEWSPIDER_MODULE = "harbour.spiders"
ADDONS = {"newscrawl.Addon": 0}
USER_AGENT = "harbour/1 (+https://harbour.example/)"
ROBOTSTXT_OBEY = True
ITEM_PIPELINES = {"harbour.seen.SeenItems": 400}
DOWNLOADER_MIDDLEWARES = {"harbour.seen.SeenRequests": 450}
"""
SEEN = """
import json
from pathlib import Path


class Seen:
    def __init__(self, crawler):
        self.path = Path(f"seen-{crawler.spidercls.name}.jsonl")
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler):
        return cls(crawler)

    def write(self, **values):
        with self.path.open("a") as file:
            print(json.dumps(values), file=file)


class SeenItems(Seen):
    def process_item(self, item):
        self.write(item=type(item).__name__)
        return item


class SeenRequests(Seen):
    def process_request(self, request):
        handler = self.crawler.settings["DOWNLOAD_HANDLERS"].get("http", "scrapy")
        self.write(agent=self.crawler.settings["USER_AGENT"], handler=handler)
"""
QUOTES = """
import scrapy


class Quotes(scrapy.Spider):
    name = "quotes"

    async def start(self):
        yield scrapy.Request(self.url)

    def parse(self, response):
        yield {"url": response.url, "status": response.status}
"""
GAZETTE = """
from newscrawl.extract import Rules
from newscrawl.spider import NewsSpider


class Gazette(NewsSpider):
    name = "gazette"
    publisher = "The Gazette"
    domains = ("127.0.0.1",)
    feeds = ("%(base)s/feed.xml",)
    article_pattern = r"/20\\d\\d/\\d\\d/[a-z0-9-]+-\\d+$"
    guid_pattern = r"-(\\d+)$"

    class Classic2019(Rules):
        match = "body.classic"
        body = "div.story-body > p"
"""


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with Newsroom(EDITIONS[0].number) as opened:
        yield opened


@pytest.fixture
def project(tmp_path: Path, newsroom: Newsroom) -> Path:
    root = tmp_path / "harbour"
    spiders = root / "harbour" / "spiders"
    spiders.mkdir(parents=True)
    (root / "scrapy.cfg").write_text("[settings]\ndefault = harbour.settings\n", "utf-8")
    for path in (root / "harbour" / "__init__.py", spiders / "__init__.py"):
        path.touch()
    (root / "harbour" / "settings.py").write_text(SETTINGS, "utf-8")
    (root / "harbour" / "seen.py").write_text(SEEN, "utf-8")
    (spiders / "quotes.py").write_text(QUOTES, "utf-8")
    (spiders / "gazette.py").write_text(GAZETTE % {"base": newsroom.base}, "utf-8")
    return root


@pytest.fixture
def run(config: Config, project: Path) -> Run:
    def run(*command: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", *command], cwd=project, capture_output=True, text=True, check=False,
            env=environment(config) | {"PYTHONPATH": str(PROJECT_ROOT)} | environ, timeout=PATIENCE_SECONDS,
        )  # fmt: skip

    return run


def seen(project: Path, name: str) -> list[dict[str, str]]:
    return list(map(json.loads, (project / f"seen-{name}.jsonl").read_text("utf-8").splitlines()))


def test_a_spider_of_another_kind_passes_untouched(run: Run, project: Path, newsroom: Newsroom) -> None:
    # Its loopback is refused by newscrawl's handler, and there is no database.
    nowhere = {"NEWSCRAWL_MONGO_URI": "mongodb://127.0.0.1:1/", "NEWSCRAWL_EGRESS_ALLOW": ""}
    url = f"{newsroom.base}/feed.xml"
    done = run("scrapy", "crawl", "quotes", "-O", "out.json", "-a", f"url={url}", **nowhere)
    assert done.returncode == 0, done.stderr
    assert json.loads((project / "out.json").read_text("utf-8")) == [{"url": url, "status": 200}]
    assert "newscrawl.pipelines" not in done.stderr
    robots_txt = page = {"agent": AGENT, "handler": "scrapy"}
    assert seen(project, "quotes") == [robots_txt, page, {"item": "dict"}]


def test_a_news_source_gets_newscrawls_components_beside_the_projects_own(
    run: Run, project: Path, newsroom: Newsroom
) -> None:
    allowed = {"NEWSCRAWL_EGRESS_ALLOW": newsroom.base.removeprefix("http://")}
    assert run("scrapy", "list", **allowed).stdout.split() == ["gazette", "quotes"]
    done = run("scrapy", "crawl", "gazette", **allowed)
    assert done.returncode == 0, done.stderr
    lines = seen(project, "gazette")
    handler = "newscrawl.fetch.downloader.DownloadHandler"
    assert {line.get("handler", handler) for line in lines} == {handler}
    assert {line.get("agent", AGENT) for line in lines} == {AGENT}
    read = [line["item"] for line in lines if "item" in line]
    assert read
    assert set(read) <= {"ParsedPage", "JudgedItem", "Tombstone", "FetchFailure"}
    rows = {row["source"]: row for row in json.loads(run("newscrawl", "sources", "--json", **allowed).stdout)}
    assert sorted(rows) == ["demo", "gazette"]
    assert rows["gazette"]["articles"] == read.count("ParsedPage")


def test_newscrawls_commands_work_in_the_project(run: Run, project: Path, newsroom: Newsroom) -> None:
    done = run("newscrawl", "crawl", "gazette", "--json", NEWSCRAWL_EGRESS_ALLOW=newsroom.base.removeprefix("http://"))
    assert json.loads(done.stdout)["reason"] == "finished", done.stderr
    assert json.loads(done.stdout)["outcomes"]["new"] == len([1 for line in seen(project, "gazette") if "item" in line])
    assert {line["agent"] for line in seen(project, "gazette") if "agent" in line} == {AGENT}
    refused = run("newscrawl", "crawl", "quotes")
    assert (refused.returncode, "there is no source 'quotes'" in refused.stderr) == (2, True)


def test_a_component_that_the_project_states_is_left_as_it_is() -> None:
    settings = Settings(
        {
            "ITEM_PIPELINES": {f"{project_of_tests().stages}.detect.Detect": None, "harbour.seen.SeenItems": 400},
            "DOWNLOAD_HANDLERS": {"http": "harbour.Handler", "gopher": "harbour.Gopher"},
            "CONCURRENT_ITEMS": 7,
        }
    )
    switch_on(settings)
    pipelines = settings.getdict("ITEM_PIPELINES")
    assert pipelines[f"{project_of_tests().stages}.detect.Detect"] is None
    assert pipelines[f"{project_of_tests().stages}.record.Record"] == 700
    assert pipelines["harbour.seen.SeenItems"] == 400
    handlers = settings.getdict("DOWNLOAD_HANDLERS")
    assert (handlers["http"], handlers["gopher"]) == ("newscrawl.fetch.downloader.DownloadHandler", "harbour.Gopher")
    assert (settings.getint("CONCURRENT_ITEMS"), settings["COOKIES_ENABLED"]) == (7, False)
    before = settings.copy_to_dict()
    switch_on(settings)
    assert settings.copy_to_dict() == before


def test_what_an_option_or_a_command_states_is_left_as_it_is() -> None:
    settings = Settings()
    settings.set("ITEM_PIPELINES", {}, priority="cmdline")  # as `scrapy parse` does
    switch_on(settings)
    assert settings.getdict("ITEM_PIPELINES") == {}
    assert "newscrawl.jobs.run_recorder.RunRecorder" in settings.getdict("EXTENSIONS")
