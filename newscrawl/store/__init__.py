"""The archive: the only room that talks to MongoDB."""

from newscrawl.store.session import Store
from newscrawl.store.versions import chain_of

__all__ = ["Store", "chain_of"]
