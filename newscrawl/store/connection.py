"""The connection to MongoDB: what is asked of it, and how its address is shown."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from pymongo import AsyncMongoClient
from pymongo.errors import ConfigurationError, InvalidURI

from newscrawl.errors import ConfigError
from newscrawl.store.documents import Document


def connect(uri: str, timeout_seconds: float) -> AsyncMongoClient[Document]:
    """Return a client that acknowledges a write when it is in the journal; raises ConfigError for a bad address."""
    milliseconds = int(timeout_seconds * 1000)
    options: dict[str, Any] = {
        "appname": "newscrawl",
        "timeoutMS": milliseconds,
        "serverSelectionTimeoutMS": milliseconds,
        "connectTimeoutMS": milliseconds,
        "w": "majority",
        "journal": True,
        "tz_aware": True,
    }
    try:
        return AsyncMongoClient(uri, **options)
    except (InvalidURI, ConfigurationError, ValueError) as error:
        raise ConfigError(f"NEWSCRAWL_MONGO_URI ({without_password(uri)}): {error}") from error


def without_password(uri: str) -> str:
    """Return an address as it may be shown."""
    parts = urlsplit(uri)
    user, at, hosts = parts.netloc.rpartition("@")
    if ":" not in user:
        return uri
    return parts._replace(netloc=f"{user.partition(':')[0]}:***{at}{hosts}").geturl()
