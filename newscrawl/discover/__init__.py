"""Discovery: the candidates that a feed, sitemap or section page lists. Pure parsers of bytes."""

from newscrawl.discover.listing import Listing, listing

__all__ = ["Listing", "listing"]
