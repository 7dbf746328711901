"""The documentation of the API as a page: all that the OpenAPI document has, and nothing of another site."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx
from lxml import html


async def test_the_page_has_every_operation_parameter_and_object(client: httpx.AsyncClient) -> None:
    document = (await client.get("/api/v1/openapi.json")).json()
    response = await client.get("/api")
    assert response.headers["content-type"].startswith("text/html")
    page = html.fromstring(response.text)
    for path, methods in document["paths"].items():
        (section,) = page.cssselect(f"section#{methods['get']['operationId']}")
        assert path in section.cssselect("h3")[0].text_content()
        named = {cell.text_content() for cell in section.cssselect("tbody th")}
        assert named == {parameter["name"] for parameter in methods["get"].get("parameters", ())}
    for name, schema in document["components"]["schemas"].items():
        (section,) = page.cssselect(f"section#object-{name}")
        assert len(section.cssselect("tbody tr")) == len(schema.get("properties", {}))


async def test_the_page_loads_nothing_of_others_and_its_links_lead_somewhere(client: httpx.AsyncClient) -> None:
    page = html.fromstring((await client.get("/api")).text)
    assert page.cssselect("script") == []
    targets = [element.get(name) for element in page.iter() for name in ("src", "href") if element.get(name)]
    own = "http://127.0.0.1:8000/api"  # its canonical address, and those in other languages
    assert not any(urlsplit(target).netloc for target in targets if target.partition("?")[0] != own)
    ids = {element.get("id") for element in page.cssselect("[id]")}
    assert {target[1:] for target in targets if target.startswith("#")} <= ids
    assert "/api" in [a.get("href") for a in html.fromstring((await client.get("/")).text).cssselect("footer a")]


async def test_lists_of_the_api_have_the_words_that_changed(client: httpx.AsyncClient, bridge: str) -> None:
    items = (await client.get("/api/v1/changes")).json()["items"]
    marked = [part["op"] for excerpt in items[-1]["line"]["change"]["excerpts"] for part in excerpt["segments"]]
    assert {"delete", "insert"} <= set(marked)
    (found,) = (await client.get("/api/v1/search?q=4.1+million&in=removed")).json()["items"]
    assert {"op": "delete", "text": "4.1"} in found["edits"][0]
