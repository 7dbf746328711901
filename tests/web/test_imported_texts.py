"""A text that others brought without its page says so wherever it is shown, and is told as no edit."""

from __future__ import annotations

import httpx
import pytest

from newscrawl.items import Cause
from tests.web.press import COST, LEDE, QUOTE, Draft, Press

SAID = "Others brought this text without its page"


@pytest.fixture
async def bridge(press: Press) -> str:
    """Publish an article of which others brought the first two texts; then one was read here, and one edited."""
    drafts = [
        Draft(0, "Bridge to close", [LEDE, QUOTE]),
        Draft(3, "Bridge to shut", [LEDE, QUOTE, COST], cause=Cause.IMPORTED),
        Draft(5, "Bridge to shut", [LEDE, COST], cause=Cause.REBASE),
        Draft(7, "Bridge to shut", [LEDE, COST, QUOTE]),
    ]
    key = await press.publish("bridge", drafts)
    without = {"cause": "imported", "without_page": True, "payload": "", "capture": None}
    await press.store.db.versions.update_many({"article_id": key, "number": {"$lte": 2}}, {"$set": without})
    return key


async def test_pages_say_that_there_is_no_evidence(client: httpx.AsyncClient, bridge: str) -> None:
    for path in ("", "/1", "/2", "/1/2", "/2/3", "/1/2/embed"):
        page = await client.get(f"/article/{bridge}{path}")
        assert page.status_code == 200
        assert SAID in page.text, path
    for path in ("/3", "/4", "/3/4", "/3/4/embed"):
        assert SAID not in (await client.get(f"/article/{bridge}{path}")).text, path
    page = await client.get(f"/article/{bridge}/2")
    assert "brought by others as a text, without its page" in page.text
    assert f"/article/{bridge}/2/warc" not in page.text
    for path in ("warc", "payload"):
        assert (await client.get(f"/article/{bridge}/2/{path}")).status_code == 404


async def test_no_change_is_told_without_evidence(client: httpx.AsyncClient, bridge: str) -> None:
    assert "changed " not in (await client.get(f"/article/{bridge}/1/2/embed")).text
    for feed in ("/changes.json", f"/article/{bridge}/changes.json", "/newest.json", "/first.json", "/headlines.json"):
        found = await client.get(feed)
        if found.status_code == 200:
            ids = [item["id"].rpartition(":")[2] for item in found.json()["items"]]
            assert set(ids) <= {"4"}, feed
    page = await client.get("/search", params={"q": "crowns", "in": "added"})
    assert f"/article/{bridge}/1/2" not in page.text


async def test_the_api_says_it(client: httpx.AsyncClient, bridge: str) -> None:
    found = [(await client.get(f"/api/v1/articles/{bridge}/versions/{n}")).json() for n in (1, 2, 3)]
    assert [(each["cause"], each["evidence"]) for each in found] == [
        ("imported", "none"),
        ("imported", "none"),
        ("rebase", "page"),
    ]
    assert found[1]["payload_digest"] is None
