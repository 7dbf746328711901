"""Orders: what is erased, why, by whom and when. Their documents stay as tombstones in the collection `erasures`."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from newscrawl.store.documents import Document, milliseconds, repaired
from newscrawl.store.redactions import Redaction

PENDING = "pending"  # field of an order that is not carried out: its targets; it is removed at the end
_ERASED_TEXT = "erased:"  # begins what stands in the place of the digests of a text that was erased


class What(StrEnum):
    """What an order erases."""

    ARTICLE = "article"
    VERSION = "version"
    PASSAGE = "passage"
    PAYLOAD = "payload"


@dataclass(frozen=True, slots=True)
class Order:
    """An order to erase; `number` is None unless it is about one version."""

    article_id: str
    source: str
    what: What
    number: int | None
    reason: str
    by: str
    at: datetime

    @property
    def key(self) -> str:
        """The id of its document: ids ascend with time, by which exports continue."""
        moment = milliseconds(self.at).isoformat(timespec="milliseconds")
        return f"{moment}:{self.article_id}:{self.what}:{self.number or 0}"

    @property
    def decision(self) -> Document:
        return {"reason": repaired(self.reason), "by": repaired(self.by), "at": milliseconds(self.at)}

    @property
    def document(self) -> Document:
        return {
            "_id": self.key,
            "article_id": self.article_id,
            "source": self.source,
            "what": self.what.value,
            "number": self.number,
            **self.decision,
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Order:
        return cls(
            document["article_id"], document["source"], What(document["what"]), document["number"],
            document["reason"], document["by"], document["at"],
        )  # fmt: skip

    @property
    def subject(self) -> str:
        if self.number is None:
            return "the article" if self.what is What.ARTICLE else "a passage"
        return f"the page of version {self.number}" if self.what is What.PAYLOAD else f"version {self.number}"

    @property
    def mark(self) -> str:
        """What stands in the place of erased words."""
        return f"[erased by order on {milliseconds(self.at):%Y-%m-%d}]"


@dataclass(frozen=True, slots=True)
class ErasedWords(Redaction):
    """Words that are erased; `reason` holds the mark itself."""

    @property
    def mark(self) -> str:
        return self.reason


def erased_digest() -> str:
    """Return what stands in the place of a text's digest: it equals no other, and caches keyed by it are not reused."""
    return _ERASED_TEXT + secrets.token_hex(8)


def is_erased_digest(digest: str) -> bool:
    return digest.startswith(_ERASED_TEXT)
