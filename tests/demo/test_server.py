"""The newspaper's web server, asked over real HTTP."""

from __future__ import annotations

import gzip
import http.client
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from newscrawl.demo import EDITIONS, Newsroom
from newscrawl.demo.server import RETRY_AFTER_SECONDS

BRIDGE = "/2026/03/lorn-bridge-to-close-for-repairs-10101"
STATUE = "/2026/03/missing-bronze-heron-found-in-shed-10109"
ORCHARD = "/2026/03/volunteers-save-forgotten-apples-10110"
ORCHARD_NOW = "/2026/03/tidewick-pearmain-lives-on-below-the-monastery-10110"
ALLOTMENTS = "/2026/03/eleven-years-for-an-allotment-10112"
OBSERVATORY = "/2026/03/record-number-of-spoonbills-on-oyster-island-10113"
LIDO = "/2026/03/brewery-to-warm-the-lido-10114"
AUCTION = "/2026/03/fish-auction-plaice-cheap-sole-dear-10120"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with Newsroom() as newsroom:
        yield newsroom


def ask(newsroom: Newsroom, edition: int, path: str, **headers: str) -> Answer:
    newsroom.edition = edition
    connection = http.client.HTTPConnection("127.0.0.1", newsroom.port, timeout=5)
    try:
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    finally:
        connection.close()


def test_story_is_served_with_the_newspapers_own_date(newsroom: Newsroom) -> None:
    answer = ask(newsroom, 1, BRIDGE)
    assert answer.status == 200
    assert answer.headers["date"] == "Mon, 02 Mar 2026 07:00:00 GMT"
    assert b"take 12 days" in answer.body


def test_edition_switches_while_the_address_stays(newsroom: Newsroom) -> None:
    base = newsroom.base
    assert b"take 19 days" in ask(newsroom, 3, BRIDGE).body
    assert newsroom.base == base


def test_two_requests_share_one_connection(newsroom: Newsroom) -> None:
    newsroom.edition = 1
    connection = http.client.HTTPConnection("127.0.0.1", newsroom.port, timeout=5)
    connection.request("GET", BRIDGE)
    connection.getresponse().read()
    socket = connection.sock
    connection.request("GET", "/robots.txt")
    assert connection.getresponse().read().startswith(b"User-agent: *")
    assert connection.sock is socket
    connection.close()


def test_unknown_edition_is_refused_by_its_number() -> None:
    with pytest.raises(ValueError, match=r"edition 9: .* 1 to 8"):
        Newsroom(9)


