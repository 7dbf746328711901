"""Which stated URLs are believed, and which URLs mean one article."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from newscrawl.items import Capture, Source
from newscrawl.normalize import (
    are_one,
    at_present,
    believed_url,
    guid_of,
    is_article_url,
    is_former,
    own_url,
    site_id,
    spellings,
)

PLAIN = Source("courier", "The Courier", ("courier.example",))
WITH_IDS = replace(PLAIN, guid_pattern=r"-(\d+)(?:\.html)?/?(?:[?#]|$)", article_pattern=r"/news/")
MOVED = replace(PLAIN, domains=("courier.example",), former_domains=("oldcourier.example",))
FERRY = "https://www.courier.example/2026/11/ferry-stays-in-port"


def capture(target: str, final: str | None = None) -> Capture:
    redirects = (target,) if final else ()
    return Capture(target, final or target, 200, (), b"", datetime(2026, 11, 25, tzinfo=UTC), redirects)


@pytest.mark.parametrize(
    "stated",
    [
        "https://www.courier.example/",
        "https://www.courier.example",
        "https://www.courier.example/index.html",
        "https://www.courier.example/?utm_source=canonical",
        "https://www.courier.example/2026/",
        "https://www.courier.example/harbour",
        "https://www.courier.example/2026/11/pier-opens-on-sunday",
        "https://www.courier.example/2026/11/ferry-stays-in-port/comments",
        "https://www.courier.example/2026/11/ferry-stays-in-port?page=2",
        "https://elsewhere.example/2026/11/ferry-stays-in-port",
        "https://de.courier.example/2026/11/ferry-stays-in-port",
        "javascript:void(0)",
        "",
    ],
)
def test_url_that_is_not_this_article_is_not_believed(stated: str) -> None:
    assert believed_url(stated, FERRY, PLAIN) is None


@pytest.mark.parametrize(
    ("own", "stated"),
    [
        (FERRY, FERRY + "/"),
        (FERRY + ".amp.html", FERRY + ".html"),
        ("https://amp.courier.example/2026/11/ferry-stays-in-port", FERRY),
        ("https://m.courier.example/2026/11/ferry-stays-in-port", FERRY),
        ("https://www.courier.example/amp/2026/11/ferry-stays-in-port", FERRY),
        (FERRY + "/amp/", FERRY),
        (FERRY + "?outputType=amp", FERRY),
        (FERRY + "?box=top", FERRY),
        (FERRY + "?box=3", FERRY),
        (FERRY + "?page=2", FERRY),
        (FERRY + ";jsessionid=A1B2C3.node7", FERRY),
        ("https://www.courier.example/ferry?ref=home", "https://www.courier.example/ferry"),
        (FERRY + "/index.html", FERRY),
        (
            "https://www.courier.example/f%c3%a4hre-im-hafen-geblieben",
            "https://www.courier.example/fähre-im-hafen-geblieben",
        ),
    ],
)
def test_other_form_of_the_url_is_believed(own: str, stated: str) -> None:
    assert believed_url(stated, own, PLAIN) is not None


@pytest.mark.parametrize(
    "own",
    [
        "/show?sec=a&id=30", "/n/q?id=7", "/articleView.html?idxno=4711", "/?p=123",
        "/article.php?story=ferry-stays", "/news2.php?id=7", "/Story.aspx?t=Ferry_stays", "/v2?story=ferry",
        "/read-more-news?slug=ferry-stays-in-port", "/show-article?article_id=x", "/cgi/read.pl?ferry",
        "/d/n.jsp?k=ferry",
        "/2026-edition?headline=ferry", "/detail.do?newsNo=A7", "/web/guest/-/?urlTitle=ferry", "/a.asp?d=26&art=x",
    ],
)  # fmt: skip
def test_stated_url_without_the_parameter_that_names_the_article_is_not_believed(own: str) -> None:
    url = "https://www.courier.example" + own
    assert believed_url(url.partition("?")[0], url, PLAIN) is None
    assert believed_url(url + "&utm_source=x", url, PLAIN) is not None


def test_the_id_decides_where_there_is_one() -> None:
    own = "https://courier.example/news/ferry-stays-17"
    assert believed_url("https://courier.example/news/ferry-sails-17", own, WITH_IDS)
    assert believed_url("https://courier.example/news/ferry-stays-18", own, WITH_IDS) is None
    assert (
        believed_url(
            "https://courier.example/news/ferry-stays-18",
            own,
            WITH_IDS,
            ["https://courier.example/news/ferry-stays-18"],
        )
        is None
    )
    assert believed_url("https://courier.example/sport/ferry-stays-17", own, WITH_IDS) is None


def test_known_alias_is_believed_unless_it_is_no_article() -> None:
    old = "https://courier.example/old/ferry"
    assert believed_url(old, FERRY, PLAIN) is None
    assert believed_url(old, FERRY, PLAIN, [old]) == old
    assert believed_url("https://courier.example/", FERRY, PLAIN, ["https://courier.example/"]) is None


def test_page_that_was_redirected_away_from_the_articles_keeps_its_url() -> None:
    target = "https://courier.example/news/ferry-17"
    assert own_url(capture(target, "https://courier.example/login?next=17"), WITH_IDS) == target
    assert own_url(capture(target, "https://courier.example/news/ferry-sails-17"), WITH_IDS).endswith("ferry-sails-17")
    assert own_url(capture("https://feeds.example/~r/1", target), WITH_IDS) == target


def test_id_in_the_query_counts_only_if_the_pattern_names_its_parameter() -> None:
    assert site_id("https://courier.example/news/ferry?box=top-99", WITH_IDS) is None
    by_query = replace(WITH_IDS, guid_pattern=r"[?&]id=(\d+)")
    assert site_id("https://courier.example/show?sec=a&id=30", by_query) == "30"


def test_named_groups_of_an_id_are_joined() -> None:
    source = replace(PLAIN, guid_pattern=r"/(?P<y>\d{4})[-/](?P<m>\d\d)[-/](?P<slug>[\w-]+)")
    assert site_id("https://courier.example/2026/11/ferry", source) == "2026-11-ferry"
    assert site_id("https://courier.example/2026-11-ferry", source) == "2026-11-ferry"


def test_two_queries_are_two_articles_and_two_devices_one() -> None:
    url = "https://courier.example/n/q?id="
    assert not are_one(url + "7", url + "8", PLAIN)
    assert are_one(f"{FERRY};jsessionid=A1", f"{FERRY};jsessionid=B2?x=1".partition("?")[0], PLAIN)
    assert are_one("https://m.courier.example/amp/ferry", "http://www.courier.example/ferry/", PLAIN)


def test_article_of_a_former_domain_is_the_one_at_the_same_path() -> None:
    before = "http://www.oldcourier.example/2026/ferry"
    assert is_former(before, MOVED)
    assert is_article_url(before, MOVED)
    assert at_present(before, MOVED) == "http://www.courier.example/2026/ferry"
    assert guid_of(before, MOVED) == guid_of("https://courier.example/2026/ferry", MOVED)
    assert "https://oldcourier.example/2026/ferry" in spellings("https://www.courier.example/2026/ferry", MOVED)


@pytest.mark.parametrize(
    "url", ["https://courier.example", "https://courier.example/?ref=x", "https://courier.example/index.php"]
)
def test_front_page_is_no_article_whatever_the_pattern(url: str) -> None:
    assert not is_article_url(url, PLAIN)
