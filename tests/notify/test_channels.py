"""Every channel delivers to a real receiver, ends in time, and keeps what is secret to itself."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from standardwebhooks import Webhook

from newscrawl.items import Change, Channel, EventKind, Excerpt, Segment, SegmentOp
from newscrawl.notify import channels, messages, texts
from newscrawl.notify.channels import ChannelFailed
from newscrawl.notify.channels.webhook import new_secret, retry_after, signatures
from newscrawl.notify.messages import Item, Message
from tests.notify.receivers import PATIENCE_SECONDS, Mailbox

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
EXCERPT = Excerpt(
    (
        Segment(SegmentOp.KEEP, "The quay is "),
        Segment(SegmentOp.DELETE, "open"),
        Segment(SegmentOp.INSERT, "shut"),
        Segment(SegmentOp.KEEP, " <today>"),
    )
)
HOSTILE = "Quay\r\nBcc: eve@evil.example\u2028shut \u202egnp.\x1b[31m"


async def send(channel: Channel, sent: Message, **options: Any) -> None:
    """Deliver a message, on a loaded machine too."""
    await channels.send(channel, sent, **{"deadline_seconds": PATIENCE_SECONDS, **options})


def message(headline: str = "Quay shut", **fields: Any) -> Message:
    change = Change(types=("wording",), significance=0.6, summary="one word", excerpts=(EXCERPT,))
    item = Item(
        kind=EventKind.EDIT, source="courier", publisher="The Courier", headline=headline,
        link="http://127.0.0.1:8000/article/a/1/2", seen_at=NOW, not_before=NOW - timedelta(hours=1), article_id="a",
        number=2, previous_headline="Quay open", change=change,
    )  # fmt: skip
    return Message(**{"key": "k1", "subscription": "quay", "at": NOW, "items": (item,), **fields})


@asynccontextmanager
async def mailbox() -> AsyncIterator[tuple[Mailbox, str]]:
    box = Mailbox()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(box), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        sender = "from=alerts@paper.example&to=ada@paper.example&mode=insecure"
        yield box, f"mailto://127.0.0.1:{port}/?{sender}"


async def test_a_mail_has_both_forms_with_old_and_new_words_and_a_link() -> None:
    async with mailbox() as (box, address):
        await send(Channel("apprise", address=address), message(), allow=(), now=NOW)
    [mail] = box.mails
    assert mail["subject"] == "Changed: Quay shut (The Courier)"
    assert box.recipients == [["ada@paper.example"]]
    markup = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "<del>open</del> → <ins>shut</ins> &lt;today&gt;" in markup
    assert 'href="http://127.0.0.1:8000/article/a/1/2"' in markup
    plain = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "open → shut" in plain
    assert "between 11:00 and 12:00 UTC on 2 March 2026" in plain
    assert "http://127.0.0.1:8000/article/a/1/2" in plain.splitlines()


async def test_a_mail_of_an_alarm_has_the_command_to_begin_with_and_the_runbook() -> None:
    item = Item(
        kind=EventKind.ALARM_OPENED, source="courier", publisher="courier", headline="walled",
        link="http://127.0.0.1:8000/source/courier", seen_at=NOW, detail="walled: 20 pages <requested>",
        command="newscrawl try 'https://courier.example/?a=1&b=2' --source courier", runbook="docs/runbook-walled.md",
    )  # fmt: skip
    async with mailbox() as (box, address):
        await send(Channel("apprise", address=address), message(items=(item,)), allow=(), now=NOW)
    [mail] = box.mails
    assert mail["subject"] == "Alarm: courier: walled: 20 pages <requested>"
    plain = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert f"Begin with: {item.command}" in plain.splitlines()
    assert "Runbook: docs/runbook-walled.md" in plain.splitlines()


async def test_a_hostile_headline_forges_no_header_of_a_mail() -> None:
    async with mailbox() as (box, address):
        await send(Channel("apprise", address=address), message(HOSTILE), allow=(), now=NOW)
    [mail] = box.mails
    assert mail["bcc"] is None
    assert box.recipients == [["ada@paper.example"]]
    assert "\n" not in mail["subject"]
    assert "\u202e" not in str(mail["subject"])
    assert "\x1b" not in mail.as_string()


async def test_a_service_that_refuses_is_a_failure_without_the_address() -> None:
    address = "mailto://ada:hunter2-secret@127.0.0.1:9/?from=a@paper.example&to=b@paper.example&mode=insecure"
    with pytest.raises(ChannelFailed) as failed:
        await send(Channel("apprise", address=address), message(), allow=(), now=NOW)
    assert "hunter2" not in str(failed.value)
    assert str(failed.value)


async def test_an_address_that_apprise_does_not_know_says_so() -> None:
    with pytest.raises(ChannelFailed, match="does not know this address"):
        await send(Channel("apprise", address="carrierpigeon://loft"), message(), allow=(), now=NOW)


async def test_without_apprise_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "apprise.py").write_text("raise ImportError('not here')")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}")
    with pytest.raises(ChannelFailed, match=r"pip install 'newscrawl\[notify\]'"):
        await send(Channel("apprise", address="mailto://a@b.example"), message(), allow=(), now=NOW)


async def test_a_notifier_of_another_package_gets_the_message_and_one_that_hangs_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pigeons.py").write_text(
        "import json, pathlib, time\n"
        "def notify(address, message):\n"
        "    pathlib.Path(address).write_text(json.dumps(message))\n"
        "def hang(address, message):\n"
        "    time.sleep(3600)\n"
    )
    info = tmp_path / "pigeons-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pigeons\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[newscrawl.notifiers]\npigeon = pigeons:notify\nlost = pigeons:hang\n")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}")
    await send(Channel("pigeon", address=str(tmp_path / "loft")), message(), allow=(), now=NOW)
    received = json.loads((tmp_path / "loft").read_text())
    assert received["data"]["id"] == "k1"
    assert received["subject"] == "Changed: Quay shut (The Courier)"
    with pytest.raises(ChannelFailed, match="not done within"):
        await send(Channel("lost"), message(), allow=(), now=NOW, deadline_seconds=2)
    with pytest.raises(ChannelFailed, match="no installed package"):
        await send(Channel("nosuch"), message(), allow=(), now=NOW)


async def test_a_command_gets_json_and_no_shell_sees_its_arguments(tmp_path: Path) -> None:
    script = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_text(sys.stdin.read())"
    path = tmp_path / "a; touch b"
    await send(Channel("command", command=(sys.executable, "-c", script, str(path))), message(), allow=(), now=NOW)
    received = json.loads(path.read_text())
    assert received["type"] == "newscrawl.announcement"
    assert received["data"]["items"][0]["headline"] == "Quay shut"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("script", "reason"),
    [("import sys; sys.exit('the loft is full')", "exit code 1: the loft is full"), ("x", "exit code 1")],
)
async def test_a_command_that_fails_says_why(script: str, reason: str) -> None:
    with pytest.raises(ChannelFailed, match=reason):
        await send(Channel("command", command=(sys.executable, "-c", script)), message(), allow=(), now=NOW)


async def test_a_command_that_is_not_there_or_never_ends_fails() -> None:
    with pytest.raises(ChannelFailed, match="cannot be run"):
        await send(Channel("command", command=("/nonexistent/pigeon",)), message(), allow=(), now=NOW)
    hanging = (sys.executable, "-c", "import time; time.sleep(3600)")
    with pytest.raises(ChannelFailed, match="not done within"):
        await send(Channel("command", command=hanging), message(), allow=(), now=NOW, deadline_seconds=0.5)


async def test_a_variable_that_is_not_set_is_named() -> None:
    with pytest.raises(ChannelFailed, match="QUAY_URL is not set"):
        await send(Channel("apprise", address_env="QUAY_URL"), message(), allow=(), now=NOW, environ={})


def test_a_signature_is_that_of_the_specification_for_each_of_two_secrets() -> None:
    secrets, now = [new_secret(), new_secret()], datetime.now(UTC)
    body = json.dumps(messages.value(message())).encode()
    headers = {
        "webhook-id": "k1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signatures(" ".join(secrets), "k1", now, body),
    }
    for secret in secrets:
        assert Webhook(secret).verify(body, headers)["data"]["id"] == "k1"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("120", 120), ("Mon, 02 Mar 2026 12:01:00 GMT", 60), ("999999", 6 * 3600), ("-5", None), ("soon", None),
     ("Mon, 02 Mar 2026 11:00:00 GMT", 0), ("9" * 400, 6 * 3600), (None, None)],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date_and_bounded(text: str | None, seconds: int | None) -> None:
    assert retry_after(text, NOW) == (None if seconds is None else timedelta(seconds=seconds))


def test_texts_of_strangers_are_harmless_in_every_form() -> None:
    hostile = message(HOSTILE + "<script>alert(1)</script>")
    assert "\n" not in hostile.subject
    assert "<script" not in texts.html(hostile)
    for form in (hostile.subject, texts.text(hostile), texts.html(hostile), json.dumps(messages.value(hostile))):
        assert not {"\x1b", "\u202e", "\r"} & set(form)
    lines = texts.text(hostile).splitlines()
    assert not any(line.startswith("Bcc") for line in lines)


def test_a_long_digest_is_bounded_and_says_how_many_more_there_are() -> None:
    items = message().items * 1000
    digest = message(items=items, is_digest=True)
    assert digest.subject == "newscrawl: 1,000 announcements for quay"
    assert "and 950 more" in texts.text(digest)
    assert "and 950 more" in texts.html(digest)
    assert (messages.value(digest)["data"]["count"], len(messages.value(digest)["data"]["items"])) == (1000, 200)


def test_marks_in_plain_text() -> None:
    segments = (Segment(SegmentOp.INSERT, "Now: "), *EXCERPT.segments, Segment(SegmentOp.DELETE, " and more"))
    assert texts.marked_text(segments) == "[added: Now:]The quay is [open → shut] <today>[deleted: and more]"
