"""Hosts as people and archives write them: one is one source, whatever its spelling, and two are never mixed up."""

from __future__ import annotations

from pathlib import Path

import pytest

from newscrawl.errors import ConfigError
from newscrawl.items import Source
from newscrawl.jobs.assignments import hosts_of
from newscrawl.normalize import at_present, is_article_url, is_of_source
from newscrawl.sources import watched
from newscrawl.sources.address_lists import ListedAddress
from newscrawl.sources.by_host import SourcesByHost
from newscrawl.sources.watching import add_address, source_for
from newscrawl.sources.watching_lists import watch_list


@pytest.fixture(autouse=True)
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched, "own_folder", lambda: tmp_path)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.mühle.example/a-1",
        "https://XN--MHLE-0RA.example/a-1",
        "https://mühle.example./a-1",
        "http://mühle.example:80/a-1",
        "https://mühle.example:443/a-1",
    ],
)
def test_spellings_of_a_host_are_one_source(url: str) -> None:
    assert watched.host_of(url) == "xn--mhle-0ra.example"
    assert watched.row_name(url) == "xn_mhle_0ra_example"
    assert is_of_source(url, Source("mill", "The Mill", ("Mühle.example",)))


@pytest.mark.parametrize("url", ["https://mühle.example:8443/a-1", "http://mühle.example:443/a-1"])
def test_a_port_that_says_something_stays(url: str) -> None:
    assert watched.host_of(url).startswith("xn--mhle-0ra.example:")


def test_a_domain_with_a_port_has_the_hosts_below_it() -> None:
    source = Source("mill", "The Mill", ("mill.example:8000",))
    assert is_of_source("http://www.mill.example:8000/a", source)
    assert not is_of_source("http://www.mill.example:8001/a", source)
    assert not is_of_source("http://amill.example:8000/a", source)


def test_an_old_capture_with_its_port_matches_a_pattern_that_has_the_host() -> None:
    source = Source("mill", "The Mill", ("mill.example",), article_pattern=r"mill\.example/20")
    assert is_article_url("http://www.mill.example:80/2004/a-1", source)
    assert not is_article_url("http://www.mill.example:8080/2004/a-1", source)


def test_an_address_of_a_former_domain_is_one_of_the_present_whatever_its_spelling() -> None:
    source = Source("mill", "The Mill", ("mill.example",), former_domains=("mühle.example", "old.example:8000"))
    assert at_present("https://www.XN--mhle-0ra.example/a", source) == "https://www.mill.example/a"
    assert at_present("http://old.example:8000/a", source) == "http://mill.example/a"


def test_hosts_of_one_name_are_one_source_that_has_both() -> None:
    urls = ("https://a-b.example/story-1", "https://a.b.example/story-1")
    for url in urls:
        add_address(url)
    row = watched.rows()["a_b_example"]
    assert row.domains == ("a-b.example", "a.b.example")
    assert row.addresses == urls
    assert [source_for(url) for url in urls] == [("a_b_example", False)] * 2


def test_adopted_hosts_of_one_name_are_one_source_that_has_both() -> None:
    watched.adopt(["a-b.example", "a.b.example"])
    sources = SourcesByHost(with_demo=False)
    found = [sources.of(f"https://{host}/story-1") for host in ("a-b.example", "a.b.example", "b.example")]
    assert [spider and spider.name for spider in found] == ["a_b_example", "a_b_example", None]


def test_a_host_below_a_watched_one_is_of_its_source_alone_and_in_lists() -> None:
    add_address("https://lake.example/story-1")
    assert add_address("https://sport.lake.example/story-2").source == "lake_example"
    found = watch_list([ListedAddress(1, "https://chess.lake.example/story-3")], is_dry_run=False)
    assert found.added == {"https://chess.lake.example/story-3": "lake_example"}
    assert list(watched.rows()) == ["lake_example"]
    assert watched.rows()["lake_example"].domains == ("lake.example",)


def test_a_host_is_not_watched_under_the_name_of_another_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched, "row_name", lambda url: "washpo")
    with pytest.raises(
        ConfigError, match=r"which is the source of spiders/washpo\.py: add lake\.example to its domains"
    ):
        source_for("https://lake.example/story-1")


def test_a_worker_knows_the_host_of_a_source_in_one_spelling() -> None:
    watched.adopt(["mühle.example"])
    assert hosts_of("xn_mhle_0ra_example") == {"xn--mhle-0ra.example"}
