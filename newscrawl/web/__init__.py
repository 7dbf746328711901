"""The reader: pages, feeds, JSON API and Memento over the archive. It writes requests to watch, if allowed."""

from newscrawl.web.app import create_app

__all__ = ["create_app"]
