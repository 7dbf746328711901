from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.normalize import canonical_url, request_url, same_site


@pytest.mark.parametrize(
    "url",
    [
        "http://www.example.org/2026/a-story",
        "https://example.org/2026/a-story",
        "HTTPS://WWW.EXAMPLE.ORG:443/2026/a-story",
        "https://example.org/2026/a-story#comments",
        "https://example.org/2026/a-story?utm_source=x&fbclid=1&at_medium=RSS",
        "https://example.org/2026/%61-story",
        "  https://example.org/2026/a-story\n",
        "https://example.org./2026/a-story",
    ],
)
def test_one_article_has_one_canonical_url(url: str) -> None:
    assert canonical_url(url) == "https://example.org/2026/a-story"


def test_parameters_that_identify_the_article_stay_in_one_order() -> None:
    assert canonical_url("https://example.org/s?id=2&a=1&utm_campaign=x") == "https://example.org/s?a=1&id=2"


def test_names_beyond_ascii_have_one_spelling() -> None:
    assert canonical_url("https://bücher.example/straße") == "https://xn--bcher-kva.example/stra%C3%9Fe"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/a",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "https://user:word@example.org/a",
        "https://example.org@evil.example@example.org/",
        "https://example.org\\@evil.example/",
        "https://exa\nmple.org/a",
        "https://example.org/\x00",
        "https://[broken/",
        "https:///path",
        "https://example.org:99999/",
        "https://exa mple.org/",
        "/relative",
        "",
    ],
)
def test_what_is_no_plain_web_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        canonical_url(url)


def test_a_url_to_request_keeps_scheme_and_host() -> None:
    assert request_url("http://www.example.org/a?utm_source=x#y") == "http://www.example.org/a"
    assert request_url("http://127.0.0.1:8000/a") == "http://127.0.0.1:8000/a"


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("https://www.example.co.uk/a", "http://news.example.co.uk/b", True),
        ("https://a.co.uk/", "https://b.co.uk/", False),
        ("http://127.0.0.1:8000/a", "http://127.0.0.1:8001/a", False),
        ("http://127.0.0.1:8000/a", "http://127.0.0.1:8000/b", True),
        ("https://example.org/", "https://example.org.evil.example/", False),
        ("https://example.org/", "not a URL", False),
    ],
)
def test_a_site_is_a_registered_domain(left: str, right: str, expected: bool) -> None:
    assert same_site(left, right) is expected


@given(st.text(max_size=60) | st.text(max_size=60).map("https://example.org/".__add__))
def test_canonical_is_stable_or_refused(url: str) -> None:
    try:
        canonical = canonical_url(url)
    except ValueError:
        return
    assert canonical_url(canonical) == canonical
    assert canonical.isascii()
