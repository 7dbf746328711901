"""Downloads of a search: every row once, in all formats alike, and no formula for a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import httpx
import pyarrow.parquet
import pytest

from newscrawl.web import downloads
from tests.web.press import LEDE, Draft, Press

FORMULAS = ("=cmd|'/c calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "  =1+1", "＝1")


async def rows_of(client: httpx.AsyncClient, form: str, query: str) -> list[dict[str, Any]]:
    response = await client.get(f"/search/found.{form}?{query}")
    assert response.status_code == 200
    assert response.headers["content-disposition"].endswith(f'"newscrawl-search.{form}"')
    if form == "csv":
        return list(csv.DictReader(io.StringIO(response.text)))
    if form == "jsonl":
        assert response.text.isascii()
        return [json.loads(line) for line in response.text.splitlines()]
    return list(pyarrow.parquet.read_table(io.BytesIO(response.content)).to_pylist())


@pytest.mark.parametrize("form", list(downloads.Form))
async def test_a_download_has_every_match_once(
    client: httpx.AsyncClient, press: Press, bridge: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "PAGE", 2)
    keys = {await press.publish(f"zep{n}", [Draft(n, "A zeppelin", [LEDE])]) for n in range(7)}
    rows = await rows_of(client, form, "q=zeppelin")
    assert (len(rows), {row["article_id"] for row in rows}) == (7, keys)
    assert await rows_of(client, form, "q=nobodywrote") == []
    monkeypatch.setattr(downloads, "MAX_ROWS", 3)
    assert len(await rows_of(client, form, "q=zeppelin")) == 3


@pytest.mark.parametrize("form", list(downloads.Form))
async def test_a_row_has_the_edit_that_was_found(client: httpx.AsyncClient, bridge: str, form: str) -> None:
    (row,) = await rows_of(client, form, "q=4.1+million&in=removed")
    assert (row["article_id"], str(row["number"])) == (bridge, "2")
    assert row["link"].endswith(f"/article/{bridge}/1/2")
    assert "4.1 million" in str(row["old"])
    assert "5.6 million" in str(row["new"])


@pytest.mark.parametrize("formula", FORMULAS)
async def test_no_cell_is_a_formula(client: httpx.AsyncClient, press: Press, formula: str) -> None:
    text = f"{formula} zeppelin"
    drafts = [Draft(0, text, [LEDE]), Draft(1, f"{text} again", [f"{formula} {LEDE}"])]
    await press.publish("formula", drafts, publisher=formula)
    for query in ("q=zeppelin", "q=harbour&in=added"):
        for row in await rows_of(client, "csv", query):
            for cell in row.values():
                assert not cell.strip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "＝"))


@pytest.mark.parametrize("form", list(downloads.Form))
async def test_a_search_that_cannot_be_meant_is_no_file(client: httpx.AsyncClient, bridge: str, form: str) -> None:
    response = await client.get(f"/search/found.{form}?q=i*")
    assert response.status_code == 400
    assert "content-disposition" not in response.headers


async def test_the_search_page_links_its_downloads(client: httpx.AsyncClient, bridge: str) -> None:
    page = (await client.get("/search?q=ferrymen&least=25")).text
    for form in downloads.Form:
        assert f"/search/found.{form}?q=ferrymen&amp;in=wordings&amp;least=25" in page
