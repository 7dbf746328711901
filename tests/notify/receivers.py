"""Receivers of webhooks and mails, real ones on loopback, and the subscriptions that reach them."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.smtp import SMTP

from newscrawl.items import Channel, Subscription, Version
from newscrawl.notify.channels.webhook import new_secret
from newscrawl.store import Store
from tests.store.samples import HOUR, append, article, first_version, next_version

PATIENCE_SECONDS = 300.0


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """An HTTP server that keeps what it is sent, and answers what it is set to."""

    url: str
    secret: str = field(default_factory=new_secret)
    requests: list[Request] = field(default_factory=list)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    answer: Callable[[Request], bytes] = lambda request: b""
    on_request: Callable[[Request], None] = lambda request: None
    arrived: threading.Event = field(default_factory=threading.Event)

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://").partition("/")[0]

    @property
    def channel(self) -> Channel:
        return Channel("webhook", address=self.url, secret=self.secret)


@contextmanager
def receiving() -> Iterator[Receiver]:
    holder: list[Receiver] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver = holder[0]
            body = self.rfile.read(int(self.headers["content-length"]))
            request = Request(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            receiver.requests.append(request)
            receiver.arrived.set()
            receiver.on_request(request)
            self.send_response(receiver.status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            body = receiver.answer(request)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            if body:
                self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    holder.append(Receiver(f"http://127.0.0.1:{server.server_address[1]}/hooks/quay"))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield holder[0]
    finally:
        server.shutdown()
        server.server_close()


class Mailbox:
    """A real SMTP server on loopback that keeps what it is sent."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        self.recipients.append(envelope.rcpt_tos)
        return "250 OK"


@contextmanager
def mail_server(box: Mailbox, *, tls: ssl.SSLContext | None = None, **options: Any) -> Iterator[int]:
    """Serve a mailbox in a thread of its own, for tests that have no event loop; yields its port.

    With `tls`, it is spoken from the beginning; `options` are those of the server.
    """
    loop = asyncio.new_event_loop()
    opening = loop.create_server(lambda: SMTP(box, loop=loop, **options), "127.0.0.1", 0, ssl=tls)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(opening, loop).result(PATIENCE_SECONDS)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE_SECONDS)
        loop.close()


def subscription(name: str, channel: Channel, created_at: datetime, **fields: Any) -> Subscription:
    return Subscription(
        **{"name": name, "channel": channel, "created_at": created_at, "feed_token": f"token-{name}", **fields}
    )


async def edited(store: Store, guid: str, at: datetime, **fields: object) -> Version:
    """Append an article that was seen an hour before, and an edit of it."""
    first = first_version(article(guid, "The quay is open.", **fields), at - HOUR)
    edit = next_version(first, article(guid, "The quay is shut.", **fields), at)
    await append(store, first)
    await append(store, edit)
    return edit
