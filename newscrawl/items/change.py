"""Versions of an article and what one changed against the one before it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from newscrawl.items.article import Article
from newscrawl.items.capture import Capture


class Cause(StrEnum):
    """Why a version exists."""

    FIRST = "first"
    EDIT = "edit"
    REBASE = "rebase"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Change:
    """What one version changed against the one before it, in numbers and words."""

    types: tuple[str, ...] = ()
    words_added: int = 0
    words_removed: int = 0
    paragraphs_added: int = 0
    paragraphs_removed: int = 0
    paragraphs_edited: int = 0
    paragraphs_moved: int = 0
    significance: float = 0.0  # 0..1
    reasons: tuple[str, ...] = ()  # why it matters, one named part of the significance each
    summary: str = ""  # one line in words
    reverts_to: int | None = None
    silent: bool = False  # factual change without a note or a new modified date
    added: tuple[str, ...] = ()  # wording that is new, a passage each: what a search in added text looks through
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """One wording of an article as stored: numbered from 1, never altered."""

    article_id: str
    number: int
    seen_at: datetime
    not_before: datetime | None  # last check that still showed the previous wording; None for the first
    article: Article
    payload_digest: str
    capture: Capture | None  # None when read back without its payload
    cause: Cause
    chain: str  # SHA-256 over the previous chain and this content
    change: Change = field(default_factory=Change)
