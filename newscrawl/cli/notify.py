"""`newscrawl notify --test`: send a test by the channel of a subscription."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from newscrawl.cli.opening import with_store
from newscrawl.cli.subscriptions import existing
from newscrawl.cli.terminal import console
from newscrawl.config import Config
from newscrawl.errors import NotDelivered

if TYPE_CHECKING:
    from newscrawl.store.session import Store


def register(app: typer.Typer) -> None:
    app.command("notify")(notify)


def notify(
    test: Annotated[str, typer.Option("--test", help="Name of the subscription.", metavar="NAME")],
) -> None:
    """Send a test to a subscription at once, in its quiet hours too; exits with code 1 if its channel fails."""
    from newscrawl.notify.channels import ChannelFailed, send
    from newscrawl.notify.descriptions import channel_label
    from newscrawl.notify.messages import Message

    async def try_channel(store: Store) -> str:
        now = datetime.now(UTC)
        subscription = await existing(store, test)
        label = channel_label(subscription.channel)
        if subscription.channel.kind == "feed":
            return f"{label}: there is nothing to send"
        message = Message(secrets.token_hex(16), test, now, (), is_test=True)
        try:
            await send(subscription.channel, message, allow=Config.from_env().egress_allow, now=now)
        except ChannelFailed as error:
            raise NotDelivered(f"{label}: {error}") from None
        return f"{label}: delivered"

    console().print(with_store(try_channel), markup=False)
