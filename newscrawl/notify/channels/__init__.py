"""Channels: how a message gets to a subscriber. Each attempt ends within its deadline, whatever the receiver does."""

from newscrawl.notify.channels.channel import DEADLINE_SECONDS, ChannelClosed, ChannelFailed, ChannelRefused, send

__all__ = ["DEADLINE_SECONDS", "ChannelClosed", "ChannelFailed", "ChannelRefused", "send"]
