"""Readers ask for an address to be watched: only where that is allowed, only from our own form, and not without end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
import pytest_asyncio
from lxml import html

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.items import RunRecord
from newscrawl.sources import watched
from newscrawl.store import takedowns
from newscrawl.web import create_app, forms
from newscrawl.web import watch as watch_module
from tests.web.press import NOW, Press
from tests.web.test_hostile_text import HOSTILE, assert_page_is_inert

URL = "https://www.lake.example/2026/lock-2001"
KNOWN = "https://www.harbour.example/news/swing-bridge-2026"
OURS = {"sec-fetch-site": "same-origin"}


@pytest_asyncio.fixture
async def client(
    config: Config, press: Press, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a reader that accepts requests, in a project without addresses."""
    monkeypatch.setattr(watched, "own_folder", lambda: tmp_path)
    app = create_app(replace(config, serve_watch=True), SteppingClock(NOW))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
    ):
        yield client


async def ask(client: httpx.AsyncClient, url: str, headers: dict[str, str] = OURS) -> httpx.Response:
    return await client.post("/watch", data={"url": url}, headers=headers)


async def test_what_was_never_recorded_can_be_asked_for_and_shows_what_came(
    client: httpx.AsyncClient, press: Press
) -> None:
    dead_end = await client.get("/search", params={"q": URL})
    assert dead_end.status_code == 404
    assert dead_end.headers["referrer-policy"] == "same-origin"
    (form,) = html.fromstring(dead_end.text).cssselect("form[method=post]")
    assert (form.get("action"), form.fields["url"]) == ("/watch", URL)
    answer = await ask(client, URL)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/watch?" + urlencode({"url": URL})
    assert watched.addresses_of("lake_example") == (URL,)
    assert "lake_example" in await press.store.source_turns()
    assert "waits for its first crawl" in (await client.get(answer.headers["location"])).text
    run = await press.store.start_run(RunRecord("one", "lake_example", NOW))
    assert "being requested now" in (await client.get(answer.headers["location"])).text
    await press.store.end_run(replace(run, ended_at=NOW, exit_code=1, reason="finished"))
    assert "no article at this address could be recorded so far" in (await client.get(answer.headers["location"])).text


async def test_an_address_with_an_article_leads_to_it_and_is_not_added(client: httpx.AsyncClient, bridge: str) -> None:
    for answer in (await ask(client, KNOWN), await client.get("/watch", params={"url": KNOWN})):
        assert (answer.status_code, answer.headers["location"]) == (303, f"/article/{bridge}")
    assert watched.rows() == {}


async def test_what_is_hidden_is_not_watched(client: httpx.AsyncClient, press: Press, bridge: str) -> None:
    await takedowns.hide(press.store.db, bridge, None, reason="order", by="editor", at=NOW)
    assert (await ask(client, KNOWN)).status_code == 410
    assert (await client.get("/watch", params={"url": KNOWN})).status_code == 410
    assert watched.rows() == {}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": "http://localhost"},
        {"origin": "null"},
        {"origin": "https://evil.example"},
        {"origin": "http://localhost.evil.example"},
    ],
)
async def test_forms_of_other_sites_are_refused(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    assert (await ask(client, URL, headers)).status_code == 403
    assert watched.rows() == {}


async def test_an_origin_of_ours_is_enough_for_browsers_that_say_no_more(client: httpx.AsyncClient) -> None:
    assert (await ask(client, URL, {"origin": "http://localhost"})).status_code == 303


@pytest.mark.parametrize("url", ["", "ftp://lake.example/a", "https://lake.example/", "lake", "https://a.example/ b"])
async def test_what_can_be_no_article_is_refused(client: httpx.AsyncClient, url: str) -> None:
    assert (await ask(client, url)).status_code == 400
    assert watched.rows() == {}


async def test_bodies_that_are_no_form_of_ours_are_refused(client: httpx.AsyncClient) -> None:
    for body in (b"", b"\xff\xfe", b"url=" + b"a" * 20_000, b"&".join(b"a=1" for _ in range(9)), b"url=%ff"):
        assert (await client.post("/watch", content=body, headers=OURS)).status_code == 400


async def test_requests_are_bounded(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "MAX_AN_HOUR", 2)
    assert [(await ask(client, f"{URL}{n}")).status_code for n in (1, 2, 2, 3)] == [303, 303, 303, 429]
    assert len(watched.addresses_of("lake_example")) == 2
    allowance = forms.Allowance()
    assert [allowance.take(NOW), allowance.take(NOW), allowance.take(NOW)] == [True, True, False]
    monkeypatch.setattr(watch_module, "MAX_ADDRESSES", 2)
    assert "The list is full" in (await ask(client, f"{URL}4")).text


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_addresses_are_inert(client: httpx.AsyncClient, name: str) -> None:
    url = f"https://www.lake.example/{HOSTILE[name]}"[:600]
    for page in (await client.get("/watch", params={"url": url}), await ask(client, url)):
        assert_page_is_inert(page.text) if page.text else None


async def test_readers_ask_for_nothing_unless_the_operator_allows_it(config: Config, press: Press) -> None:
    app = create_app(config, SteppingClock(NOW))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
    ):
        assert not html.fromstring((await client.get("/search", params={"q": URL})).text).cssselect("[method=post]")
        assert (await ask(client, URL)).status_code in {404, 405}
        assert (await client.get("/watch")).status_code == 404
        bookmark = html.fromstring((await client.get("/method")).text).cssselect("a[href^='javascript:']")
        assert [a.get("href") for a in bookmark] == [
            "javascript:location.href='http://127.0.0.1:8000/search?q='+encodeURIComponent(location.href)"
        ]
