"""No pattern of a spider takes quadratic time, on URLs and lines of others: of files, and of rows of the unverified.

Whoever adds a file to spiders/ has its patterns tried here too.
"""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from newscrawl.extract import layouts_of
from newscrawl.extract.boilerplate import line_pattern
from newscrawl.items import MAX_URL_LENGTH, Source
from newscrawl.normalize import is_article_url, site_id
from newscrawl.sources.catalogue import is_unverified, load_spider, source_names
from newscrawl.sources.site_discovery import ARTICLE_PATTERNS, GUID_PATTERNS
from tests.hostile.test_patterns import FULL_LENGTH, Recorded, is_quadratic

NAMES = source_names()
URL = "https://www.paper.example/2026/03/02/a-ferry-9000001"


def patterns_of(name: str) -> set[str]:
    """Return the patterns of a source that URLs are searched for."""
    spider = load_spider(name)
    return {pattern for pattern in (spider.article_pattern, spider.guid_pattern) if pattern}


def quadratic(patterns: set[str], method: str) -> list[tuple[str, str]]:
    tried = [(pattern, is_quadratic(Recorded("re", pattern, 0, "", (method,)))) for pattern in sorted(patterns)]
    return [(pattern, text) for pattern, text in tried if text]


def test_no_pattern_for_urls_takes_quadratic_time() -> None:
    patterns = {pattern for name in NAMES for pattern in patterns_of(name)} | {*ARTICLE_PATTERNS, *GUID_PATTERNS}
    assert len(patterns) > 150
    assert quadratic(patterns, "search") == []


def test_unverified_sources_are_among_them() -> None:
    assert any(map(is_unverified, NAMES))
    assert all(patterns_of(name) for name in NAMES)


def test_no_line_of_a_layout_takes_quadratic_time() -> None:
    layouts = [layout for name in NAMES for layout in layouts_of(load_spider(name))]
    lines = {line for layout in layouts for line in (*layout.drop_lines, *layout.stop_lines)}
    assert len(lines) > 20
    assert quadratic({line_pattern((line,)).pattern for line in lines}, "fullmatch") == []


@pytest.mark.parametrize("glob", ["*a*b*c*d", "* by * on * at *"])
def test_a_line_of_several_stars_is_found_in_linear_time(glob: str) -> None:
    assert quadratic({line_pattern((glob,)).pattern}, "fullmatch") == []


def test_a_quadratic_pattern_of_a_spider_is_found() -> None:
    for pattern in (r"paper\.example/.+[\w-]+-\d{3}\.html", r",([\w-]+?\d+)\.html"):
        assert quadratic({pattern}, "search")


def test_no_pattern_sees_a_longer_url_than_a_listing_may_name() -> None:
    source = replace(SOURCE, article_pattern=r"(?:[a-z0-9/:.-]+)+\Z", guid_pattern=r"((?:[a-z0-9/:.-]+)+)!\Z")
    start = time.process_time()
    for url in (f"{URL}{'a' * FULL_LENGTH}!", f"{URL}{'a' * (MAX_URL_LENGTH - len(URL) + 1)}!"):
        assert not is_article_url(url, source)
        assert site_id(url, source) is None
    assert time.process_time() - start < 1
    assert is_article_url(URL + "a" * (MAX_URL_LENGTH - len(URL)), SOURCE)


SOURCE = Source("paper", "The Paper", ("paper.example",), article_pattern="/20", guid_pattern=r"-(\d+)")
