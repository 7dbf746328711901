"""The newspaper's web server, requested over HTTP."""

from __future__ import annotations

import gzip
import http.client
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from newscrawl.demo import EDITIONS, Newsroom
from newscrawl.demo.server import RETRY_AFTER_SECONDS
from tests.faults.waiting import PATIENCE_SECONDS

BRIDGE = "/2026/03/lorn-bridge-to-close-for-repairs-10101"
STATUE = "/2026/03/missing-bronze-heron-found-in-shed-10109"
ORCHARD = "/2026/03/volunteers-save-forgotten-apples-10110"
ORCHARD_MOVED = "/2026/03/tidewick-pearmain-lives-on-below-the-monastery-10110"
ALLOTMENTS = "/2026/03/eleven-years-for-an-allotment-10112"
OBSERVATORY = "/2026/03/record-number-of-spoonbills-on-oyster-island-10113"
LIDO = "/2026/03/brewery-to-warm-the-lido-10114"
AUCTION = "/2026/03/fish-auction-plaice-cheap-sole-dear-10120"


@dataclass(frozen=True)
class Response:
    status: int
    headers: dict[str, str]
    body: bytes


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with Newsroom() as newsroom:
        yield newsroom


def get(newsroom: Newsroom, edition: int, path: str, **headers: str) -> Response:
    newsroom.edition = edition
    connection = http.client.HTTPConnection("127.0.0.1", newsroom.port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return Response(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    finally:
        connection.close()


def test_article_is_served_with_the_date_of_its_edition(newsroom: Newsroom) -> None:
    response = get(newsroom, 1, BRIDGE)
    assert response.status == 200
    assert response.headers["date"] == "Mon, 02 Mar 2026 07:00:00 GMT"
    assert b"take 12 days" in response.body


def test_edition_changes_while_the_base_url_stays(newsroom: Newsroom) -> None:
    base = newsroom.base
    assert b"take 19 days" in get(newsroom, 3, BRIDGE).body
    assert newsroom.base == base


def test_two_requests_share_one_connection(newsroom: Newsroom) -> None:
    newsroom.edition = 1
    connection = http.client.HTTPConnection("127.0.0.1", newsroom.port, timeout=PATIENCE_SECONDS)
    connection.request("GET", BRIDGE)
    connection.getresponse().read()
    socket = connection.sock
    connection.request("GET", "/robots.txt")
    assert connection.getresponse().read().startswith(b"User-agent: *")
    assert connection.sock is socket
    connection.close()


def test_unknown_edition_is_refused() -> None:
    with pytest.raises(ValueError, match=r"edition 9: .* 1 to 8"):
        Newsroom(9)


def test_same_etag_is_answered_with_304_and_no_body(newsroom: Newsroom) -> None:
    first = get(newsroom, 1, BRIDGE)
    second = get(newsroom, 1, BRIDGE, If_None_Match=first.headers["etag"])
    assert (second.status, second.body) == (304, b"")
    assert second.headers["etag"] == first.headers["etag"]


def test_same_date_is_answered_with_304(newsroom: Newsroom) -> None:
    first = get(newsroom, 1, BRIDGE)
    assert get(newsroom, 1, BRIDGE, If_Modified_Since=first.headers["last-modified"]).status == 304


def test_edited_article_is_served_in_full_to_a_conditional_request(newsroom: Newsroom) -> None:
    first = get(newsroom, 1, BRIDGE)
    etag, date = first.headers["etag"], first.headers["last-modified"]
    assert get(newsroom, 2, BRIDGE, If_None_Match=etag).status == 200
    assert get(newsroom, 2, BRIDGE, If_Modified_Since=date).status == 200


def test_etag_takes_precedence_over_the_date(newsroom: Newsroom) -> None:
    date = get(newsroom, 1, BRIDGE).headers["last-modified"]
    assert get(newsroom, 1, BRIDGE, If_None_Match='"another"', If_Modified_Since=date).status == 200


def test_new_design_changes_a_page(newsroom: Newsroom) -> None:
    before = get(newsroom, 4, BRIDGE)
    after = get(newsroom, 5, BRIDGE, If_None_Match=before.headers["etag"])
    assert after.status == 200
    assert b"application/ld+json" in before.body
    assert b"application/ld+json" not in after.body


def test_page_without_validators_differs_at_each_edition(newsroom: Newsroom) -> None:
    first, second = get(newsroom, 1, AUCTION), get(newsroom, 2, AUCTION)
    assert "etag" not in first.headers
    assert "last-modified" not in first.headers
    assert first.body != second.body


def test_compressed_page_decompresses_to_the_plain_one(newsroom: Newsroom) -> None:
    plain = get(newsroom, 1, BRIDGE)
    compressed = get(newsroom, 1, BRIDGE, Accept_Encoding="gzip")
    assert compressed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(compressed.body) == plain.body
    assert compressed.headers["etag"] == plain.headers["etag"]


def test_cut_gzip_stream_has_correct_framing(newsroom: Newsroom) -> None:
    response = get(newsroom, 2, LIDO, Accept_Encoding="gzip")
    assert response.status == 200
    assert int(response.headers["content-length"]) == len(response.body)
    stream = zlib.decompressobj(wbits=31)
    text = stream.decompress(response.body)
    assert b"<h1" in text
    assert not stream.eof


def test_cut_page_is_served_in_place_of_a_304(newsroom: Newsroom) -> None:
    complete = get(newsroom, 1, LIDO)
    assert get(newsroom, 2, LIDO, If_None_Match=complete.headers["etag"]).status == 200


@pytest.mark.parametrize("edition", [3, 4, 5])
def test_withdrawn_article_is_gone(newsroom: Newsroom, edition: int) -> None:
    assert get(newsroom, edition, STATUE).status == 410


def test_withdrawn_article_comes_back(newsroom: Newsroom) -> None:
    assert get(newsroom, 7, STATUE).status == 200


def test_former_url_redirects_to_the_present_one(newsroom: Newsroom) -> None:
    response = get(newsroom, 4, ORCHARD)
    assert response.status == 301
    assert response.headers["location"] == newsroom.base + ORCHARD_MOVED
    assert get(newsroom, 4, ORCHARD_MOVED).status == 200


def test_future_url_does_not_exist_yet(newsroom: Newsroom) -> None:
    assert get(newsroom, 3, ORCHARD_MOVED).status == 404


@pytest.mark.parametrize(
    ("edition", "path", "words"),
    [(2, ALLOTMENTS, b"Accept all"), (4, OBSERVATORY, b"verify that you are a human")],
)
def test_wall_is_served_as_200_without_validators_or_article(
    newsroom: Newsroom, edition: int, path: str, words: bytes
) -> None:
    response = get(newsroom, edition, path)
    assert response.status == 200
    assert words in response.body
    assert "etag" not in response.headers
    assert b"story-body" not in response.body


@pytest.mark.parametrize("path", [BRIDGE, "/feed.xml", "/news-sitemap.xml", "/"])
def test_overloaded_server_answers_everything_with_retry_after(newsroom: Newsroom, path: str) -> None:
    response = get(newsroom, 6, path)
    assert response.status == 429
    assert response.headers["retry-after"] == str(RETRY_AFTER_SECONDS)


@pytest.mark.parametrize("edition", [edition.number for edition in EDITIONS])
def test_robots_txt_exists_in_every_edition(newsroom: Newsroom, edition: int) -> None:
    response = get(newsroom, edition, "/robots.txt")
    assert response.status == 200
    assert b"Crawl-delay: 0.02" in response.body


def test_every_exchange_is_recorded(newsroom: Newsroom) -> None:
    newsroom.exchanges.clear()
    etag = get(newsroom, 1, BRIDGE).headers["etag"]
    get(newsroom, 1, BRIDGE, If_None_Match=etag)
    assert [(e.edition, e.path, e.status, e.is_conditional) for e in newsroom.exchanges] == [
        (1, BRIDGE, 200, False),
        (1, BRIDGE, 304, True),
    ]
