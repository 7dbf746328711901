"""`newscrawl watch`: one address without a spider, in a checkout, a project and an empty folder, over HTTP."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newscrawl.config import Config
from newscrawl.errors import ConfigError, SpiderFileError
from newscrawl.sources import watched
from newscrawl.sources.watching import head_at, watch_later
from newscrawl.store.session import Store
from tests.cli.conftest import Run, runner
from tests.cli.test_json import documented
from tests.jobs.import_files import documents
from tests.own_project import own_project
from tests.sources.paper import Answer, Paper, article, front
from tests.store.samples import append, first_version
from tests.store.samples import article as stored
from tests.upgrade.archive import copied_project

SPIDER = """from newscrawl.spider import NewsSpider


class WeirSpider(NewsSpider):
    name = "weir"
    domains = ("{host}",)
    sections = ("http://{host}/list",)
    article_pattern = r"/lock-\\d+$"
"""


class Lake:
    """A site of articles that no list names; `words` are added to each."""

    words = ""

    def __call__(self, path: str) -> Answer | str | None:
        if path.startswith("/lock-"):
            return article(int(path.rpartition("-")[2]), more=self.words)
        if path == "/menu":
            return "<html><title>Menu</title><body><a href='/lock-1'>One</a></body></html>"
        if path == "/moved":
            return Answer("", status=302, headers={"Location": "/"})
        return "<html><title>The Lake</title><a href='/about'>About</a></html>" if path == "/" else None


class Desk:
    def __init__(self, run: Run, folder: Path, paper: Paper, **environ: str) -> None:
        self._run, self.folder, self.paper = run, folder, paper
        self._environ = {"NEWSCRAWL_EGRESS_ALLOW": paper.host, "NEWSCRAWL_POLICY": "fixed:minutes=1"} | environ

    @property
    def source(self) -> str:
        return self.paper.host.replace(".", "_").replace(":", "_")

    def text(self, *arguments: str, code: int = 0) -> str:
        done = self._run(*arguments, cwd=self.folder, **self._environ)
        assert done.returncode == code, f"{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def json(self, *arguments: str) -> Any:
        done = self._run(*arguments, "--json", cwd=self.folder, **self._environ)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def lake() -> Lake:
    return Lake()


def desk_in_project(config: Config, tmp_path: Path, paper: Paper) -> Desk:
    return Desk(runner(config), own_project(tmp_path / "project"), paper)


def test_an_address_is_recorded_at_once_and_checked_again_in_rounds(config: Config, tmp_path: Path, lake: Lake) -> None:
    with Paper(lake) as paper:
        desk = desk_in_project(config, tmp_path, paper)
        url = f"{paper.base}/lock-2001"
        found = desk.json("watch", url)
        assert (found["source"], found["versions"], found["is_new"]) == (desk.source, 1, True)
        assert found.keys() == documented()["watch"][1] - {"added", "known", "failed"}
        table = tomllib.loads((desk.folder / "spiders" / "watched.toml").read_text())
        assert table[desk.source]["addresses"] == [url]
        lake.words = " Its new gate is painted red."
        desk.text("recheck", url)
        assert "changed" in desk.text("crawl", "--due", "--json")
        (row,) = desk.json("watch", "--list")
        assert (row["url"], row["versions"], row["state"]) == (url, 2, "watched")
        assert not any(path in paper.requested for path in ("/", "/list"))


def test_an_article_with_old_texts_is_checked_for_as_long_as_it_is_watched(
    config: Config, tmp_path: Path, lake: Lake
) -> None:
    """A policy retires what has not changed for years, at the first check."""
    with Paper(lake) as paper:
        desk = desk_in_project(config, tmp_path, paper)
        desk.text("watch", f"{paper.base}/lock-2002")
        url = f"{paper.base}/lock-2001"
        old = {"url": url, "seen_at": "2019-03-02T07:00:00Z", "headline": "The lock", "text": "Its gate stands open."}
        (desk.folder / "old.jsonl").write_text(json.dumps(old), "utf-8")
        desk.text("import", "old.jsonl")
        found = desk.json("watch", url)
        for _ in range(2):
            assert (found["versions"], found["state"]) == (2, "watched")
            ahead = datetime.fromisoformat(found["next_check_at"]) - datetime.now(UTC)
            assert timedelta(0) < ahead <= timedelta(days=45)
            desk.text("recheck", url)
            desk.text("crawl", "--due")
            (found,) = [row for row in desk.json("watch", "--list") if row["url"] == url]
        desk.text("watch", "--remove", url)
        desk.text("recheck", url)
        desk.text("crawl", "--due")
        (article,) = [each for each in documents(config, "articles") if each["url"] == url]
        assert (article["state"], article["next_check_at"]) == ("retired", None)


def test_addresses_of_one_host_are_one_source_and_twice_is_once(config: Config, tmp_path: Path, lake: Lake) -> None:
    with Paper(lake) as paper:
        desk = desk_in_project(config, tmp_path, paper)
        for number in (2001, 2002, 2001):
            desk.text("watch", f"{paper.base}/lock-{number}?utm_source=mail")
        rows = desk.json("watch", "--list")
        assert {row["source"] for row in rows} == {desk.source}
        assert [row["versions"] for row in rows] == [1, 1]


@pytest.mark.slow
def test_a_removed_address_is_checked_no_more_and_its_history_stays(config: Config, tmp_path: Path, lake: Lake) -> None:
    with Paper(lake) as paper:
        desk = desk_in_project(config, tmp_path, paper)
        urls = [f"{paper.base}/lock-{number}" for number in (2001, 2002)]
        for url in urls:
            desk.text("watch", url)
        desk.text("watch", "--remove", urls[0])
        assert [row["url"] for row in desk.json("watch", "--list")] == urls[1:]
        before = paper.requested.count("/lock-2001")
        desk.text("crawl", desk.source)
        assert paper.requested.count("/lock-2001") == before
        assert "Lock 2001 opens" in desk.text("history", urls[0])
        assert "is not watched" in desk.text("watch", "--remove", urls[0], code=2)
        desk.text("watch", urls[0])  # and it goes on where it ended
        assert {row["state"] for row in desk.json("watch", "--list")} == {"watched"}
        assert paper.requested.count("/lock-2001") > before


def test_an_address_of_a_source_with_a_spider_becomes_one_of_its_articles(
    config: Config, tmp_path: Path, lake: Lake
) -> None:
    with Paper(lake) as paper:
        desk = desk_in_project(config, tmp_path, paper)
        (desk.folder / "spiders" / "weir.py").write_text(SPIDER.format(host=paper.host))
        found = desk.json("watch", f"{paper.base}/lock-2001")
        assert (found["source"], found["has_spider"], found["versions"]) == ("weir", True, 1)
        assert "/list" not in paper.requested
        refused = desk.text("watch", f"{paper.base}/menu", code=2)
        assert "on the domain of the source weir, whose article_pattern it does not match" in refused


@pytest.mark.parametrize(
    ("address", "code", "message"),
    [
        ("ftp://lake.example/a", 2, "is not an http or https URL"),
        ("https://clerk:hunter2@lake.example/a", 2, "without user name and password"),
        ("https://lake.example/a\u202eb", 2, "not a plain URL"),
        ("{base}/", 2, "is a front page, not an article; `newscrawl add-source"),
        ("{base}/menu", 1, "is no article that can be read"),
        ("{base}/missing", 1, "http_404; it is not watched"),
        ("{base}/moved", 1, "leads to the front page"),
        ("http://127.0.0.1:9/lock-1", 1, "private_address"),
    ],
)
def test_a_bad_address_is_refused_and_nothing_kept(
    config: Config, tmp_path: Path, lake: Lake, address: str, code: int, message: str
) -> None:
    with Paper(lake) as paper:
        desk = desk_in_project(config, tmp_path, paper)
        out = desk.text("watch", address.format(base=paper.base), code=code)
    assert message in out
    assert "hunter2" not in out
    assert not (desk.folder / "spiders" / "watched.toml").exists()


def test_a_checkout_keeps_its_table_beside_its_spiders(config: Config, tmp_path: Path, lake: Lake) -> None:
    root = copied_project(tmp_path / "newscrawl")
    with Paper(lake) as paper:
        desk = Desk(runner(config), root, paper, PYTHONPATH=str(root))
        desk.text("watch", f"{paper.base}/lock-2001")
        assert (root / "spiders" / "watched.toml").is_file()
        assert desk.source in desk.text("crawl", desk.source)


async def test_a_form_may_watch_an_address_that_the_next_round_tries(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watched, "own_folder", lambda: tmp_path)
    found = await watch_later("https://www.lake.example/2026/lock-2001", store)
    assert (found.source, found.has_spider, found.is_known) == ("lake_example", False, False)
    assert watched.addresses_of("lake_example") == ("https://www.lake.example/2026/lock-2001",)
    assert "lake_example" in await store.source_turns()
    with pytest.raises(ConfigError, match="front page"):
        await watch_later("https://lake.example/", store)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[lake\n", "watched.toml"),
        ("addresses = 3\n", "must stand below"),
        ("[lake]\nadresses = []\n", "there is no 'adresses'"),
        ("[lake]\naddresses = 3\n", "must be a list of texts"),
        ("[lake]\naddresses = ['ftp://lake.example/a']\n", "is not an http or https URL"),
    ],
)
def test_a_table_that_cannot_be_read_says_so_and_stops_no_other_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    monkeypatch.setattr(watched, "own_folder", lambda: tmp_path)
    (tmp_path / "watched.toml").write_text(text)
    with pytest.raises(SpiderFileError, match=message.replace(".", r"\.")):
        watched.rows()
    assert watched.addresses_of("washpo") == ()
    (problem,) = watched.problems()
    assert problem.file == "watched.toml"


def test_outside_of_a_project_the_table_lies_with_the_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched, "own_folder", lambda: None)
    monkeypatch.setenv("NEWSCRAWL_HOME", str(tmp_path / "state"))
    watched.add("https://lake.example/a-b", "lake_example", has_spider=False)
    assert (tmp_path / "state" / "watched.toml").is_file()
    assert watched.addresses_of("lake_example") == ("https://lake.example/a-b",)


async def test_an_address_in_another_spelling_is_the_known_article(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watched, "own_folder", lambda: tmp_path)
    await watch_later("https://lake.example/2026/lock-2001", store)
    url = "https://lake.example/2026/lock-2001"
    known = (await append(store, first_version(stored(url, source="lake_example", url=url)))).article_id
    for spelling in (url, "http://www.lake.example/2026/lock-2001", "https://LAKE.example:443/2026/lock-2001#top"):
        found = await watch_later(spelling, store)
        assert (found.is_known, found.is_new) == (True, False)
        head = await head_at(store, "lake_example", spelling)
        assert head is not None
        assert head.article_id == known
    assert await head_at(store, "lake_example", "https://lake.example/2026/lock-2002") is None


def test_an_address_that_is_removed_in_another_spelling_is_checked_no_more(
    config: Config, tmp_path: Path, lake: Lake
) -> None:
    with Paper(lake) as paper:
        desk = desk_in_project(config, tmp_path, paper)
        desk.text("watch", f"{paper.base}/lock-2001")
        removed = desk.text("watch", "--remove", f"https://{paper.host}/lock-2001#top")
        assert "no longer watched; its history stays" in removed
        head = json.loads(desk.text("explain", f"{paper.base}/lock-2001", "--json"))
        assert "no longer watched" in json.dumps(head)


def test_the_status_of_watched_addresses_has_their_host(config: Config, tmp_path: Path, lake: Lake) -> None:
    with Paper(lake) as paper:
        desk = desk_in_project(config, tmp_path, paper)
        desk.text("watch", f"{paper.base}/lock-2001")
        assert [host["host"] for host in desk.json("status", desk.source)["hosts"]] == ["127.0.0.1"]


class Printed(Lake):
    """The lake's site when it has a front page that lists articles, with ids in their addresses."""

    def __call__(self, path: str) -> Answer | str | None:
        if path == "/":
            return front([f"/news/lock-{n}" for n in range(3001, 3013)], menu=("/about",))
        if path.startswith("/news/lock-"):
            return article(int(path.rpartition("-")[2]), more=self.words)
        return super().__call__(path)


