"""URLs as browsers show and people paste them lead to the URLs that are stored."""

from __future__ import annotations

import pytest

from newscrawl.normalize import canonical_url, request_url
from newscrawl.store.lookup_urls import MAX_CANDIDATES, candidates, ids


@pytest.mark.parametrize(
    "url",
    [
        "https://www.mühle.example/straße/artikel-1",
        "https://lake.example/новости/статья",
        "https://lake.example/新闻/2026?页=2&id=3",
        "https://lake.example/a%2fb",
        "https://lake.example/a?b=%c3%a4&a=1",
        "https://lake.example/a?q=два+слова",
        "https://lake.example/статья/?utm_source=x&id=3#top",
        "https://lake.example./a",
        "http://lake.example:80/a",
        "HTTPS://LAKE.example:443/A",
        "http://[::1]:8000/lock-1",
        "http://[2001:DB8::1]/lock-1",
    ],
)
def test_a_url_in_any_spelling_leads_to_the_stored_one(url: str) -> None:
    found = candidates(url)
    assert canonical_url(url) in found
    assert request_url(url) in found
    assert len(found) <= MAX_CANDIDATES


def test_a_port_that_is_none_means_nothing() -> None:
    assert candidates("https://lake.example:port/a") == ()
    assert candidates("https://lake.example:99999/a") == ()


def test_the_last_part_of_a_path_is_an_id_in_the_spelling_of_stored_ones() -> None:
    assert "%D1%81%D1%82-7" in ids("https://lake.example/ст-7")
