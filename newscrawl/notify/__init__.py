"""Announcements: who subscribed to what, the outbox, and the channels by which subscribers are reached."""

from newscrawl.notify.files import load_file

__all__ = ["load_file"]
