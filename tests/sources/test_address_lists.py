"""Lists of addresses in and out: OPML, CSV and lines, as feed readers and watchers of pages have them."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from pathlib import Path

import pytest
from lxml import etree

from newscrawl.config import Config
from newscrawl.errors import ConfigError
from newscrawl.sources.address_lists import ListedAddress, read_list
from tests.cli.conftest import runner
from tests.own_project import own_project
from tests.sources.paper import Answer, Paper, article
from tests.sources.test_watch import Desk, Lake, desk_in_project

URL = "https://lake.example/lock-1"
FEED = "https://lake.example/feed"
OPML = f"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Feeds</title></head><body>
<outline text="Papers"><outline text="Deep"><outline text="The Lake" type="rss" xmlUrl="{FEED}" htmlUrl="{URL}"/>
</outline></outline>
<outline text="Dead" type="rss" xmlUrl=""/>
<outline text="A folder of nothing"/>
</body></opml>
"""


def rows(tmp_path: Path, body: bytes | str) -> list[ListedAddress]:
    path = tmp_path / "list"
    path.write_bytes(body if isinstance(body, bytes) else body.encode())
    return read_list(path)


@pytest.mark.parametrize(
    "body",
    [
        f"{URL}\n",
        f"\ufeff# mine\r\n\r\n{URL} lake weir\r\n",
        f"url\n{URL}\n",
        f'Title,URL\n"Lock, opened",{URL}\n',
        f"title;address\nLock;{URL}\n",
        f"link\ttitle\n{URL}\tLock\n",
        f'"{URL}","Lock"\n',
        f"{URL}, The Lock\n",
        f'<opml version="1.0"><body><outline type="link" text="x" url="{URL}"/></body></opml>',
        f'<opml version="1.0"><body><outline text="AT&T &nbsp; & more" url="{URL}"/></body></opml>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_address_is_found_in_each_kind_of_list(tmp_path: Path, body: str, encoding: str) -> None:
    (row,) = rows(tmp_path, body.encode(encoding))
    assert (row.page, row.fault) == (URL, "")


def test_addresses_with_commas_stay_whole(tmp_path: Path) -> None:
    urls = ["https://lake.example/a,1.html", "https://lake.example/b;2,3"]
    assert [row.page for row in rows(tmp_path, "\n".join(urls))] == urls


def test_nested_outlines_are_found_and_dead_rows_keep_their_lines(tmp_path: Path) -> None:
    found = rows(tmp_path, OPML)
    assert [(row.line, row.feed, row.title, row.fault) for row in found] == [
        (3, FEED, "The Lake", ""),
        (5, "", "", "it has no address"),
    ]


def test_what_a_row_says_in_other_encodings_is_read(tmp_path: Path) -> None:
    text = OPML.replace("The Lake", "Der Mühlsee").replace("UTF-8", "ISO-8859-1")
    assert rows(tmp_path, text.encode("latin-1"))[0].title == "Der Mühlsee"
    assert rows(tmp_path, f"title,url\nMühlsee,{URL}\n".encode("cp1252"))[0].title == "Mühlsee"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "has no address"),
        (b"# nothing\n\n", "has no address"),
        (b"\0\1\2\xff" * 50, "is no text"),
        (b"<html><body>not found</body></html>", "without an <opml> element"),
        (b'<opml><body><outline xmlUrl="https://a.example/feed"', "no XML"),
        (b'<!DOCTYPE opml [<!ENTITY a "b">]><opml><outline text="&a;" xmlUrl="https://a.example"/></opml>', "entities"),
        (b'<!DOCTYPE opml SYSTEM "x" [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><opml/>', "entities"),
        (b"<opml>" + b"<outline>" * 5000 + b"</outline>" * 5000 + b"</opml>", "no XML"),
        (b"https://a.example/x\n" * 60_000, "split it"),
        (b"x" * (17 * 2**20), "split it"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_as_a_whole(tmp_path: Path, body: bytes, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        rows(tmp_path, body)


def test_each_bad_row_is_named_and_the_others_stay(tmp_path: Path) -> None:
    found = rows(tmp_path, f"url,title\n{URL},A\nftp://lake.example/x,B\n\njavascript:alert(1),C\n,D\n{URL}2,E\n")
    assert [(row.line, bool(row.fault)) for row in found] == [(2, False), (3, True), (5, True), (6, True), (7, False)]


@pytest.mark.slow
def test_a_list_is_watched_listed_and_watched_again(config: Config, tmp_path: Path) -> None:
    with Paper(Lake()) as paper:
        desk = desk_in_project(config, tmp_path, paper)
        path = tmp_path / "list.csv"
        good = [f"{paper.base}/lock-{number}" for number in (2001, 2002)]
        path.write_text(
            "\n".join(["url,title", *good, f"{good[0]}?utm_source=x", f"{paper.base}/", "nonsense"]), "utf-8"
        )
        table = desk.folder / "spiders" / "watched.toml"
        dry = desk.text("watch", "--from", str(path), "--dry-run", code=1)
        assert "2 addresses would be watched, 1 known before, 2 refused" in dry
        assert not table.exists()
        text = desk.text("watch", "--from", str(path), code=1)
        assert "line 5:" in text
        assert "front page" in text
        assert "line 6: nonsense" in text
        assert tomllib.loads(table.read_text())[desk.source]["addresses"] == good
        assert paper.requested == [], "a round requests them"
        desk.text("crawl", "--due", "--json")
        assert [row["versions"] for row in desk.json("watch", "--list")] == [1, 1]
        listed = desk.text("watch", "--list", "--csv")
        assert [row["url"] for row in csv.DictReader(io.StringIO(listed))] == good
        table.unlink()
        path.write_text(listed, "utf-8")
        found = json.loads(desk.text("watch", "--from", str(path), "--json"))
        assert (found["added"], found["known"], found["failed"]) == (good, [], [])
        assert desk.text("watch", "--list", "--csv").count(paper.base) == 2
        assert "0 addresses watched now, 2 known before" in desk.text("watch", "--from", str(path))


class Feeds:
    """Two feeds of one site, one of another place that is dead, one of no article."""

    base = ""

    def __call__(self, path: str) -> Answer | str | None:
        if path in {"/feed", "/sport"}:
            items = "".join(
                f"<item><title>Lock {n}</title><link>{self.base}/2026/03/lock-{n}</link></item>" for n in (20011, 20012)
            )
            return Answer(f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>", "application/rss+xml")
        if path == "/empty":
            return Answer("<rss version='2.0'><channel/></rss>", "application/rss+xml")
        if path.startswith("/2026"):
            return article(int(path.rpartition("-")[2]))
        return None


def test_feeds_of_an_opml_become_sources_and_go_out_again(config: Config, tmp_path: Path) -> None:
    feeds = Feeds()
    with Paper(feeds) as paper:
        feeds.base = paper.base
        root = own_project(tmp_path / "project")
        desk = Desk(runner(config), root, paper)
        outlines = [
            ("The =Lake", "/feed"),
            ("Sport", "/sport"),
            ("Again", "/feed"),
            ("Gone", "/gone"),
            ("No", "/empty"),
        ]
        body = "\n".join(f'<outline text="{text}" xmlUrl="{paper.base}{path}"/>' for text, path in outlines)
        path = tmp_path / "feeds.opml"
        path.write_text(f"<opml version='2.0'><body>\n{body}\n</body></opml>", "utf-8")
        before = set((root / "spiders").iterdir())
        dry = desk.text("add-source", "--from", str(path), "--dry-run", code=1)
        assert "would be added: The =Lake, 2 listings" in dry
        assert set((root / "spiders").iterdir()) <= {*before, root / "spiders" / "__pycache__"}
        text = desk.text("add-source", "--from", str(path), code=1)
        assert f"line 5: {paper.base}/gone" in text
        assert "http_404" in text
        assert f"line 6: {paper.base}/empty" in text
        (new,) = [each for each in (root / "spiders").glob("*.py") if each not in before]
        assert [each in new.read_text("utf-8") for each in (f"{paper.base}/feed", f"{paper.base}/sport")] == [True] * 2
        again = desk.text("add-source", "--from", str(path), code=1)
        assert f"{new.stem}: known before" in again
        desk.text("crawl", new.stem)
        assert "Lock 20011" in desk.text("history", f"{paper.base}/2026/03/lock-20011")
        out = etree.fromstring(desk.text("sources", "--opml").encode())
        assert {each.get("xmlUrl") for each in out.iter("outline")} >= {f"{paper.base}/feed", f"{paper.base}/sport"}
        (tmp_path / "out.opml").write_bytes(etree.tostring(out))
        assert {row.feed for row in read_list(tmp_path / "out.opml")} == {f"{paper.base}/feed", f"{paper.base}/sport"}
        (tmp_path / "out.csv").write_text(desk.text("sources", "--csv"), "utf-8")
        listed = read_list(tmp_path / "out.csv")
        assert {(row.feed, row.title) for row in listed} == {
            (f"{paper.base}/{name}", "The =Lake") for name in ("feed", "sport")
        }
        changes = desk.text("sources", "--opml", "--reader", "https://reader.example/")
        assert f"https://reader.example/changes.atom?source={new.stem}" in changes


@pytest.mark.parametrize(
    "arguments",
    [
        ["watch", "--from", "nowhere.csv"], ["watch", "--dry-run", URL], ["watch", "--csv", URL],
        ["watch", URL, "--from", "x"], ["add-source"], ["add-source", "--dry-run", URL],
        ["add-source", URL, "--from", "x"], ["sources", "--reader", "https://reader.example"],
        ["sources", "--opml", "--reader", "nowhere"],
    ],
)  # fmt: skip
def test_options_that_say_nothing_together_are_refused(config: Config, tmp_path: Path, arguments: list[str]) -> None:
    done = runner(config)(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("newscrawl: ")
