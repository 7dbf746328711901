"""The feed of a subscription has what it matched, as it may be shown now; lists rank by when newspapers changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from lxml import etree, html

from newscrawl.items import Channel, Finding, State, Subject, Wanted
from newscrawl.notify.planning import plan
from newscrawl.store import Store, takedowns
from newscrawl.store.subscriptions import new_token
from tests.notify.receivers import edited, subscription
from tests.store.samples import SOURCE, head_of

ATOM = {"a": "http://www.w3.org/2005/Atom"}


async def feed_of(store: Store, client: httpx.AsyncClient, token: str, now: datetime) -> list[tuple[str, str]]:
    """Plan; return titles and ids of the feed's entries."""
    await plan(store, now)
    response = await client.get(f"/subscriptions/{token}.atom")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("application/atom+xml")
    entries = etree.fromstring(response.content).findall("a:entry", ATOM)
    return [(entry.findtext("a:title", "", ATOM), entry.findtext("a:id", "", ATOM)) for entry in entries]


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


async def test_a_feed_has_what_its_subscription_matched_and_nothing_else(
    store: Store, client: httpx.AsyncClient, now: datetime
) -> None:
    token = new_token()
    wanted = Wanted(about=frozenset(Subject) - {Subject.FIRST}, sources=(SOURCE, "newscrawl"))
    made = subscription("quay", Channel("feed"), now - timedelta(hours=2), wanted=wanted)
    await store.add_subscription(replace(made, feed_token=token))
    shut = await edited(store, "quay", now, headline="Quay shut")
    await edited(store, "elsewhere", now, source="gazette")
    await store.open_alarm(SOURCE, Finding("walled", "20 pages"), at=now)
    assert await feed_of(store, client, token, now) == [
        ("Quay shut: one paragraph", f"urn:newscrawl:version:{shut.article_id}:2"),
        ("Alarm: walled: 20 pages", (await alarm_ids(store))[0]),
    ]
    gone = replace(head_of(shut), state=State.GONE, state_since=now + timedelta(seconds=1))
    await store.touch(gone, before=head_of(shut))
    assert ("Deleted: Quay shut") in [title for title, _ in await feed_of(store, client, token, now)]
    await store.retract(shut.article_id, 2, reason="our error", by="ada", at=now)
    found = dict(await feed_of(store, client, token, now))
    assert not any(title.startswith("Quay shut") for title in found)
    assert found["Retracted: Quay shut"] == f"urn:newscrawl:version:{shut.article_id}:2"
    await takedowns.hide(store.db, shut.article_id, None, reason="a court's order", by="ada", at=now)
    assert [title for title, _ in await feed_of(store, client, token, now)] == ["Alarm: walled: 20 pages"]


async def alarm_ids(store: Store) -> list[str]:
    rows = await store.outbox_rows({"kind": "alarm_opened"}, 10)
    return [f"urn:newscrawl:announcement:{row.key}" for row in rows]


async def test_a_feed_is_found_by_its_token_alone(store: Store, client: httpx.AsyncClient, now: datetime) -> None:
    await store.add_subscription(replace(subscription("quay", Channel("feed"), now), feed_token=new_token()))
    for wrong in ("quay", "token-quay", new_token()):
        assert (await client.get(f"/subscriptions/{wrong}.atom")).status_code in {400, 404}


@pytest.mark.parametrize("feed_format", ["rss", "json"])
async def test_a_feed_comes_in_each_format(
    store: Store, client: httpx.AsyncClient, now: datetime, feed_format: str
) -> None:
    token = new_token()
    await store.add_subscription(replace(subscription("quay", Channel("feed"), now), feed_token=token))
    await edited(store, "quay", now + timedelta(seconds=1), headline="Quay shut")
    await plan(store, now)
    response = await client.get(f"/subscriptions/{token}.{feed_format}")
    assert "Quay shut" in response.text


async def test_front_page_and_feed_rank_by_when_the_newspaper_changed_not_by_when_it_was_stored(
    store: Store, client: httpx.AsyncClient, now: datetime
) -> None:
    """An import of last month's versions, stored last, does not push today's changes down."""
    await edited(store, "today", now, headline="Today")
    await edited(store, "yesterday", now - timedelta(days=1), headline="Yesterday")
    await edited(store, "imported", now - timedelta(days=30), headline="Last month")
    page = html.fromstring((await client.get("/")).text)
    ranked = [" ".join(node.text_content().split()) for node in page.cssselect(".entry h3")]
    assert ranked == ["Today", "Yesterday"]
    feed = etree.fromstring((await client.get("/changes.atom")).content)
    assert [each.findtext("a:title", "", ATOM) for each in feed.findall("a:entry", ATOM)] == [
        f"{headline}: one paragraph" for headline in (*ranked, "Last month")
    ]
