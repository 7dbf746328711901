"""Pages as a person gets them."""

from __future__ import annotations

import httpx


async def test_latest_changes_show_old_and_new_headline(client: httpx.AsyncClient, bridge: str) -> None:
    page = (await client.get("/")).text
    assert f'href="/article/{bridge}/2/3"' in page
    assert f'href="/article/{bridge}/1/2"' in page
    assert "<del>" in page
    assert "<ins>" in page


async def test_article_page_counts_versions_and_changes(client: httpx.AsyncClient, bridge: str) -> None:
    page = (await client.get(f"/article/{bridge}")).text
    assert "3 versions, 2 changes by the newspaper" in page


async def test_diff_page_says_how_much_later(client: httpx.AsyncClient, bridge: str) -> None:
    page = (await client.get(f"/article/{bridge}/1/2")).text
    assert "about 3 hours later" in page


async def test_health(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).status_code == 200
    assert (await client.get("/readyz")).status_code == 200
