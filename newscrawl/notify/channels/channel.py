"""One attempt to deliver a message, by whichever channel its subscription has."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Collection, Mapping
from datetime import datetime

from newscrawl.harmless_text import one_line
from newscrawl.items import Channel
from newscrawl.notify import messages, texts
from newscrawl.notify.channels.errors import ChannelFailed
from newscrawl.notify.channels.mail import send_mail
from newscrawl.notify.channels.notifier_process import without_secrets
from newscrawl.notify.channels.processes import run_command, run_notifier
from newscrawl.notify.channels.webhook import post
from newscrawl.notify.messages import Message
from newscrawl.secret_text import SecretUrl

DEADLINE_SECONDS = 30.0  # for one attempt, from the name's resolution to the answer
MAX_ERROR = 300  # characters of a reason that are kept


async def send(
    channel: Channel,
    message: Message,
    *,
    allow: Collection[str],
    now: datetime,
    deadline_seconds: float = DEADLINE_SECONDS,
    environ: Mapping[str, str] = os.environ,
    mail_server: SecretUrl | None = None,
) -> None:
    """Deliver a message; raises ChannelFailed, with a reason that holds no secret, or ChannelClosed."""
    address = _value(channel.address, channel.address_env, environ)
    secret = _value(channel.secret, channel.secret_env, environ)
    try:
        async with asyncio.timeout(deadline_seconds):
            if channel.kind == "mail":
                await send_mail(mail_server, address, message)
            else:
                await _send(channel, message, address, secret, allow, now)
    except TimeoutError:
        raise ChannelFailed(f"not done within {deadline_seconds:g} s") from None
    except ChannelFailed as error:
        reason = one_line(without_secrets(without_secrets(str(error), address), secret), MAX_ERROR)
        raise type(error)(reason, error.retry_after) from None


async def _send(
    channel: Channel, message: Message, address: str, secret: str, allow: Collection[str], now: datetime
) -> None:
    if channel.kind == "webhook":
        challenge = message.notice.challenge if message.notice else ""
        await post(address, secret, message.key, messages.value(message), allow=allow, now=now, challenge=challenge)
    elif channel.kind == "command":
        await run_command(channel.command, messages.value(message))
    else:
        shown = {"subject": message.subject, "text": texts.text(message), "html": texts.html(message)}
        await run_notifier(channel.kind, address, {**messages.value(message), **shown})


def _value(stored: str, variable: str, environ: Mapping[str, str]) -> str:
    if not variable:
        return str.__str__(stored)
    if not environ.get(variable):
        raise ChannelFailed(f"the variable {variable} is not set")
    return environ[variable]
