"""Channels: how a message gets to a subscriber. Each attempt ends within its deadline, whatever the receiver does."""

from newscrawl.notify.channels.channel import DEADLINE_SECONDS, send
from newscrawl.notify.channels.errors import ChannelClosed, ChannelDeferred, ChannelFailed, ChannelRefused

__all__ = ["DEADLINE_SECONDS", "ChannelClosed", "ChannelDeferred", "ChannelFailed", "ChannelRefused", "send"]
