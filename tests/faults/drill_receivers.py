"""Who is on call, by mail and by webhook: an SMTP server and an HTTP server on loopback, and what they were sent."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from typing import Any

from aiosmtpd.smtp import SMTP
from standardwebhooks import Webhook

from tests.notify.receivers import Receiver, receiving

from .archive import Archive
from .waiting import until
from .world import World

MAIL, HOOK = "on-call-mail", "on-call-hook"
ADDRESSES = "from=newscrawl@courier.example&to=on-call@courier.example&mode=insecure"
SUBJECTS = {"alarm_opened": "Alarm", "alarm_resolved": "Alarm resolved"}


class Mailbox:
    """Keeps the subjects of the mails that its server takes."""

    def __init__(self) -> None:
        self.subjects: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.subjects.append(str(mail["subject"]))
        return "250 OK"


class OnCall:
    """Subscribes by command, and knows what arrived."""

    def __init__(self, mailbox: Mailbox, mail_port: int, receiver: Receiver) -> None:
        self._mailbox = mailbox
        self._address = f"mailto://127.0.0.1:{mail_port}/?{ADDRESSES}"
        self._receiver = receiver
        self._secret = ""

    @property
    def egress(self) -> str:
        """The receiver that webhooks may be sent to, as NEWSCRAWL_EGRESS_ALLOW names it."""
        return self._receiver.host

    def subscribe(self, archive: Archive, **environ: str) -> None:
        """Subscribe to alarms by both channels."""
        for name, *channel in ((MAIL, "--apprise", self._address), (HOOK, "--webhook", self._receiver.url)):
            done = archive.run("subscribe", name, *channel, "--about", "alarms", "--json", **environ)
            assert done.code == 0, done.told()
            self._secret = done.json["secret"] or self._secret

    def is_sent(self, kind: str, source: str, alarm: str) -> bool:
        """Return whether an announcement arrived by both channels; a signature that is not valid fails."""
        hooks = [(item["kind"], item["source"], item["headline"]) for item in self._items()]
        subject = f"{SUBJECTS[kind]}: {source}: {alarm.partition(':')[0]}: "
        mails = [mail for mail in self._mailbox.subjects if mail.startswith(subject)]
        return (kind, source, alarm) in hooks and bool(mails)

    def expect(self, archive: Archive, kind: str, source: str, alarm: str, **environ: str) -> None:
        """Wait until an announcement has arrived. A crawl sends it at its end; an attempt that failed is repeated."""

        def arrived() -> bool:
            if self.is_sent(kind, source, alarm):
                return True
            archive.run("outbox", "retry", MAIL, **environ)
            archive.run("outbox", "retry", HOOK, **environ)
            archive.run("outbox", "deliver", **environ)
            return self.is_sent(kind, source, alarm)

        until(arrived, f"{kind} of {source}, {alarm}", every_seconds=1)

    def _items(self) -> Iterator[dict[str, Any]]:
        for request in list(self._receiver.requests):
            yield from Webhook(self._secret).verify(request.body, request.headers)["data"]["items"]


@contextmanager
def on_call(world: World) -> Iterator[OnCall]:
    """Open both receivers."""
    mailbox = Mailbox()
    mail_server = world.run(_served(mailbox))
    try:
        with receiving() as receiver:
            yield OnCall(mailbox, int(mail_server.sockets[0].getsockname()[1]), receiver)
    finally:
        world.run(_closed(mail_server))


async def _served(mailbox: Mailbox) -> asyncio.Server:
    return await asyncio.get_running_loop().create_server(lambda: SMTP(mailbox), "127.0.0.1", 0)


async def _closed(server: asyncio.Server) -> None:
    server.close()