def test_a_file_takes_the_place_of_watched_addresses_whose_histories_go_on(config: Config, tmp_path: Path) -> None:
    site = Printed()
    with Paper(site) as paper:
        desk = desk_in_project(config, tmp_path, paper)
        before = desk.json("watch", f"{paper.base}/lock-2001")
        front_page = f"{paper.base}/"
        refused = desk.text("add-source", front_page, "--name", "weir", code=2)
        assert f"watched as {desk.source}, whose histories go on in its file; leave out --name weir" in refused
        assert not list((desk.folder / "spiders").glob("weir.py"))
        assert f"next: newscrawl crawl {desk.source}" in desk.text("add-source", front_page)
        assert "article_pattern" in (desk.folder / "spiders" / f"{desk.source}.py").read_text()
        (listed,) = desk.json("watch", "--list")
        assert (listed["source"], listed["article_id"]) == (desk.source, before["article_id"])
        site.words = " The warden said so twice."
        again = desk.json("watch", f"{paper.base}/lock-2001")  # though the pattern of the file does not match it
        assert (again["source"], again["has_spider"], again["is_new"]) == (desk.source, True, False)
        assert desk.json("crawl", desk.source)["exit_code"] == 0
        (after,) = desk.json("watch", "--list")
        assert (after["article_id"], after["versions"]) == (before["article_id"], 2)
        assert desk.text("add-source", front_page, code=2).count("belongs to an existing source") == 1


