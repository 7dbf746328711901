"""A retracted edit: out of lists and counts, marked on its own pages, and announced in the feeds that had it."""

from __future__ import annotations

import httpx
import pytest
from lxml import etree

from newscrawl.web.feeds import ATOM
from tests.web.press import COST, LEDE, NOW, QUOTE, TRAFFIC, Draft, Press

REASON = "A promotion below the article was read as its text."


@pytest.fixture
async def bridge(press: Press) -> str:
    """Publish an article with two edits; the newest is our error."""
    drafts = [
        Draft(0, "Bridge to close", [LEDE, QUOTE]),
        Draft(3, "Bridge to close", [LEDE, QUOTE, COST]),
        Draft(5, "Bridge to close", [LEDE, QUOTE, COST, TRAFFIC]),
    ]
    return await press.publish("bridge", drafts)


async def entries(client: httpx.AsyncClient, path: str) -> dict[str, tuple[str, str, str]]:
    """Return title, summary and time of change of a feed's entries by id."""
    root = etree.fromstring((await client.get(path)).content)
    found = {}
    for entry in root.iter(f"{{{ATOM}}}entry"):
        texts = {child.tag.rpartition("}")[2]: child.text or "" for child in entry}
        found[texts["id"]] = (texts["title"], texts["summary"], texts["updated"])
    return found


async def test_retraction_takes_the_place_of_its_edit_in_feeds(
    client: httpx.AsyncClient, press: Press, bridge: str
) -> None:
    edit = f"urn:newscrawl:version:{bridge}:3"
    feeds = ("/changes.atom", "/changes.atom?source=harbour", f"/article/{bridge}/changes.atom")
    before = [await entries(client, path) for path in feeds]
    assert await press.store.retract(bridge, 3, reason=REASON, by="ann", at=NOW)
    for path, earlier in zip(feeds, before, strict=True):
        after = await entries(client, path)
        assert set(after) == set(earlier), "the same entries, so that feed readers replace one"
        title, summary, updated = after[edit]
        assert title == "Retracted: Bridge to close"
        assert REASON in summary
        assert updated == NOW.isoformat()
        assert next(iter(after)) == edit, "newest first: a retraction is news"
        assert {key: entry for key, entry in after.items() if key != edit} == {
            key: entry for key, entry in earlier.items() if key != edit
        }


async def test_retraction_is_in_rss_and_json_feeds(client: httpx.AsyncClient, press: Press, bridge: str) -> None:
    await press.store.retract(bridge, 3, reason=REASON, by="ann", at=NOW)
    item = (await client.get("/changes.json")).json()["items"][0]
    assert (item["title"], item["tags"]) == ("Retracted: Bridge to close", ["retraction"])
    assert item["date_modified"] == NOW.isoformat()
    assert REASON in (await client.get("/changes.rss")).text


async def test_retracted_edit_leaves_lists_and_counts_and_stays_in_the_history(
    client: httpx.AsyncClient, press: Press, bridge: str
) -> None:
    assert (await client.get(f"/api/v1/articles/{bridge}")).json()["edits"] == 2
    await press.store.retract(bridge, 3, reason=REASON, by="ann", at=NOW)
    assert f"/article/{bridge}/2/3" not in (await client.get("/newest")).text
    assert f"/article/{bridge}/1/2" in (await client.get("/newest")).text
    assert (await client.get(f"/api/v1/articles/{bridge}")).json()["edits"] == 1
    for path in (f"/article/{bridge}", f"/article/{bridge}/3", f"/article/{bridge}/2/3"):
        text = (await client.get(path)).text
        assert "Retracted on" in text, path
        assert REASON in text, path
    version = (await client.get(f"/api/v1/articles/{bridge}/versions/3")).json()
    assert version["retraction"]["reason"] == REASON
    assert version["hold"] == "retracted"


async def test_retraction_can_be_undone_and_only_public_edits_are_retracted(
    client: httpx.AsyncClient, press: Press, bridge: str
) -> None:
    assert not await press.store.retract(bridge, 1, reason=REASON, by="ann", at=NOW), "a first version is no edit"
    assert await press.store.retract(bridge, 3, reason=REASON, by="ann", at=NOW)
    assert not await press.store.retract(bridge, 3, reason=REASON, by="ann", at=NOW)
    assert await press.store.undo_retraction(bridge, 3, by="ann", at=NOW)
    assert (await client.get(f"/api/v1/articles/{bridge}")).json()["edits"] == 2
    assert "Retracted" not in (await client.get("/changes.atom")).text
    events = (await client.get(f"/article/{bridge}")).text
    assert REASON in events, "what we said stays in the events"


async def test_a_retraction_with_markup_in_its_reason_is_text(
    client: httpx.AsyncClient, press: Press, bridge: str
) -> None:
    await press.store.retract(bridge, 3, reason="<script>alert(1)</script>", by="ann", at=NOW)
    for path in (f"/article/{bridge}", f"/article/{bridge}/3", f"/article/{bridge}/2/3", "/changes.atom"):
        assert "<script>alert" not in (await client.get(path)).text
