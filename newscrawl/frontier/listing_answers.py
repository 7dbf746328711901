"""The last answer of a listing, as the source's state keeps it for operators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ListingAnswer:
    """An answer of a listing; with a `reason` it could not be read, and `articles` of it are unknown."""

    at: datetime
    reason: str = ""  # the word of the failure: timeout, http_503, bad_listing, …
    articles: int = 0  # it named
