"""Readers subscribe from a page: asked first, sent what they confirmed, and erased when they say so."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import httpx
import pytest
import pytest_asyncio
from aiosmtpd.smtp import SMTP
from lxml import html

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.errors import ConfigError
from newscrawl.notify.delivery import Deliverer
from newscrawl.notify.planning import plan
from newscrawl.notify.reader_links import renew_path, spellings
from newscrawl.store import Store, takedowns
from newscrawl.store.opt_in_records import RENEWABLE
from newscrawl.web import create_app, subscribe
from tests.notify.receivers import PATIENCE_SECONDS, Mailbox, edited, receiving
from tests.store.samples import HOUR, SOURCE
from tests.web.test_hostile_text import HOSTILE, assert_page_is_inert

ADDRESS = "ada@paper.example"
OURS = {"sec-fetch-site": "same-origin"}
ROOT = "https://reader.example"


@dataclass
class Archive:
    """A reader that may be subscribed to, the mails that it has sent, and the hands that send them."""

    client: httpx.AsyncClient
    store: Store
    config: Config
    box: Mailbox
    now: datetime

    async def form(self, path: str) -> str:
        page = html.fromstring((await self.client.get(path)).text)
        [field] = page.cssselect("form[method=post] input[name=token]")
        return str(field.get("value"))

    async def ask(self, path: str, address: str = ADDRESS, **fields: str) -> httpx.Response:
        fields = {"token": await self.form(path), "address": address, **fields}
        return await self.client.post(path, data=fields, headers=OURS)

    async def deliver(self, now: datetime | None = None) -> list[EmailMessage]:
        """Plan and deliver; return the mails of this pass."""
        before, now = len(self.box.mails), now or self.now
        await plan(self.store, now)
        await Deliverer(
            self.store, self.config, now=lambda: now, share=lambda: 0.5, deadline_seconds=PATIENCE_SECONDS
        ).deliver()
        return self.box.mails[before:]

    async def confirmed(self, path: str) -> str:
        """Subscribe and confirm; return the path that ends it."""
        await self.ask(path)
        [mail] = await self.deliver()
        link = links(mail)[0]
        assert (await self.client.post(link, headers=OURS)).status_code == 200
        return ended_by(mail)


def links(mail: EmailMessage) -> list[str]:
    return [link.removeprefix(ROOT) for link in re.findall(rf"{ROOT}/subscribe/\S+", mail.get_content())]


def ended_by(mail: EmailMessage) -> str:
    return str(mail["list-unsubscribe"]).strip("<>").replace(" ", "").removeprefix(ROOT)


@pytest_asyncio.fixture
async def archive(config: Config, store: Store) -> AsyncIterator[Archive]:
    box, now = Mailbox(), datetime.now(UTC)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(box), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    values = {
        "NEWSCRAWL_SERVE_SUBSCRIBE": "mail,webhook",
        "NEWSCRAWL_PUBLIC_URL": ROOT,
        "NEWSCRAWL_MAIL_URL": f"smtp://127.0.0.1:{port}/?from=archive@reader.example",
    }
    stated = Config.from_env(values)
    allowed = replace(
        config, serve_subscribe=stated.serve_subscribe, public_url=stated.public_url, mail_url=stated.mail_url
    )
    app = create_app(allowed, SteppingClock(now))
    async with (
        server,
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
    ):
        yield Archive(client, store, allowed, box, now)


async def test_nothing_is_sent_before_the_address_confirms_and_everything_after(archive: Archive) -> None:
    edit = await edited(archive.store, "quay", archive.now - 3 * HOUR)
    path = f"/subscribe?article={edit.article_id}"
    assert (await archive.ask(path)).status_code == 200
    [question] = await archive.deliver()
    assert question["to"] == ADDRESS
    await edited(archive.store, "pier", archive.now)
    assert await archive.deliver() == []
    link = links(question)[0]
    page = await archive.client.get(link)
    assert await archive.store.opt_in_counts() == (1, 1), "a scanner that opens the link confirms nothing"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert 'content="noindex' in page.text
    assert (await archive.client.post(link, headers={"sec-fetch-site": "cross-site"})).status_code == 403
    assert (await archive.client.post(link, headers=OURS)).status_code == 200
    assert await archive.store.opt_in_counts() == (1, 0)
    assert (await archive.client.post(link, headers=OURS)).status_code == 404, "a token confirms once"


async def test_a_source_is_announced_by_mail_with_links_that_end_it(archive: Archive) -> None:
    await edited(archive.store, "old", archive.now - 3 * HOUR)
    await archive.confirmed(f"/subscribe?source={SOURCE}")
    await edited(archive.store, "quay", archive.now + timedelta(minutes=1), headline="Quay\r\nBcc: eve@evil.example")
    [mail] = await archive.deliver(archive.now + HOUR)
    assert mail["bcc"] is None
    assert "large change, significance 60" in mail.get_content()
    assert mail.get_content_type() == "text/plain"
    assert mail["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert ended_by(mail) == links(mail)[-1]
    await edited(archive.store, "pier", archive.now + timedelta(minutes=2))
    await plan(archive.store, archive.now + HOUR)
    path = ended_by(mail)
    assert (await archive.client.get(path)).status_code == 200
    assert await archive.store.opt_in_counts() == (1, 0), "GET ends nothing"
    one_click = await archive.client.post(path, content=b"List-Unsubscribe=One-Click")
    assert one_click.status_code == 200
    assert await archive.store.opt_in_counts() == (0, 0)
    assert await archive.store.outbox_rows({}, 10) == []
    assert await archive.deliver(archive.now + 2 * HOUR) == []
    assert (await archive.client.get(path)).status_code == 404


async def test_what_is_hidden_before_it_is_sent_is_in_no_mail(archive: Archive) -> None:
    await edited(archive.store, "old", archive.now - 3 * HOUR)
    await archive.confirmed(f"/subscribe?source={SOURCE}")
    edit = await edited(archive.store, "quay", archive.now + timedelta(minutes=1))
    await plan(archive.store, archive.now + HOUR)
    await takedowns.hide(archive.store.db, edit.article_id, None, reason="order", by="editor", at=archive.now)
    assert await archive.deliver(archive.now + HOUR) == []
    assert (await archive.client.get(f"/subscribe?article={edit.article_id}")).status_code == 410


async def test_a_search_in_any_wording_matches_text_that_did_not_change(archive: Archive) -> None:
    await archive.confirmed("/subscribe?q=quay&least=0")
    await edited(archive.store, "quay", archive.now + 2 * HOUR)
    [mail] = await archive.deliver(archive.now + 3 * HOUR)
    assert "Changed: Lighthouse goes dark" in mail.get_content(), "words of its text, not of its headline"


@pytest.mark.parametrize(
    ("query", "name"),
    [("day=2026-01-06", "day"), ("since=2026-01-06", "since"), ("until=2026-01-06", "until"),
     ("source=nobody", "source"), ("kind=pigeon", "kinds"), ("q=OR", "q"), ("q=%2B%2B", "q")],
)  # fmt: skip
async def test_a_filter_without_an_equal_is_named_and_its_feed_still_shown(
    archive: Archive, query: str, name: str
) -> None:
    page = html.fromstring((await archive.client.get(f"/subscribe?{query}")).text)
    assert page.cssselect("a[href*='.atom']")
    assert not page.cssselect("form[method=post]")
    assert f"by message: {name} " in page.cssselect("[role=alert]")[0].text_content()


async def test_an_address_that_is_known_gets_the_same_answer_and_no_more_mails_than_three(archive: Archive) -> None:
    await edited(archive.store, "old", archive.now - 3 * HOUR)
    path = f"/subscribe?source={SOURCE}"
    answers = [await archive.ask(path, f"Ada+{n}@paper.example" if n > 1 else "Ada@paper.example") for n in range(5)]
    assert len({re.sub(r"[0-9a-f]{12}", "", answer.text) for answer in answers}) == 1
    assert len(await archive.deliver()) == 3


async def test_requests_of_a_network_are_bounded_over_processes(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscribe, "MAX_OF_NETWORK", 2)
    statuses = [(await archive.ask("/subscribe?q=quay", f"a{n}@paper.example")).status_code for n in range(3)]
    assert statuses == [200, 200, 429]
    counted = await archive.store.db.subscription_requests.find().to_list()
    assert "paper" not in json.dumps(counted, default=str)


@pytest.mark.parametrize("headers", [{}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}])
async def test_forms_of_other_sites_are_refused(archive: Archive, headers: dict[str, str]) -> None:
    fields = {"token": await archive.form("/subscribe?q=quay"), "address": ADDRESS}
    assert (await archive.client.post("/subscribe?q=quay", data=fields, headers=headers)).status_code == 403
    assert await archive.store.opt_in_counts() == (0, 0)


@pytest.mark.parametrize("token", ["", "1.x", "99999999999.x", "é"])
async def test_a_form_without_a_token_of_ours_is_refused(archive: Archive, token: str) -> None:
    fields = {"token": token, "address": ADDRESS}
    assert (await archive.client.post("/subscribe?q=quay", data=fields, headers=OURS)).status_code == 403
    body = b"address=" + b"a" * 20_000
    assert (await archive.client.post("/subscribe?q=quay", content=body, headers=OURS)).status_code == 403


@pytest.mark.parametrize(
    "address", ["", "ada", "ada@localhost", "a b@paper.example", "ada@[127.0.0.1]",
                "ada@paper.example\r\nBcc: e@e.example",
                "ädä@paper.example", "a" * 65 + "@paper.example", "ada@10.0.0.1", "http://u:p@hook.example/"],
)  # fmt: skip
async def test_what_is_no_address_is_refused(archive: Archive, address: str) -> None:
    assert (await archive.ask("/subscribe?q=quay", address)).status_code == 400
    assert await archive.store.opt_in_counts() == (0, 0)


def test_a_domain_of_other_letters_is_stored_in_ascii() -> None:
    assert subscribe.mail_address("ada@bücher.example") == "ada@xn--bcher-kva.example"


async def test_an_unconfirmed_request_is_erased_and_its_link_is_worth_nothing(archive: Archive) -> None:
    await archive.ask("/subscribe?q=quay")
    [mail] = await archive.deliver()
    await plan(archive.store, archive.now + timedelta(hours=49))
    assert await archive.store.opt_in_counts() == (0, 0)
    assert await archive.store.db.outbox.count_documents({}) == 0
    assert (await archive.client.post(links(mail)[0], headers=OURS)).status_code == 404


async def test_what_is_not_renewed_ends_with_a_last_mail_whose_link_renews_once(archive: Archive) -> None:
    await archive.confirmed("/subscribe?q=quay")
    [subscription] = await archive.store.subscriptions()
    assert subscription.opt_in is not None
    assert subscription.opt_in.ends_at is not None
    end = subscription.opt_in.ends_at + HOUR
    [last] = await archive.deliver(end)
    assert last["subject"] == "Your subscription has ended"
    assert await archive.deliver(end) == []
    renew = renew_path(await archive.store.reader_key(), subscription.name, subscription.opt_in.ends_at)
    assert links(last)[0] == renew
    assert (await archive.client.get(renew)).status_code == 200
    assert not (await archive.store.subscriptions())[0].is_open
    assert (await archive.client.post(renew, headers=OURS)).status_code == 200
    assert (await archive.store.subscriptions())[0].is_open
    assert (await archive.client.post(renew, headers=OURS)).status_code == 404
    await archive.deliver(end)
    await archive.deliver(end + RENEWABLE + HOUR)
    assert await archive.store.opt_in_counts() == (0, 0)


@pytest.mark.parametrize("echoes", [True, False])
async def test_a_webhook_confirms_by_answering_with_the_challenge(archive: Archive, echoes: bool) -> None:
    with receiving() as receiver:
        if echoes:
            receiver.answer = lambda request: json.loads(request.body)["data"]["challenge"].encode()
        sent = await archive.ask("/subscribe?q=quay", receiver.url)
        secret = html.fromstring(sent.text).cssselect("p.mono")[0].text_content()
        archive.config = replace(archive.config, egress_allow=(receiver.host,))
        await archive.deliver()
        message = json.loads(receiver.requests[0].body)
        assert message["type"] == "newscrawl.confirmation"
        assert secret.startswith("whsec_")
        assert await archive.store.opt_in_counts() == ((1, 0) if echoes else (0, 0))


async def test_a_webhook_in_a_private_network_is_sent_nothing(archive: Archive) -> None:
    with receiving() as receiver:
        await archive.ask("/subscribe?q=quay", receiver.url)
        await archive.deliver()
        assert receiver.requests == []


async def test_an_address_that_the_server_refuses_is_erased(archive: Archive) -> None:
    async def refuse(server: object, session: object, envelope: object, address: str, options: object) -> str:
        return "550 5.1.1 no such user"

    archive.box.handle_RCPT = refuse  # type: ignore[attr-defined]
    await archive.ask("/subscribe?q=quay")
    assert await archive.deliver() == []
    assert await archive.store.opt_in_counts() == (0, 0)


async def test_a_mail_server_that_is_away_loses_no_question(archive: Archive) -> None:
    await archive.ask("/subscribe?q=quay")
    away = replace(archive, config=replace(archive.config, mail_url=None))
    assert await away.deliver() == []
    assert len(await archive.deliver(archive.now + HOUR)) == 1


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_searches_are_inert_on_the_page_and_in_the_mail(archive: Archive, name: str) -> None:
    text = f"quay {HOSTILE[name]}"[:300].replace("\0", "")
    page = await archive.client.get("/subscribe", params={"q": text})
    assert_page_is_inert(page.text)
    if html.fromstring(page.text).cssselect("form[method=post]"):
        await archive.ask(f"/subscribe?{httpx.QueryParams({'q': text})}")
        [mail] = await archive.deliver()
        assert not {"\x1b", "\u202e", "\r"} & set(mail.get_content().replace("\r\n", "\n"))
        assert_page_is_inert((await archive.client.get(links(mail)[0])).text)


async def test_without_permission_there_are_feeds_and_no_form(client: httpx.AsyncClient) -> None:
    page = html.fromstring((await client.get("/subscribe?q=quay")).text)
    assert page.cssselect("a[href*='/search.atom']")
    assert not page.cssselect("form[method=post]")
    assert (await client.post("/subscribe?q=quay", headers=OURS)).status_code == 405


@pytest.mark.parametrize(
    ("values", "missing"),
    [({"serve_subscribe": ("webhook",)}, "NEWSCRAWL_PUBLIC_URL"),
     ({"serve_subscribe": ("mail",), "public_url": ROOT}, "NEWSCRAWL_MAIL_URL")],
)  # fmt: skip
def test_what_is_missing_is_said_at_the_start(config: Config, values: dict[str, object], missing: str) -> None:
    with pytest.raises(ConfigError, match=missing):
        create_app(replace(config, **values))  # type: ignore[arg-type]


async def test_rows_that_a_kill_left_send_nothing_to_whom_was_erased(archive: Archive) -> None:
    await archive.ask("/subscribe?q=quay")
    [subscription] = await archive.store.subscriptions()
    await archive.store.db.subscriptions.delete_one({"_id": subscription.name})
    assert await archive.deliver() == []
    assert await archive.store.due_subscriptions(archive.now + HOUR) == []


async def test_a_person_is_erased_by_address_in_any_spelling_of_its_domain(archive: Archive) -> None:
    await archive.ask("/subscribe?q=quay", "ada@bücher.example")
    names = await archive.store.opt_ins_of_address(spellings("ada@bücher.example"))
    assert [await archive.store.erase_opt_in(name) for name in names] == [True]
    assert await archive.store.opt_in_counts() == (0, 0)
    assert await archive.store.db.outbox.count_documents({}) == 0


async def test_links_are_found_by_an_index(archive: Archive) -> None:
    await archive.ask("/subscribe?q=quay")
    [mail] = await archive.deliver()
    db = archive.store.db
    await db.command("profile", 2)
    for path in (links(mail)[0], ended_by(mail)):
        assert (await archive.client.get(path)).status_code == 200
        assert (await archive.client.post(path, headers=OURS)).status_code == 200
    await db.command("profile", 0)
    profiled = await db["system.profile"].find({"ns": f"{db.name}.subscriptions"}).to_list()
    await db.drop_collection("system.profile")
    assert len(profiled) >= 5
    assert [each["command"] for each in profiled if "COLLSCAN" in each.get("planSummary", "")] == []
