"""The reader: pages, feeds, JSON API and Memento over the archive. It never writes."""

from newscrawl.web.app import create_app

__all__ = ["create_app"]
