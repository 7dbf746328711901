"""What mail servers refuse: for good, for now, for one address of many; and what is redacted before it is sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from newscrawl.notify.planning import plan
from newscrawl.notify.stuck import READERS, raise_alarms
from newscrawl.store import takedowns
from tests.notify.receivers import Mailbox, edited
from tests.store.samples import HOUR, SOURCE
from tests.web.test_subscribe import OURS, Archive, archive, links

__all__ = ["archive"]
DAY = timedelta(days=1)
SUBSCRIBE = f"/subscribe?source={SOURCE}"


def answer(box: Mailbox, answers: dict[str, str]) -> None:
    """Let a server answer to some recipients otherwise."""

    async def handle(server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in answers:
            return answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    box.handle_RCPT = handle  # type: ignore[attr-defined]


async def confirm(archive: Archive, *addresses: str) -> None:
    await edited(archive.store, "old", archive.now - 3 * HOUR)
    for address in addresses:
        await archive.ask(SUBSCRIBE, address)
    for mail in await archive.deliver():
        assert (await archive.client.post(links(mail)[0], headers=OURS)).status_code == 200
    assert await archive.store.opt_in_counts() == (len(addresses), 0)
    await edited(archive.store, "quay", archive.now + timedelta(minutes=1))


async def test_a_confirmed_address_that_is_refused_is_erased_after_two_days_and_not_before(archive: Archive) -> None:
    await confirm(archive, "ada@paper.example")
    answer(archive.box, {"ada@paper.example": "550 5.1.1 no such user"})
    for hours in (1, 12, 24, 48):
        assert await archive.deliver(archive.now + hours * HOUR) == []
        assert await archive.store.opt_in_counts() == (1, 0)
    assert await raise_alarms(archive.store, archive.now + 48 * HOUR) == []
    await archive.deliver(archive.now + 52 * HOUR)
    assert await archive.store.opt_in_counts() == (0, 0)
    assert await archive.store.db.outbox.count_documents({}) == 0


async def test_an_address_that_is_accepted_again_within_two_days_is_kept(archive: Archive) -> None:
    await confirm(archive, "ada@paper.example")
    answer(archive.box, {"ada@paper.example": "550 5.1.1 no such user"})
    await archive.deliver(archive.now + HOUR)
    answer(archive.box, {})
    assert len(await archive.deliver(archive.now + DAY)) == 1
    answer(archive.box, {"ada@paper.example": "550 5.1.1 no such user"})
    await edited(archive.store, "pier", archive.now + 3 * DAY)
    await archive.deliver(archive.now + 4 * DAY)
    assert await archive.store.opt_in_counts() == (1, 0), "two days of this refusal have not passed"


async def test_a_refusal_long_after_another_one_is_the_first_of_two_days(archive: Archive) -> None:
    await confirm(archive, "ada@paper.example")
    answer(archive.box, {"ada@paper.example": "550 5.1.1 no such user"})
    await archive.deliver(archive.now + HOUR)
    await archive.store.db.outbox.delete_many({})  # what was refused is withdrawn: nothing is tried meanwhile
    await edited(archive.store, "pier", archive.now + 30 * DAY)
    for hours in (1, 24, 40):
        await archive.deliver(archive.now + 30 * DAY + hours * HOUR)
        assert await archive.store.opt_in_counts() == (1, 0)
    await archive.deliver(archive.now + 33 * DAY)
    assert await archive.store.opt_in_counts() == (0, 0)


@pytest.mark.parametrize("deferral", ["450 4.2.1 greylisted", "452 4.2.2 mailbox full", "550 5.7.1 not wanted"])
async def test_an_address_that_is_deferred_delays_no_other_and_is_no_alarm_and_is_tried_again(
    archive: Archive, deferral: str
) -> None:
    await confirm(archive, "ada@paper.example", "bea@paper.example")
    answer(archive.box, {"ada@paper.example": deferral})
    [mail] = await archive.deliver(archive.now + HOUR)
    assert mail["to"] == "bea@paper.example"
    assert await raise_alarms(archive.store, archive.now + 2 * HOUR) == []
    await archive.deliver(archive.now + 2 * DAY + 12 * HOUR)
    assert await archive.store.opt_in_counts() == (2, 0), "only what is refused for good is erased"
    answer(archive.box, {})
    [mail] = await archive.deliver(archive.now + 2 * DAY + 20 * HOUR)
    assert mail["to"] == "ada@paper.example"


async def test_a_server_that_defers_everybody_is_one_alarm_without_addresses(archive: Archive) -> None:
    await confirm(archive, "ada@paper.example", "bea@paper.example")
    answer(archive.box, dict.fromkeys(("ada@paper.example", "bea@paper.example"), "451 4.3.0 no disk"))
    assert await archive.deliver(archive.now + HOUR) == []
    [stuck] = await raise_alarms(archive.store, archive.now + 2 * HOUR)
    assert (stuck.subscription, stuck.waiting, stuck.error) == (READERS, 2, "the address is refused with 451")


async def test_a_server_that_refuses_everybody_is_one_alarm_and_nobody_is_erased(archive: Archive) -> None:
    addresses = ("ada@paper.example", "bea@paper.example", "cyd@paper.example")
    await confirm(archive, *addresses)
    answer(archive.box, dict.fromkeys(addresses, "550 5.1.1 no such user"))
    for hours in (1, 12, 24, 48, 52):
        assert await archive.deliver(archive.now + hours * HOUR) == []
    assert await archive.store.opt_in_counts() == (3, 0)
    [stuck] = await raise_alarms(archive.store, archive.now + 53 * HOUR)
    assert (stuck.subscription, stuck.waiting, stuck.error) == (READERS, 3, "the address is refused with 550")
    answer(archive.box, {addresses[0]: "550 5.1.1 no such user"})
    # It may be asked before the others are taken: then it is erased by the next attempt.
    taken = [mail for hours in (60, 70) for mail in await archive.deliver(archive.now + hours * HOUR)]
    assert {mail["to"] for mail in taken} == set(addresses[1:])
    assert await archive.store.opt_in_counts() == (2, 0), "while others are taken, it is the address"
    assert await raise_alarms(archive.store, archive.now + 71 * HOUR) == []


async def test_words_that_are_redacted_before_a_mail_is_sent_are_not_in_it(archive: Archive) -> None:
    await confirm(archive, "ada@paper.example")
    edit = await edited(archive.store, "pier", archive.now + timedelta(minutes=2), headline="Pier of Zyxwvut shut")
    await archive.ask(f"/subscribe?article={edit.article_id}", "bea@paper.example")
    await plan(archive.store, archive.now + HOUR)
    await takedowns.redact(
        archive.store.db, edit.article_id, "Zyxwvut", reason="order", by="editor", at=archive.now + HOUR
    )
    mails = await archive.deliver(archive.now + HOUR)
    assert {mail["to"] for mail in mails} == {"ada@paper.example", "bea@paper.example"}
    assert any("Pier of" in mail.get_content() for mail in mails if mail["to"] == "bea@paper.example")
    assert [mail["subject"] for mail in mails if "zyxwvut" in mail.as_string().lower()] == []
    assert "Zyxwvut" not in (await archive.client.get(f"/subscribe?article={edit.article_id}")).text
