"""Editions of a recording: a replay plays each of them, in the order of their dates."""

from __future__ import annotations

from pathlib import Path

import pytest
from scrapy.http import Request

from newscrawl.errors import NotRecorded
from newscrawl.fetch.recording import Recording
from newscrawl.fetch.replay import Records

from .warc_files import NOON, entry, response, warc


def is_ours(url: str) -> bool:
    return url.startswith("http://a.example/")


def dates_of(recording: Recording) -> list[list[str]]:
    return [
        [f"{capture.url} {capture.date:%H}" for capture in edition.captures] for edition in recording.editions(is_ours)
    ]


def test_urls_that_were_read_again_begin_an_edition(tmp_path: Path) -> None:
    urls = ("http://a.example/feed", "http://a.example/1", "http://a.example/robots.txt")
    # Two files whose dates overlap in no order: the older one has the later name.
    (tmp_path / "a.warc.gz").write_bytes(warc(*(response(url, 4) for url in urls[:2])))
    (tmp_path / "b.warc.gz").write_bytes(warc(*(response(url, hours) for hours in (0, 2) for url in urls)))
    assert dates_of(Recording(tmp_path)) == [
        ["http://a.example/feed 12", "http://a.example/1 12", "http://a.example/robots.txt 12"],
        ["http://a.example/feed 14", "http://a.example/1 14", "http://a.example/robots.txt 14"],
        ["http://a.example/feed 16", "http://a.example/1 16"],
    ]


def test_another_try_after_a_failed_answer_belongs_to_the_same_edition(tmp_path: Path) -> None:
    failed = ("response", "http://a.example/1", NOON, entry(b"", status="503 Service Unavailable"))
    path = tmp_path / "a.warc.gz"
    path.write_bytes(warc(failed, response("http://a.example/1", 1), response("http://a.example/1", 2)))
    editions = Recording(path).editions(is_ours)
    assert [len(edition.captures) for edition in editions] == [2, 1]
    first, second = (Records(path, edition=edition) for edition in editions)
    assert [first.answer(Request("http://a.example/1"))[1].hour for _ in range(3)] == [12, 13, 13]
    assert [second.answer(Request("http://a.example/1"))[1].hour for _ in range(2)] == [14, 14]


def test_an_edition_without_robots_txt_gets_the_one_that_held(tmp_path: Path) -> None:
    path, robots = tmp_path / "a.warc.gz", "http://a.example/robots.txt"
    path.write_bytes(warc(response(robots), *(response("http://a.example/1", hours) for hours in (1, 2, 3))))
    editions = Recording(path).editions(is_ours)
    assert [Records(path, edition=edition).answer(Request(robots))[1].hour for edition in editions] == [12, 12, 12]
    with pytest.raises(NotRecorded):
        Records(path, edition=editions[1]).answer(Request("http://a.example/2"))


def test_editions_of_one_source_do_not_depend_on_others_in_the_folder(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    others = [response("http://b.example/1", hours) for hours in (1, 2, 3)]
    path.write_bytes(warc(response("http://a.example/1"), *others, response("http://a.example/2", 4)))
    assert len(Recording(path).editions(is_ours)) == 1
