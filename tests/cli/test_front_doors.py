"""The commands by which outside tools measure: they take files and print lines of JSON, release after release."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

from newscrawl.config import PROJECT_ROOT
from tests.forked import commands as forked

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Gazette</title>
<item><title>Ferry sails</title><link>/2026/03/ferry-1</link><guid>ferry-1</guid>
<pubDate>Mon, 02 Mar 2026 07:00:00 GMT</pubDate></item></channel></rss>"""
PAGE = """<!doctype html><html lang=en><head><meta property="article:published_time" content="2026-03-02T07:00:00Z">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ferry sails again",
"author": {"name": "Ada Quill"}}</script></head><body><article><h1>Ferry sails again</h1>
<p>The ferry to Oyster Island sails again after nine weeks in dry dock, the harbour board said on Monday morning.</p>
<p>Both engines were replaced, and forty metres of railing, at a cost of 1.4 million crowns, the board said.</p>
<p>The morning crossing at 6:40 resumes on Tuesday; the fare stays at three crowns and twenty, as before the dock.</p>
</article></body></html>"""


def lines(*arguments: str | Path) -> list[dict[str, Any]]:
    """Run a command and return its lines."""
    done = forked.run([*map(str, arguments)], cwd=PROJECT_ROOT, env=os.environ)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def refused(*arguments: str | Path) -> str:
    """Run a command that must end with 2, and return what it says."""
    done = forked.run([*map(str, arguments)], cwd=PROJECT_ROOT, env=os.environ)
    assert (done.returncode, done.stdout) == (2, "")
    return done.stderr


def pages(folder: Path, **more: object) -> Path:
    (folder / "ferry.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    entry = {
        "id": "gazette/ferry",
        "source": "gazette",
        "url": "https://gazette.example/ferry-1",
        "html": "ferry.html.gz",
    }
    path = folder / "pages.jsonl"
    path.write_text(json.dumps({**entry, "captured": "2026-03-03", **more}) + "\n", encoding="utf-8")
    return path


def test_extract_prints_all_that_is_read_from_a_page(tmp_path: Path) -> None:
    (found,) = lines("extract", "--pages", pages(tmp_path))
    assert set(found) == {
        "id", "title", "authors", "published", "modified", "language", "paragraphs", "optional", "optional_types",
        "shown", "verdict", "rules", "guid", "url", "origins",
    }  # fmt: skip
    assert (found["title"], found["authors"], found["published"]) == (
        "Ferry sails again",
        ["Ada Quill"],
        "2026-03-02T07:00:00+00:00",
    )
    assert (found["verdict"], len(found["paragraphs"]), found["rules"]) == ("article", 3, "generic")


def test_extract_takes_status_and_headers_of_the_response(tmp_path: Path) -> None:
    (found,) = lines("extract", "--pages", pages(tmp_path, status=403, headers={"CF-Mitigated": "challenge"}))
    assert found["verdict"] == "bot_wall"
    (found,) = lines("extract", "--pages", pages(tmp_path, headers=[["Content-Type", "text/html; charset=utf-8"]]))
    assert found["verdict"] == "article"


def test_extract_names_the_line_that_is_no_page(tmp_path: Path) -> None:
    path = tmp_path / "pages.jsonl"
    path.write_text('{"id": 1}\n', encoding="utf-8")
    assert "line 1" in refused("extract", "--pages", path)


def test_listing_prints_candidates_with_absolute_urls(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_text(FEED, encoding="utf-8")
    (found,) = lines("listing", tmp_path / "feed.xml", "--url", "https://gazette.example/feed")
    assert (found["url"], found["headline"], found["guid"]) == (
        "https://gazette.example/2026/03/ferry-1",
        "Ferry sails",
        "ferry-1",
    )


def test_listing_prints_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_text("", encoding="utf-8")
    (found,) = lines("listing", tmp_path / "feed.xml", "--url", "https://gazette.example/feed")
    assert "empty" in found["problem"]
    assert "FILE" in refused("listing", tmp_path / "none.xml", "--url", "https://gazette.example/feed")


def test_robots_prints_what_is_allowed(tmp_path: Path) -> None:
    (tmp_path / "robots.txt").write_text("User-agent: newscrawl\nDisallow: /a\n\nUser-agent: *\nDisallow: /\n", "utf-8")
    urls = ("https://h.example/a/1", "https://h.example/b")
    assert [found["allowed"] for found in lines("robots", tmp_path / "robots.txt", *urls)] == [False, True]
    others = lines("robots", tmp_path / "robots.txt", "--agent", "otherbot", *urls)
    assert [found["allowed"] for found in others] == [False, False]


def test_date_prints_moment_and_precision() -> None:
    found = lines(
        "date",
        "2 March 2026",
        "yesterday at noon, said nobody",
        "2026-03-02T07:00:00+01:00",
        "--captured",
        "2026-03-03",
    )
    assert [line["value"] for line in found][::2] == ["2026-03-02T00:00:00Z", "2026-03-02T06:00:00Z"]
    assert [line["precision"] for line in found][::2] == ["day", "second"]
    assert "Atlantis" in refused("date", "2 March 2026", "--timezone", "Atlantis/Centre")


def test_diff_of_pairs_prints_rows_marks_and_meaning(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    side = {"headline": "Ferry", "paragraphs": ["It carries 40 cars, the board said.", "It sails at nine."]}
    other = {**side, "paragraphs": ["It carries 60 cars, the board said.", "It sails at nine."]}
    path.write_text(
        "\n".join([json.dumps({"id": "a", "A": side, "B": other}), '{"A": "Same.", "B": "Same."}']), "utf-8"
    )
    first, second = lines("diff", "--pairs", path)
    assert (first["id"], second["id"]) == ("a", 2)
    assert {"numbers"} <= set(first["types"])
    assert [(mark["op"], mark["text"]) for mark in first["marks"]] == [("delete", "40"), ("insert", "60")]
    telling = first["excerpt"]
    assert (telling["old"], telling["new"], telling["paragraph"]) == (
        "It carries 40 cars, the board said.",
        "It carries 60 cars, the board said.",
        0,
    )
    assert [each["op"] for each in telling["segments"]] == ["keep", "delete", "insert", "keep"]
    assert (second["marks"], second["types"], second["significance"], second["excerpt"]) == ([], [], 0.0, None)


def test_diff_names_the_pair_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text('{"A": "One."}\n', encoding="utf-8")
    assert "line 1" in refused("diff", "--pairs", path)
    assert "give only one" in refused("diff", "x", "--pairs", path)


def test_simulate_prints_a_line_per_file_and_policy(tmp_path: Path) -> None:
    path = tmp_path / "histories.jsonl"
    hour = 3600
    history = {
        "article": "a", "source": "gazette", "published": 0, "discovered": 0, "observed_until": 90 * hour,
        "versions": [2 * hour, 5 * hour], "signals": [], "kind": "normal",
    }  # fmt: skip
    path.write_text(json.dumps(history) + "\n", encoding="utf-8")
    rows = lines("simulate", path, "sniffer", "fixed:minutes=60", "--jsonl")
    assert [row["policy"] for row in rows] == ["sniffer", "fixed:minutes=60"]
    assert all(row["versions"] == 2 and 0 <= row["share_caught"] <= 1 for row in rows)
