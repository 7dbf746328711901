"""Whatever is asked: error pages show it as text, and no request writes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from lxml import html

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.store import Store
from newscrawl.web import create_app
from tests.web.press import NOW, Press

MARKUP = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'"
PATHS = (
    "/{0}", "/article/{0}", "/article/{0}/1/2", "/source/{0}", "/search?q={0}", "/search?q=a&source={0}",
    "/changes.{0}", "/?cursor={0}", "/api/v1/{0}", "/api/v1/articles/{0}", "/static/{0}", "/?source={0}&kind={0}",
    "/memento/{0}",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
async def test_an_error_page_shows_what_was_asked_as_text(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path.format(quote(MARKUP, safe="")))
    assert response.headers["x-content-type-options"] == "nosniff"
    kind = response.headers["content-type"].partition(";")[0]
    if kind == "text/html":
        assert html.fromstring(response.text).cssselect("script, img, [onerror]") == []
    else:
        assert kind in {"application/json", "application/problem+json", "text/plain", "application/atom+xml"}
        assert kind != "application/atom+xml" or "<script" not in response.text


async def test_every_route_only_reads(config: Config) -> None:
    routes = _routes(create_app(config, SteppingClock(NOW)).routes)
    assert len(routes) > 20
    assert {method for route in routes for method in route.methods or ()} <= {"GET", "HEAD", "OPTIONS"}


def _routes(routes: Iterable[Any]) -> list[Any]:
    """Return the routes and those of the routers that are included."""
    found = []
    for route in routes:
        router = getattr(route, "original_router", None)
        found += _routes(router.routes) if router is not None else [route] if hasattr(route, "methods") else []
    return found


async def test_no_request_writes_to_the_archive(
    client: httpx.AsyncClient, press: Press, bridge: str, store: Store
) -> None:
    before = await contents(store)
    for path in ("/", "/search?q=bridge", f"/article/{bridge}", f"/article/{bridge}/1/2", "/changes.atom", "/sources"):
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            await client.request(method, f"{path}{'&' if '?' in path else '?'}next=//evil.example&delete=1")
    assert await contents(store) == before


async def contents(store: Store) -> dict[str, list[object]]:
    names = await store.db.list_collection_names()
    return {name: await store.db[name].find().sort("_id").to_list() for name in sorted(names)}