def test_same_etag_is_answered_with_304_and_no_body(newsroom: Newsroom) -> None:
    first = ask(newsroom, 1, BRIDGE)
    again = ask(newsroom, 1, BRIDGE, If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


def test_same_date_is_answered_with_304(newsroom: Newsroom) -> None:
    first = ask(newsroom, 1, BRIDGE)
    assert ask(newsroom, 1, BRIDGE, If_Modified_Since=first.headers["last-modified"]).status == 304


def test_an_edited_story_is_served_whole_to_a_conditional_request(newsroom: Newsroom) -> None:
    first = ask(newsroom, 1, BRIDGE)
    etag, date = first.headers["etag"], first.headers["last-modified"]
    assert ask(newsroom, 2, BRIDGE, If_None_Match=etag).status == 200
    assert ask(newsroom, 2, BRIDGE, If_Modified_Since=date).status == 200


def test_the_etag_wins_over_the_date(newsroom: Newsroom) -> None:
    date = ask(newsroom, 1, BRIDGE).headers["last-modified"]
    assert ask(newsroom, 1, BRIDGE, If_None_Match='"another"', If_Modified_Since=date).status == 200


def test_the_new_look_changes_every_page(newsroom: Newsroom) -> None:
    before = ask(newsroom, 4, BRIDGE)
    after = ask(newsroom, 5, BRIDGE, If_None_Match=before.headers["etag"])
    assert after.status == 200
    assert b"application/ld+json" in before.body
    assert b"application/ld+json" not in after.body


def test_page_without_validators_is_never_the_same_twice(newsroom: Newsroom) -> None:
    first, second = ask(newsroom, 1, AUCTION), ask(newsroom, 2, AUCTION)
    assert "etag" not in first.headers
    assert "last-modified" not in first.headers
    assert first.body != second.body


def test_compressed_page_unpacks_to_the_plain_one(newsroom: Newsroom) -> None:
    plain = ask(newsroom, 1, BRIDGE)
    packed = ask(newsroom, 1, BRIDGE, Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["etag"] == plain.headers["etag"]


def test_cut_gzip_stream_is_framed_correctly(newsroom: Newsroom) -> None:
    answer = ask(newsroom, 2, LIDO, Accept_Encoding="gzip")
    assert answer.status == 200
    assert int(answer.headers["content-length"]) == len(answer.body)
    stream = zlib.decompressobj(wbits=31)
    text = stream.decompress(answer.body)
    assert b"<h1" in text
    assert not stream.eof


def test_cut_page_is_not_spared_by_a_304(newsroom: Newsroom) -> None:
    whole = ask(newsroom, 1, LIDO)
    assert ask(newsroom, 2, LIDO, If_None_Match=whole.headers["etag"]).status == 200


@pytest.mark.parametrize("edition", [3, 4, 5])
def test_withdrawn_story_is_gone(newsroom: Newsroom, edition: int) -> None:
    assert ask(newsroom, edition, STATUE).status == 410


def test_withdrawn_story_comes_back(newsroom: Newsroom) -> None:
    assert ask(newsroom, 7, STATUE).status == 200


def test_former_address_redirects_to_the_present_one(newsroom: Newsroom) -> None:
    answer = ask(newsroom, 4, ORCHARD)
    assert answer.status == 301
    assert answer.headers["location"] == newsroom.base + ORCHARD_NOW
    assert ask(newsroom, 4, ORCHARD_NOW).status == 200


def test_address_of_the_future_is_not_there_yet(newsroom: Newsroom) -> None:
    assert ask(newsroom, 3, ORCHARD_NOW).status == 404


@pytest.mark.parametrize(
    ("edition", "path", "words"),
    [(2, ALLOTMENTS, b"Accept all"), (4, OBSERVATORY, b"verify that you are a human")],
)
def test_wall_is_served_as_200_without_validators_or_story(
    newsroom: Newsroom, edition: int, path: str, words: bytes
) -> None:
    answer = ask(newsroom, edition, path)
    assert answer.status == 200
    assert words in answer.body
    assert "etag" not in answer.headers
    assert b"story-body" not in answer.body


@pytest.mark.parametrize("path", [BRIDGE, "/feed.xml", "/news-sitemap.xml", "/"])
def test_overloaded_server_asks_for_patience_everywhere(newsroom: Newsroom, path: str) -> None:
    answer = ask(newsroom, 6, path)
    assert answer.status == 429
    assert answer.headers["retry-after"] == str(RETRY_AFTER_SECONDS)


@pytest.mark.parametrize("edition", [edition.number for edition in EDITIONS])
def test_robots_txt_is_there_in_every_edition(newsroom: Newsroom, edition: int) -> None:
    answer = ask(newsroom, edition, "/robots.txt")
    assert answer.status == 200
    assert b"Crawl-delay: 0.02" in answer.body


def test_every_exchange_is_noted(newsroom: Newsroom) -> None:
    newsroom.exchanges.clear()
    etag = ask(newsroom, 1, BRIDGE).headers["etag"]
    ask(newsroom, 1, BRIDGE, If_None_Match=etag)
    assert [(e.edition, e.path, e.status, e.is_conditional) for e in newsroom.exchanges] == [
        (1, BRIDGE, 200, False),
        (1, BRIDGE, 304, True),
    ]
