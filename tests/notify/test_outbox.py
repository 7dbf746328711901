"""What becomes public is announced once to whoever subscribed; what does not is not, and texts are read when sent."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from newscrawl.config import Config
from newscrawl.items import BurstLimit, Cause, EventKind, Extra, Finding, HeldState, Hold, State, Subject, Wanted
from newscrawl.notify.delivery import Delivered, Deliverer
from newscrawl.notify.planning import plan
from newscrawl.notify.stuck import raise_alarms
from newscrawl.store import Store, events, takedowns
from newscrawl.store.erasure import Order, What
from newscrawl.store.erasure import erase as carry_out
from newscrawl.store.outbox import RowState
from newscrawl.store.verify import verify
from tests.notify.receivers import PATIENCE_SECONDS, Receiver, edited, receiving, subscription
from tests.store.samples import HOUR, SOURCE, append, article, first_version, head_of, next_version

MINUTE = timedelta(minutes=1)


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


async def subscribe(store: Store, receiver: Receiver, now: datetime, **fields: object) -> None:
    name = str(fields.pop("name", "quay"))
    assert await store.add_subscription(subscription(name, receiver.channel, now - 2 * HOUR, **fields))


def deliverer(store: Store, config: Config, receiver: Receiver, now: datetime) -> Deliverer:
    allowed = replace(config, egress_allow=(receiver.host,))
    return Deliverer(store, allowed, now=lambda: now, share=lambda: 0.5, deadline_seconds=PATIENCE_SECONDS)


async def announced(store: Store, config: Config, receiver: Receiver, now: datetime) -> list[dict[str, object]]:
    """Plan and deliver; return the items that arrived in this pass."""
    before = len(receiver.requests)
    await plan(store, now)
    await deliverer(store, config, receiver, now).deliver()
    bodies = [json.loads(request.body) for request in receiver.requests[before:]]
    return [item for body in bodies for item in body["data"]["items"]]


async def test_an_edit_is_announced_once_signed_and_with_all_that_a_receiver_needs(
    store: Store, config: Config, receiver: Receiver, now: datetime
) -> None:
    await subscribe(store, receiver, now)
    edit = await edited(store, "quay", now)
    [item] = await announced(store, config, receiver, now)
    assert await announced(store, config, receiver, now) == []
    assert (item["kind"], item["article_id"], item["version"]) == ("edit", edit.article_id, 2)
    assert (item["significance"], item["level"]) == (60, "large")
    assert item["link"] == f"http://127.0.0.1:8000/article/{edit.article_id}/1/2"
    assert str(item["interval"]).startswith("between")
    [request] = receiver.requests
    body = Webhook(receiver.secret).verify(request.body, request.headers)
    assert body["data"]["id"] == request.headers["webhook-id"]
    assert (await verify(store)).problems == ()
    assert await store.announcement_marks() == []


async def test_what_subscribers_did_not_ask_for_is_not_announced(
    store: Store, config: Config, receiver: Receiver, now: datetime
) -> None:
    await subscribe(store, receiver, now)
    old = await edited(store, "before", now - 3 * HOUR)  # seen before the subscription
    assert await announced(store, config, receiver, now) == []
    imported = await edited(store, "imported", now - timedelta(days=30))
    rebased = next_version(old, article("before", "The quay is closed."), now, Cause.REBASE)
    await append(store, rebased)
    held = next_version(imported, article("imported", "The quay sank."), now)
    await store.append_version(held, expected=2, head=head_of(held), hold=Hold.MASS_CHANGE)
    assert await announced(store, config, receiver, now) == []
    assert await store.announcement_marks() == [], "first versions, too, are planned"


async def test_what_subscribers_ask_for_is_announced(
    store: Store, config: Config, receiver: Receiver, now: datetime
) -> None:
    wanted = Wanted(about=frozenset({Subject.EDITS, Subject.FIRST}), include=frozenset(Extra))
    created = now - timedelta(days=60)
    assert await store.add_subscription(subscription("all", receiver.channel, created, wanted=wanted))
    edit = await edited(store, "imported", now - timedelta(days=30))
    rebased = next_version(edit, article("imported", "The quay is closed."), now, Cause.REBASE)
    await append(store, rebased)
    held = next_version(rebased, article("imported", "The quay sank."), now)
    await store.append_version(held, expected=3, head=head_of(held), hold=Hold.MASS_CHANGE)
    assert [item["version"] for item in await announced(store, config, receiver, now)] == [1, 2, 3, 4]


async def test_pending_edits_are_announced_when_they_are_published(
    store: Store, config: Config, receiver: Receiver, now: datetime
) -> None:
    await subscribe(store, receiver, now)
    first = first_version(article("pier", "A"), now - HOUR)
    edit = next_version(first, article("pier", "B"), now)
    await append(store, first)
    await store.append_version(edit, expected=1, head=head_of(edit), hold=Hold.PENDING)
    assert await announced(store, config, receiver, now) == []
    await store.publish(SOURCE, [(edit.article_id, 2)])
    assert [item["version"] for item in await announced(store, config, receiver, now)] == [2]


async def test_held_edits_are_announced_when_a_person_releases_them_and_never_when_they_are_dismissed(
    store: Store, config: Config, receiver: Receiver, now: datetime
) -> None:
    await subscribe(store, receiver, now)
    edit = await edited(store, "pier", now)
    held = HeldState(now - HOUR, Hold.MASS_CHANGE, "every article changed")
    await store.hold(SOURCE, held, at=now)
    assert await announced(store, config, receiver, now) == []
    await store.dismiss_held(SOURCE, by="ada", at=now)
    assert await announced(store, config, receiver, now) == []
    await store.release_dismissed(SOURCE, by="ada", at=now)
    assert [item["article_id"] for item in await announced(store, config, receiver, now)] == [edit.article_id]


async def test_a_retraction_reaches_those_who_were_sent_the_edit_and_nobody_else(
    store: Store, config: Config, receiver: Receiver, now: datetime
) -> None:
    await subscribe(store, receiver, now)
    sent, unsent = await edited(store, "sent", now), None
    await announced(store, config, receiver, now)
    unsent = await edited(store, "unsent", now)
    for each in (sent, unsent):
        assert await store.retract(each.article_id, 2, reason="A box was read as text.", by="ada", at=now)
    [item] = await announced(store, config, receiver, now)
    assert (item["kind"], item["article_id"]) == ("retraction", sent.article_id)
    assert "A box was read as text." in str(item["detail"])


@pytest.mark.parametrize("how", ["hide", "erase", "retract", "hold", "redact"])
async def test_what_is_taken_back_between_planning_and_sending_is_not_sent(
    store: Store, config: Config, receiver: Receiver, now: datetime, how: str
) -> None:
    wanted = Wanted(words="shut", words_in="added")
    await subscribe(store, receiver, now, wanted=wanted)
    edit = await edited(store, "quay", now)
    assert await plan(store, now) == 1
    assert "shut" not in str(await store.db.outbox.find({}).to_list())
    key = edit.article_id
    if how == "hide":
        await takedowns.hide(store.db, key, None, reason="a court's order", by="ada", at=now)
    elif how == "erase":
        await erase(store, key, now)
    elif how == "retract":
        await store.retract(key, 2, reason="our error", by="ada", at=now)
    elif how == "hold":
        await store.hold(SOURCE, HeldState(now - HOUR, Hold.MASS_CHANGE, "all"), at=now)
    else:
        await takedowns.redact(store.db, key, "shut", reason="a court's order", by="ada", at=now)
    assert await announced(store, config, receiver, now) == []
    assert (await store.outbox_counts())[RowState.WITHDRAWN] >= 1


@pytest.mark.parametrize("is_erased", [False, True])
async def test_what_is_hidden_or_erased_before_it_was_planned_is_not_announced(
    store: Store, config: Config, receiver: Receiver, now: datetime, is_erased: bool
) -> None:
    await subscribe(store, receiver, now)
    edit = await edited(store, "quay", now)
    if is_erased:
        await erase(store, edit.article_id, now)
    else:
        await takedowns.hide(store.db, edit.article_id, None, reason="a court's order", by="ada", at=now)
    assert await announced(store, config, receiver, now) == []
    assert (await store.outbox_counts(), await store.announcement_marks()) == ({}, [])


async def test_deletions_and_restorations_are_announced_to_those_who_ask(
    store: Store, config: Config, receiver: Receiver, now: datetime
) -> None:
    await subscribe(store, receiver, now, wanted=Wanted(about=frozenset({Subject.DELETIONS})))
    edit = await edited(store, "quay", now)
    head = head_of(edit)
    gone = replace(head, state=State.GONE, state_since=now, state_reason="status 410")
    await store.touch(gone, before=head)
    [item] = await announced(store, config, receiver, now)
    assert (item["kind"], item["article_id"]) == (EventKind.DELETION, edit.article_id)
    await store.touch(replace(head, state_since=now), before=gone)
    assert [item["kind"] for item in await announced(store, config, receiver, now)] == [EventKind.RESTORATION]


async def test_a_deletion_whose_writer_was_fenced_off_is_not_announced(
    store: Store, config: Config, receiver: Receiver, now: datetime
) -> None:
    await subscribe(store, receiver, now, wanted=Wanted(about=frozenset({Subject.DELETIONS})))
    edit = await edited(store, "quay", now)
    stored = await store.db.articles.find_one({"_id": edit.article_id})
    assert stored is not None
    await events.add_transition(store.db, stored, replace(head_of(edit), state=State.GONE, state_since=now))
    assert await announced(store, config, receiver, now) == []


async def test_alarms_are_announced_when_they_open_and_when_they_are_resolved(
    store: Store, config: Config, receiver: Receiver, now: datetime
) -> None:
    await subscribe(store, receiver, now, wanted=Wanted(about=frozenset({Subject.ALARMS})))
    await store.open_alarm(SOURCE, Finding("walled", "20 pages"), at=now)
    await store.open_alarm(SOURCE, Finding("walled", "30 pages"), at=now)
    [opened] = await announced(store, config, receiver, now)
    assert opened["detail"] == "walled: 30 pages"
    assert (opened["command"], opened["runbook"]) == (f"newscrawl runs {SOURCE}", "docs/runbook-walled.md")
    await store.resolve_alarm(SOURCE, "walled", at=now)
    [resolved] = await announced(store, config, receiver, now)
    assert resolved["kind"] == "alarm_resolved"
    assert "command" not in resolved, "there is nothing to do any more"


async def test_a_version_that_its_article_has_not_reached_waits(
    store: Store, config: Config, receiver: Receiver, now: datetime
) -> None:
    """Its writer was killed, or came too late: then the next check withdraws it."""
    await subscribe(store, receiver, now)
    edit = await edited(store, "quay", now)
    reached = await store.db.articles.find_one({"_id": edit.article_id})
    assert reached is not None
    await store.db.articles.update_one({"_id": edit.article_id}, {"$set": {"head.number": 1}})
    assert await announced(store, config, receiver, now) == []
    assert len(await store.announcement_marks()) == 1
    await store.db.articles.replace_one({"_id": edit.article_id}, reached)
    assert len(await announced(store, config, receiver, now)) == 1


async def test_a_mark_that_was_written_since_it_was_read_stays(store: Store, now: datetime) -> None:
    edit = await edited(store, "quay", now)
    read = await store.announcement_marks()
    await store.retract(edit.article_id, 2, reason="our error", by="ada", at=now)
    await store.unmark(read)
    assert [mark.key for mark in await store.announcement_marks()] == [f"{edit.article_id}:2"]


async def test_a_failed_delivery_is_tried_again_later_with_the_same_key_and_body(
    store: Store, config: Config, receiver: Receiver, now: datetime
) -> None:
    await subscribe(store, receiver, now)
    await edited(store, "quay", now)
    receiver.status = 500
    await announced(store, config, receiver, now)
    await announced(store, config, receiver, now)
    assert len(receiver.requests) == 1, "it rests first"
    receiver.status = 204
    await announced(store, config, receiver, now + HOUR)
    first, second = receiver.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert (await store.outbox_counts()) == {RowState.SENT: 1}


async def test_a_receiver_is_left_alone_for_as_long_as_it_asks(
    store: Store, config: Config, receiver: Receiver, now: datetime
) -> None:
    await subscribe(store, receiver, now)
    await edited(store, "quay", now)
    receiver.status, receiver.headers = 429, {"Retry-After": "7200"}
    await announced(store, config, receiver, now)
    receiver.status = 200
    await announced(store, config, receiver, now + timedelta(hours=1, minutes=59))
    assert len(receiver.requests) == 1
    await announced(store, config, receiver, now + timedelta(hours=2, minutes=1))
    assert len(receiver.requests) == 2


async def test_a_receiver_that_is_gone_is_asked_no_more_until_somebody_retries(
    store: Store, config: Config, receiver: Receiver, now: datetime
) -> None:
    await subscribe(store, receiver, now)
    await edited(store, "quay", now)
    receiver.status = 410
    await announced(store, config, receiver, now)
    receiver.status = 200
    later = now + timedelta(days=1)
    await announced(store, config, receiver, later)
    assert len(receiver.requests) == 1
    assert await store.revive_rows({"subscription": "quay"}, later) == 1
    await announced(store, config, receiver, later)
    assert len(receiver.requests) == 2


async def test_a_redirect_is_not_followed(store: Store, config: Config, receiver: Receiver, now: datetime) -> None:
    await subscribe(store, receiver, now)
    await edited(store, "quay", now)
    receiver.status, receiver.headers = 307, {"Location": receiver.url}
    await announced(store, config, receiver, now)
    assert len(receiver.requests) == 1
    [row] = await store.outbox_rows({}, 10)
    assert (row.state, row.error) == (RowState.QUEUED, "status 307")


async def test_private_addresses_are_refused_unless_the_operator_allows_them(
    store: Store, config: Config, receiver: Receiver, now: datetime
) -> None:
    await subscribe(store, receiver, now)
    await edited(store, "quay", now)
    await plan(store, now)
    await Deliverer(store, config, now=lambda: now).deliver()
    assert receiver.requests == []
    [row] = await store.outbox_rows({}, 10)
    assert "NEWSCRAWL_EGRESS_ALLOW" in row.error
    assert "hooks" not in row.error, "the path may be a secret"


async def test_a_channel_that_takes_nothing_raises_an_alarm_that_resolves_by_itself(
    store: Store, config: Config, receiver: Receiver, now: datetime
) -> None:
    await subscribe(store, receiver, now)
    await edited(store, "quay", now)
    receiver.status = 503
    await announced(store, config, receiver, now)
    assert await raise_alarms(store, now + 10 * MINUTE) == []
    later = now + 20 * MINUTE
    [stuck] = await raise_alarms(store, later)
    assert (stuck.subscription, stuck.waiting, stuck.error) == ("quay", 1, "status 503")
    waiting = await store.outbox_waiting(later)
    assert (waiting.queued, waiting.dead, waiting.overdue_since) == (1, 0, stuck.since)
    [alarm] = await store.alarms()
    assert (alarm.source, alarm.kind) == ("newscrawl", "outbox_stuck:quay")
    receiver.status = 200
    await announced(store, config, receiver, later + HOUR)
    assert await raise_alarms(store, later + HOUR) == []
    assert await store.alarms() == []


async def test_what_nobody_delivers_raises_an_alarm(store: Store, receiver: Receiver, now: datetime) -> None:
    await subscribe(store, receiver, now)
    await edited(store, "quay", now)
    await plan(store, now)
    [stuck] = await raise_alarms(store, now + HOUR)
    assert "outbox deliver" in stuck.finding.message


async def test_what_could_not_be_sent_for_days_is_given_up_and_can_be_revived(
    store: Store, config: Config, receiver: Receiver, now: datetime
) -> None:
    await subscribe(store, receiver, now)
    await edited(store, "quay", now)
    receiver.status = 500
    await announced(store, config, receiver, now)
    late = now + timedelta(days=4)
    assert (await deliverer(store, config, receiver, late).deliver()).dead == 1
    assert await store.revive_rows({"state": RowState.DEAD.value}, late) == 1
    receiver.status = 200
    assert len(await announced(store, config, receiver, late)) == 1


async def test_a_dead_channel_delays_no_other(store: Store, config: Config, receiver: Receiver, now: datetime) -> None:
    """The dead one never answers: the other one has its delivery while that attempt is still under way."""
    with receiving() as dead:
        is_released = threading.Event()
        dead.on_request = lambda request: is_released.wait(PATIENCE_SECONDS) and None
        try:
            for name, each in (("a-dead", dead), ("b-quay", receiver)):
                await subscribe(store, each, now, name=name)
            await edited(store, "quay", now)
            await plan(store, now)
            allowed = replace(config, egress_allow=(receiver.host, dead.host))
            lanes = Deliverer(store, allowed, now=lambda: now, deadline_seconds=600)
            delivered = Delivered()
            await lanes.start_due(delivered)
            await asyncio.to_thread(receiver.arrived.wait, PATIENCE_SECONDS)
            await asyncio.to_thread(dead.arrived.wait, PATIENCE_SECONDS)
            assert len(receiver.requests) == 1
            assert delivered.failed == 0
            await lanes.stop()
        finally:
            is_released.set()
    counts = {row.subscription: row.state for row in await store.outbox_rows({}, 10)}
    assert counts["a-dead"] is RowState.QUEUED


async def test_an_attempt_ends_with_its_deadline_and_is_tried_again(
    store: Store, config: Config, receiver: Receiver, now: datetime
) -> None:
    is_released = threading.Event()
    receiver.on_request = lambda request: is_released.wait(PATIENCE_SECONDS) and None
    await subscribe(store, receiver, now)
    await edited(store, "quay", now)
    await plan(store, now)
    allowed = replace(config, egress_allow=(receiver.host,))
    try:
        delivered = await Deliverer(store, allowed, now=lambda: now, deadline_seconds=0.3).deliver()
    finally:
        is_released.set()
    assert (delivered.sent, delivered.failed) == (0, 1)
    [row] = await store.outbox_rows({}, 10)
    assert row.error == "not done within 0.3 s"


async def test_a_burst_becomes_one_digest(store: Store, config: Config, receiver: Receiver, now: datetime) -> None:
    await subscribe(store, receiver, now)
    for number in range(12):
        await edited(store, f"quay-{number}", now)
    assert await announced(store, config, receiver, now) == []
    items = await announced(store, config, receiver, now + 11 * MINUTE)
    assert len(items) == 12
    assert len(receiver.requests) == 1


async def test_of_many_planners_and_workers_at_once_each_announcement_is_sent_by_one(
    store: Store, config: Config, receiver: Receiver, now: datetime
) -> None:
    for name in ("quay", "pier", "mole"):
        await subscribe(store, receiver, now, name=name, burst=BurstLimit(1000))
    for number in range(6):
        await edited(store, f"quay-{number}", now)
    stores = [await Store.open(config) for _ in range(4)]
    try:
        assert sum(await asyncio.gather(*(plan(each, now) for each in stores))) == 18
        workers = [deliverer(each, config, receiver, now) for each in stores]
        passes = await asyncio.gather(*(worker.deliver() for worker in workers))
    finally:
        for each in stores:
            await each.close()
    assert sum(delivered.sent for delivered in passes) == 18
    assert len({request.headers["webhook-id"] for request in receiver.requests}) == len(receiver.requests) == 18


async def test_a_fault_of_ours_in_one_lane_stays_there_and_is_named(
    store: Store, config: Config, receiver: Receiver, now: datetime
) -> None:
    """Here a row whose version is no number, as only a defect would write it."""
    await subscribe(store, receiver, now, name="broken")
    await subscribe(store, receiver, now, name="quay")
    await edited(store, "quay", now)
    await plan(store, now)
    await store.db.outbox.update_one({"subscription": "broken"}, {"$set": {"kind": "nonsense"}})
    await deliverer(store, config, receiver, now).deliver()
    assert len(receiver.requests) == 1
    assert (await store.lanes())["broken"].error == "internal error: ValueError"


async def test_a_lane_is_in_the_hands_of_one_worker_until_its_term_ends(store: Store, now: datetime) -> None:
    taken = await store.take_lane("quay", now)
    assert taken is not None
    assert await store.take_lane("quay", now + MINUTE) is None
    other = await store.take_lane("quay", now + 3 * MINUTE)
    assert other is not None
    assert not await store.renew_lane("quay", taken[0], now + 3 * MINUTE)
    await store.free_lane("quay", taken[0])
    assert await store.take_lane("quay", now + 3 * MINUTE) is None, "another's lane is not given back"


async def test_what_is_queued_for_a_subscription_that_was_removed_is_dropped(
    store: Store, config: Config, receiver: Receiver, now: datetime
) -> None:
    await subscribe(store, receiver, now)
    await edited(store, "quay", now)
    await plan(store, now)
    assert await store.remove_subscription("quay", now)
    assert await announced(store, config, receiver, now) == []
    assert await store.outbox_counts() == {RowState.DROPPED: 1}


async def erase(store: Store, article_id: str, at: datetime) -> None:
    await carry_out(store.db, Order(article_id, SOURCE, What.ARTICLE, None, "a court's order", "ada", at))
