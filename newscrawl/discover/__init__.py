"""Discovery: the candidates that a feed, sitemap or section page lists. Pure parsers of bytes."""

from newscrawl.discover.listing import Listing, listing
from newscrawl.discover.parsed_listings import ParsedListings

__all__ = ["Listing", "ParsedListings", "listing"]
