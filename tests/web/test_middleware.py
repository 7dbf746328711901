"""Headers of every response, conditional requests, and queries that are refused."""

from __future__ import annotations

import re

import pytest

from tests.web.press import SharedArchive

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
async def test_every_response_has_the_security_headers(shared: SharedArchive, path: str) -> None:
    headers = (await shared.client.get(path)).headers
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


async def test_no_page_has_a_script_but_that_of_keys_nor_inline_style(shared: SharedArchive) -> None:
    for path in (
        *PATHS[:6],
        f"/article/{shared.bridge}",
        f"/article/{shared.bridge}/1/3",
        f"/article/{shared.bridge}/2",
        "/source/harbour",
    ):
        page = (await shared.client.get(path)).text.lower()
        assert re.sub(r'<script src="/static/keys\.js\?v=[0-9a-f]{12}" defer></script>', "", page).count("<script") == 0
        assert " style=" not in page


@pytest.mark.parametrize("path", PATHS[:6])
@pytest.mark.parametrize("coding", ["identity", "gzip"])
async def test_head_is_get_without_a_body(shared: SharedArchive, path: str, coding: str) -> None:
    get = await shared.client.get(path, headers={"accept-encoding": coding})
    head = await shared.client.head(path, headers={"accept-encoding": coding})
    assert head.status_code == get.status_code
    # How long it took, and with it a page's own time, differs.
    assert {**head.headers, "server-timing": ""} == {**get.headers, "server-timing": ""}
    assert head.content == b""


@pytest.mark.parametrize("path", ["/", "/search", "/api/v1/changes", "/healthz", "/static/newscrawl.css"])
async def test_options_names_the_methods(shared: SharedArchive, path: str) -> None:
    response = await shared.client.options(path)
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["allow"] == "GET, HEAD, OPTIONS"
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/search", "/api/v1/changes", "/healthz"])
async def test_methods_that_write_are_refused(shared: SharedArchive, method: str, path: str) -> None:
    response = await shared.client.request(method, path)
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("path", ["/", "/api/v1/changes", "/changes.atom", "/article/{key}/1/2"])
async def test_an_unchanged_response_is_304(shared: SharedArchive, path: str) -> None:
    path = path.format(key=shared.bridge)
    first = await shared.client.get(path)
    second = await shared.client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert second.status_code == 304
    assert second.content == b""
    assert (await shared.client.get(path, headers={"if-none-match": '"other"'})).status_code == 200


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
async def test_a_query_is_made_of_plain_scalars(shared: SharedArchive, path: str, query: str) -> None:
    assert (await shared.client.get(f"{path}?{query}")).status_code in {400, 422}


@pytest.mark.parametrize("words", [".*", "(zz+)+$", "$where", '{"$gt": ""}', "zeppelin) || (1=1", "^bridge"])
async def test_search_words_are_never_patterns_or_operators_of_a_database(shared: SharedArchive, words: str) -> None:
    response = await shared.client.get("/search", params={"q": words})
    assert response.status_code == 200
    assert (f"/article/{shared.bridge}" in response.text) is (words == "^bridge")  # the word counts, not the ^


@pytest.mark.parametrize("target", ["//evil.example", "////evil.example", "//@evil.example", "https://evil.example/"])
async def test_lookup_never_redirects_to_another_host(shared: SharedArchive, target: str) -> None:
    response = await shared.client.get(f"/url/{target}")
    assert response.status_code == 404


async def test_payload_is_a_text_attachment_without_rights(shared: SharedArchive) -> None:
    response = await shared.client.get(f"/article/{shared.bridge}/1/payload")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.headers["content-disposition"].startswith("attachment")
    assert response.headers["content-security-policy"].startswith("sandbox")
    assert response.headers["x-content-type-options"] == "nosniff"
    assert b"<script>" in response.content
