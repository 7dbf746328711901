"""What every answer has, and what no question may be."""

from __future__ import annotations

import pytest

from tests.web.press import Shelf

pytestmark = pytest.mark.asyncio(loop_scope="session")

PATHS = (
    "/",
    "/first",
    "/search?q=bridge",
    "/sources",
    "/about",
    "/nowhere",
    "/healthz",
    "/changes.atom",
    "/api/v1",
    "/api/v1/changes",
)


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_carries_the_security_headers(shelf: Shelf, path: str) -> None:
    headers = (await shelf.client.get(path)).headers
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


async def test_no_page_holds_a_script_or_inline_style(shelf: Shelf) -> None:
    for path in (
        *PATHS[:6],
        f"/article/{shelf.bridge}",
        f"/article/{shelf.bridge}/1/3",
        f"/article/{shelf.bridge}/2",
        "/source/harbour",
    ):
        page = (await shelf.client.get(path)).text.lower()
        assert "<script" not in page
        assert " style=" not in page


@pytest.mark.parametrize("path", PATHS[:6])
async def test_head_is_get_without_a_body(shelf: Shelf, path: str) -> None:
    got = await shelf.client.get(path, headers={"accept-encoding": "identity"})
    head = await shelf.client.head(path, headers={"accept-encoding": "identity"})
    assert head.status_code == got.status_code
    assert head.headers.get("etag") == got.headers.get("etag")
    assert head.content == b""


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/search", "/api/v1/changes", "/healthz"])
async def test_nothing_but_reading_is_possible(shelf: Shelf, method: str, path: str) -> None:
    assert (await shelf.client.request(method, path)).status_code == 405


@pytest.mark.parametrize("path", ["/", "/api/v1/changes", "/changes.atom", "/article/{key}/1/2"])
async def test_an_unchanged_answer_is_304(shelf: Shelf, path: str) -> None:
    path = path.format(key=shelf.bridge)
    first = await shelf.client.get(path)
    second = await shelf.client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert second.status_code == 304
    assert second.content == b""
    assert (await shelf.client.get(path, headers={"if-none-match": '"other"'})).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "source[$ne]=1",
        "source%5B%24ne%5D=1",
        "source=a&source=b",
        "$where=1",
        "day=2026-01-01%00",
        "source=%FF",
        "a.b.$c=1",
        "q=" + "x" * 5000,
        "source=" + "x" * 65,
        'source={"$gt":""}',
        "least=1e3",
        "kind=.*",
    ],
)
@pytest.mark.parametrize("path", ["/", "/search", "/changes.atom", "/api/v1/changes"])
async def test_a_query_is_made_of_plain_scalars(shelf: Shelf, path: str, query: str) -> None:
    assert (await shelf.client.get(f"{path}?{query}")).status_code in {400, 422}


@pytest.mark.parametrize("words", [".*", "(zz+)+$", "$where", '{"$gt": ""}', "bridge) OR (1=1", "^bridge"])
async def test_search_words_are_never_patterns_or_operators(shelf: Shelf, words: str) -> None:
    answer = await shelf.client.get("/search", params={"q": words})
    assert answer.status_code == 200
    assert (f"/article/{shelf.bridge}" in answer.text) is (words == "^bridge")  # nothing but its word counts


@pytest.mark.parametrize("target", ["//evil.example", "////evil.example", "//@evil.example", "https://evil.example/"])
async def test_look_up_never_leads_to_another_site(shelf: Shelf, target: str) -> None:
    answer = await shelf.client.get(f"/url/{target}")
    assert answer.status_code == 404


async def test_payload_is_a_text_attachment_without_rights(shelf: Shelf) -> None:
    answer = await shelf.client.get(f"/article/{shelf.bridge}/1/payload")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert b"<script>" in answer.content
