"""The words of the archive that begin as typed (immig*), from the index that searches read: a seek for each word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pymongo.asynchronous.collection import AsyncCollection

from newscrawl.store.documents import Document
from newscrawl.store.reader.search_query import BadQuery

MAX_WORDS = 60  # that begin alike; MongoDB merges up to 200 ranges of an index in their order
_LAST = "\U0010ffff"


async def words_by_beginning(
    collection: AsyncCollection[Document], beginnings: Sequence[str]
) -> Mapping[str, list[str]]:
    """Return the words that begin so; raises BadQuery if they are too many for one search."""
    return {beginning: await _words(collection, beginning) for beginning in beginnings}


async def _words(collection: AsyncCollection[Document], beginning: str) -> list[str]:
    found: set[str] = set()
    lowest, is_first = beginning, True
    while len(found) <= MAX_WORDS:
        span = {"$gte" if is_first else "$gt": lowest, "$lt": beginning + _LAST}
        within = {"$and": [{"$gte": ["$$this", beginning]}, {"$lt": ["$$this", beginning + _LAST]}]}
        fields = {"words": {"$filter": {"input": "$terms", "as": "this", "cond": within}}}
        # The first one in the order of the index: its lowest word that is not known yet comes next.
        documents = await collection.find({"terms": {"$elemMatch": span}}, fields, limit=1, hint="found").to_list()
        if not documents:
            return sorted(found)
        lowest, is_first = min(word for word in documents[0]["words"] if is_first or word > lowest), False
        found.update(documents[0]["words"])
    raise BadQuery(f"more than {MAX_WORDS} words begin with “{beginning}”: type more of its letters")