def test_a_list_of_feeds_takes_their_place_as_one_front_page_does(config: Config, tmp_path: Path) -> None:
    with Paper(Printed()) as paper:
        desk = desk_in_project(config, tmp_path, paper)
        desk.text("watch", f"{paper.base}/lock-2001")
        (tmp_path / "sites.txt").write_text(f"{paper.base}/\n")
        assert f"{desk.source}: added" in desk.text("add-source", "--from", str(tmp_path / "sites.txt"))
        assert (desk.folder / "spiders" / f"{desk.source}.py").is_file()


def test_a_front_page_that_leads_to_the_site_of_a_source_belongs_to_that(config: Config, tmp_path: Path) -> None:
    with Paper(Printed()) as paper:
        desk = desk_in_project(config, tmp_path, paper)
        (desk.folder / "spiders" / "weir.py").write_text(SPIDER.format(host=paper.host))
        away = Answer("", status=302, headers={"Location": f"{paper.base}/"})
        with Paper(lambda path: away if path == "/" else None) as old:
            desk = Desk(runner(config), desk.folder, paper)
            desk._environ["NEWSCRAWL_EGRESS_ALLOW"] = f"{paper.host},{old.host}"
            refused = desk.text("add-source", f"{old.base}/", "--name", "other", code=2)
    assert "belongs to an existing source: spiders/weir.py" in refused
    assert not (desk.folder / "spiders" / "other.py").exists()
