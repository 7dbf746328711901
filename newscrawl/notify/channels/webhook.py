"""Signed webhooks by the Standard Webhooks specification: POST of JSON, `webhook-id`, `-timestamp` and `-signature`.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md (1.0.0). A small client of
its own: redirects are not followed, the address that was vetted is the one that is connected to, and cancelling it
closes the connection, which no client in a thread allows.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
import secrets
import socket
import ssl
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from newscrawl.notify.channels.errors import ChannelClosed, ChannelFailed, ChannelRefused

PREFIX = "whsec_"
MAX_HEAD_BYTES = 64 * 1024
MAX_CONTENT_BYTES = 1024
MAX_RETRY_AFTER = timedelta(hours=6)


def new_secret() -> str:
    """Return a secret of 32 random bytes, as the specification writes them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def key_of(secret: str) -> bytes:
    """Return the key that a secret stands for; raises ValueError if it is none of 24 to 64 bytes."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("must be whsec_ and base64") from None
    if not 24 <= len(key) <= 64:
        raise ValueError("must stand for 24 to 64 bytes")
    return key


def signatures(secret: str, key: str, at: datetime, body: bytes) -> str:
    """Return the signatures of a message under each of the secrets, which spaces separate while one is replaced."""
    content = f"{key}.{int(at.timestamp())}.".encode() + body
    digests = [hmac.digest(key_of(each), content, hashlib.sha256) for each in secret.split()]
    return " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)


async def post(
    address: str,
    secret: str,
    key: str,
    value: Mapping[str, Any],
    *,
    allow: Collection[str],
    now: datetime,
    challenge: str = "",
) -> None:
    """Deliver a message; raises ChannelFailed, or ChannelClosed for 410.

    With a challenge the answer's body must be that and nothing else, else it raises ChannelRefused.
    """
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    try:
        signature = signatures(secret, key, now, body)
    except ValueError as error:
        raise ChannelFailed(f"the secret {error}") from None
    headers = {
        "content-type": "application/json",
        "content-length": str(len(body)),
        "user-agent": "newscrawl",
        "webhook-id": key,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
        "connection": "close",
    }
    status, answered, content = await _exchange(address, headers, body, allow, is_read=bool(challenge))
    if 200 <= status < 300:
        if challenge and content.strip() != challenge.encode():
            raise ChannelRefused("the answer is not the challenge that was sent")
        return
    if status == 410:
        raise ChannelClosed("status 410: the receiver wants nothing any more")
    raise ChannelFailed(f"status {status}", retry_after(answered.get("retry-after"), now))


def retry_after(text: str | None, now: datetime) -> timedelta | None:
    """Return how long a receiver wants to be left alone, at most six hours: seconds or a date (RFC 9110, 10.2.3)."""
    if not text:
        return None
    try:
        wait = timedelta(seconds=int(text[:9])) if text.isdecimal() else parsedate_to_datetime(text) - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta()), MAX_RETRY_AFTER)


async def _exchange(
    address: str, headers: Mapping[str, str], body: bytes, allow: Collection[str], *, is_read: bool
) -> tuple[int, Mapping[str, str], bytes]:
    reader, writer, host = await _connect(address, allow)
    try:
        parts = urlsplit(address)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        # To a client of HTTP/1.0 no body is sent in chunks (RFC 9112, 6.1).
        lines = [
            f"POST {target} HTTP/1.{0 if is_read else 1}",
            f"host: {host}",
            *(f"{name}: {text}" for name, text in headers.items()),
        ]
        writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        await writer.drain()
        while True:
            status, answered = _head(await reader.readuntil(b"\r\n\r\n"))
            if status >= 200:
                return status, answered, await _content(reader, answered) if is_read else b""
    except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as error:
        raise ChannelFailed(f"no answer ({type(error).__name__})") from None
    finally:
        writer.transport.abort()


async def _content(reader: asyncio.StreamReader, answered: Mapping[str, str]) -> bytes:
    """Return the beginning of a body, up to its end or a bound."""
    length = answered.get("content-length", "")
    wanted = min(int(length), MAX_CONTENT_BYTES) if length.isdecimal() else MAX_CONTENT_BYTES
    content = b""
    while len(content) < wanted and (part := await reader.read(wanted - len(content))):
        content += part
    return content


def _head(text: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = text.decode("latin-1").split("\r\n")
    version, _, rest = first.partition(" ")
    if not version.startswith("HTTP/1."):
        raise ValueError("no answer in HTTP/1")
    fields = (line.partition(":") for line in lines if line)
    return int(rest[:3]), {name.strip().lower(): content.strip() for name, _, content in fields}


async def _connect(address: str, allow: Collection[str]) -> tuple[asyncio.StreamReader, asyncio.StreamWriter, str]:
    # Imported here: Twisted is not needed by those who have no webhook.
    from newscrawl.fetch.egress import EgressFilter, host_and_port
    from newscrawl.fetch.failures import PrivateAddress

    try:
        host, port = host_and_port(address)
    except PrivateAddress:
        raise ChannelFailed("its address is no plain http or https URL") from None
    is_https = urlsplit(address).scheme == "https"
    try:
        found = await EgressFilter(allow, _lookup).addresses(host, port)
    except PrivateAddress:
        raise ChannelFailed(f"{host} is in a private network; NEWSCRAWL_EGRESS_ALLOW={host}:{port} allows it") from None
    context = ssl.create_default_context() if is_https else None
    error: OSError = OSError("no address")
    for ip in found:
        try:
            reader, writer = await asyncio.open_connection(
                ip, port, ssl=context, server_hostname=host if is_https else None, limit=MAX_HEAD_BYTES
            )
        except OSError as failure:
            error = failure
            continue
        named = f"[{host}]" if ":" in host else host
        return reader, writer, named if port == (443 if is_https else 80) else f"{named}:{port}"
    raise ChannelFailed(f"{host} cannot be connected to ({type(error).__name__})")


async def _lookup(host: str, port: int) -> list[str]:
    try:
        answers = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise ChannelFailed(f"the name {host} does not resolve") from None
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in answers))
