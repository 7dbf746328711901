"""What pages of archives offer, and which dates addresses state."""

from __future__ import annotations

from datetime import date

import pytest

from newscrawl.discover.archive_dates import date_in, dated_page, filled, pages_of, span_in
from newscrawl.discover.archive_pages import ArchivePage, archive_page, numbered_next
from newscrawl.discover.archive_walk import MAX_PAGES, ArchiveWalk
from newscrawl.items import Candidate

BASE = "https://paper.example"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/2024/03/02/a-b", date(2024, 3, 2)),
        ("/news/2024-03-02-a", date(2024, 3, 2)),
        ("/news/20240302/a", date(2024, 3, 2)),
        ("/politik/a-20240302-1", date(2024, 3, 2)),
        ("/world/2024/mar/02/a", date(2024, 3, 2)),
        ("/2024/13/02/a", None),
        ("/2024/02/31/a", None),
        ("/a-123456789", None),
        ("/news/a?date=2024-03-02", None),
    ],
)
def test_the_day_in_an_articles_address(path: str, expected: date | None) -> None:
    assert date_in(BASE + path) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/sitemap-2024-03.xml", (date(2024, 3, 1), date(2024, 3, 31))),
        ("/sitemap/2024/02/index.xml", (date(2024, 2, 1), date(2024, 2, 29))),
        ("/sitemap_20240302.xml.gz", (date(2024, 3, 2), date(2024, 3, 2))),
        ("/sitemap.xml?yyyy=2024&mm=03", (date(2024, 1, 1), date(2024, 12, 31))),
        ("/sitemaps/2024-3.xml", (date(2024, 3, 1), date(2024, 3, 31))),
        ("/sitemap-17.xml", None),
    ],
)
def test_the_span_in_a_sitemaps_address(path: str, expected: tuple[date, date] | None) -> None:
    assert span_in(BASE + path) == expected


@pytest.mark.parametrize(
    ("path", "earlier"),
    [
        ("/2024/03/", "/2024/02/"),
        ("/archive/2024/3", "/archive/2024/2"),
        ("/archiv/2024-03.html", "/archiv/2024-02.html"),
        ("/2024/03/02/", "/2024/03/01/"),
        ("/tag/20240302", "/tag/20240301"),
        ("/all?date=2024-03-02", "/all?date=2024-03-01"),
    ],
)
def test_a_dated_page_is_a_template_for_the_others(path: str, earlier: str) -> None:
    found = dated_page(BASE + path)
    assert found is not None
    pages = list(pages_of(found.template, date(2024, 1, 1), date(2024, 3, 2)))
    assert pages[:2] == [BASE + path, BASE + earlier]
    assert len(pages) == (62 if found.is_daily else 3)


def test_articles_and_sections_are_no_dated_pages() -> None:
    for path in ("/2024/03/02/a-b", "/news", "/2024/", "/a-2024", "/page/2"):
        assert dated_page(BASE + path) is None
    assert filled("{year}/{month}/{day}", date(2024, 3, 2)) == "2024/03/02"


def test_the_next_page_has_the_next_higher_number_that_is_linked() -> None:
    linked = [f"{BASE}/list?page={n}" for n in (1, 2, 3, 9)] + [f"{BASE}/other?page=3"]
    assert numbered_next(linked, f"{BASE}/list") == [f"{BASE}/list?page=2"]
    assert numbered_next(linked, f"{BASE}/list?page=3") == [f"{BASE}/list?page=9"]
    assert numbered_next(linked, f"{BASE}/list?page=9") == []
    assert numbered_next([f"{BASE}/list/page/3/"], f"{BASE}/list/page/2/") == [f"{BASE}/list/page/3/"]


def test_relations_of_links_anchors_and_headers_name_the_next_page() -> None:
    def read(body: str, header: str = "") -> tuple[str, ...]:
        return archive_page(body.encode(), url=f"{BASE}/a", link_header=header, most=10).next_urls

    assert read("<html><head><link rel='next' href='/a2'></head><body></body></html>") == (f"{BASE}/a2",)
    assert read("<html><body><a rel='nofollow next' href='/a3'>x</a></body></html>") == (f"{BASE}/a3",)
    header = '</a1>; rel="prev", </a4>; rel="next"'
    assert read("<html><body></body></html>", header) == (f"{BASE}/a4",)
    assert read("<html><body><a rel=next href='javascript:more()'>x</a></body></html>") == ()


def test_a_walk_keeps_its_state_and_never_reads_a_page_twice() -> None:
    walk = ArchiveWalk(date(2024, 1, 1), date(2024, 1, 31), [f"{BASE}/"])
    step = walk.next_step()
    assert step is not None
    page = ArchivePage(dated=(f"{BASE}/2024/03/02/",), next_urls=(f"{BASE}/",), archives=(f"{BASE}/archive",))
    walk.done(step, page, {"a"}, set())
    copy = ArchiveWalk.of(walk.as_state())
    for each in (walk, copy):
        urls = []
        while (step := each.next_step()) is not None:
            urls.append(step.url)
            each.done(step, page, {"a"}, set())
        assert len(urls) == len(set(urls)) == 32
        assert urls[0] == f"{BASE}/archive"


def test_a_walk_ends_however_many_pages_are_named() -> None:
    walk = ArchiveWalk(date(1900, 1, 1), date(2024, 1, 31), [], ["https://paper.example/{year}/{month}/{day}"])
    assert walk.waiting == MAX_PAGES


def test_days_without_articles_end_a_template_and_others_go_on() -> None:
    templates = ["https://paper.example/weather/{year}-{month}-{day}", "https://paper.example/{year}/{month}"]
    walk = ArchiveWalk(date(2000, 1, 1), date(2023, 12, 31), [], templates)
    read = []
    while (step := walk.next_step()) is not None:
        read.append(step.url)
        if len(read) % 2:
            walk = ArchiveWalk.of(walk.as_state())
        if "/weather/" in step.url:
            walk.failed(step, is_missing=True)
        else:
            walk.done(step, ArchivePage(), {step.url}, set())
    assert len([url for url in read if "/weather/" in url]) == 60
    assert len(read) == 60 + 24 * 12


def test_candidates_of_other_days_are_not_wanted() -> None:
    walk = ArchiveWalk(date(2024, 1, 1), date(2024, 1, 31))

    def is_wanted(path: str, published: date | None = None, modified: date | None = None) -> bool:
        return walk.is_wanted(Candidate(url=BASE + path), published, modified)

    assert is_wanted("/a", date(2024, 1, 31))
    assert not is_wanted("/a", date(2024, 2, 1))
    assert is_wanted("/2024/01/05/a")
    assert not is_wanted("/2023/12/31/a")
    assert not is_wanted("/a", modified=date(2023, 12, 31))
    assert is_wanted("/a", modified=date(2024, 6, 1))
    assert is_wanted("/a")
