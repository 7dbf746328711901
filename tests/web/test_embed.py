"""One edit in a frame of another site: its own policy, no script, and nothing of what is taken down."""

from __future__ import annotations

import html as html_escapes
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

import httpx
import pytest
from lxml import html

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.store import Store, takedowns
from newscrawl.web import create_app
from newscrawl.web.middleware import CONTENT_SECURITY_POLICY
from tests.web.press import BRIDGE, LEDE, NOW, Draft, Press

Serve = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def serve(config: Config, store: Store) -> Serve:
    @asynccontextmanager
    async def served(**settings: object) -> AsyncIterator[httpx.AsyncClient]:
        app = create_app(replace(config, **settings), SteppingClock(NOW))  # type: ignore[arg-type]
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
        ):
            yield client

    return served


async def test_an_embed_is_the_edit_in_a_few_lines(client: httpx.AsyncClient, bridge: str) -> None:
    text = (await client.get(f"/article/{bridge}/1/2/embed")).text
    page = html.fromstring(text)
    assert page.cssselect("h1 ins")[0].text_content() == "[added: eleven months]"
    assert [mark.text_content() for mark in page.cssselect(".excerpt del, .excerpt ins")] == [
        "[removed: 4.1]",
        "[added: 5.6]",
    ]
    assert "The Harbour Gazette · changed between 08:30 and 09:00 UTC on 2 March 2026" in text
    assert page.cssselect("script, form, input, button, nav, header, footer, img") == []
    (link,) = page.cssselect("a")
    assert link.get("href") == page.cssselect("link[rel=canonical]")[0].get("href")
    assert link.get("href").endswith(f"/article/{bridge}/1/2")
    assert (link.get("target"), link.get("rel")) == ("_blank", "noopener")
    assert "noindex" in page.cssselect("meta[name=robots]")[0].get("content")


async def test_an_embed_of_any_two_versions_says_what_differs(client: httpx.AsyncClient, bridge: str) -> None:
    page = html.fromstring((await client.get(f"/article/{bridge}/1/3/embed")).text)
    assert page.cssselect(".excerpt") == []
    assert "1 paragraph edited" in page.cssselect(".sentence")[0].text_content()


@pytest.mark.parametrize(
    ("settings", "ancestors"),
    [
        ({}, "*"),
        ({"serve_framed_by": ()}, "'none'"),
        ({"serve_framed_by": ("https://blog.example", "https://*.paper.example")}, "https://blog.example https://*.paper.example"),
    ],
)  # fmt: skip
async def test_the_operator_says_who_may_frame_an_embed_and_nobody_frames_anything_else(
    serve: Serve, bridge: str, settings: dict[str, object], ancestors: str
) -> None:
    async with serve(**settings) as client:
        for path, status in (("1/2/embed", 200), ("1/9/embed", 404), ("2/2/embed", 404)):
            answer = await client.get(f"/article/{bridge}/{path}")
            assert answer.status_code == status
            policy = answer.headers["content-security-policy"]
            assert policy.startswith("default-src 'none'; style-src 'self'; form-action 'none';")
            assert policy.endswith(f"frame-ancestors {ancestors}")
            assert "script" not in policy
            assert "x-frame-options" not in answer.headers
            assert answer.headers["x-content-type-options"] == "nosniff"
        for path in ("/", f"/article/{bridge}", f"/article/{bridge}/1/2", f"/article/{bridge}/9", "/api/v1/changes"):
            headers = (await client.get(path)).headers
            assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
            assert headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    ("access", "framed_by", "allowed"),
    [
        ("", ("*",), ("*",)),
        ("open", ("*",), ("*",)),
        ("token", ("*",), ()),
        ("proxy", ("*",), ()),
        ("proxy", ("https://wiki.example",), ("https://wiki.example",)),
    ],
)
def test_every_site_may_frame_only_what_everybody_may_read(
    access: str, framed_by: tuple[str, ...], allowed: tuple[str, ...]
) -> None:
    assert Config(serve_access=access, serve_framed_by=framed_by).framed_by == allowed


async def test_the_page_of_a_change_has_the_html_to_copy(client: httpx.AsyncClient, press: Press) -> None:
    headline = 'A "quoted" <b>headline</b> & more'
    key = await press.publish("quoted", [Draft(0, "Quoted", [LEDE]), Draft(1, headline, [LEDE])])
    page = html.fromstring((await client.get(f"/article/{key}/1/2")).text)
    snippet = page.cssselect("textarea")[0].text_content()
    (frame,) = html.fragments_fromstring(snippet)
    assert frame.tag == "iframe"
    assert frame.get("title") == f"Changed: {headline}"
    assert frame.get("src") == f"http://127.0.0.1:8000/article/{key}/1/2/embed"
    assert page.cssselect("iframe") == []
    assert html_escapes.escape(headline) in snippet.replace("&#34;", "&quot;")


async def test_a_reader_that_may_not_be_framed_offers_no_html(serve: Serve, bridge: str) -> None:
    async with serve(serve_framed_by=()) as client:
        assert "textarea" not in (await client.get(f"/article/{bridge}/1/2")).text


async def test_an_embed_of_what_is_hidden_says_so_within_the_frame(client: httpx.AsyncClient, press: Press) -> None:
    key = await press.publish("taken-down", BRIDGE)
    assert (await client.get(f"/article/{key}/1/2/embed")).status_code == 200
    assert await takedowns.hide(press.store.db, key, 2, reason="court order", by="editor", at=NOW)
    answer = await client.get(f"/article/{key}/1/2/embed")
    assert answer.status_code == 410
    assert "court order" in answer.text
    assert "eleven months" not in answer.text
    assert answer.headers["content-security-policy"].endswith("frame-ancestors *")
