"""Tokens that let a client read the reader: what is stored of one is no secret."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Self

_ID_BYTES, _SECRET_BYTES = 6, 32
_FORM = re.compile(r"ncr_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token as it is stored: its secret of 256 random bits as a SHA-256 digest, which nobody can guess backwards."""

    token_id: str
    name: str  # whom or what it was made for; while one is rotated, two have it
    digest: str
    created_at: datetime
    expires_at: datetime | None = None  # None: never

    @classmethod
    def create(cls, name: str, now: datetime, expires_at: datetime | None = None) -> tuple[Self, str]:
        """Return a new token, and the text that its owner sends: it is in no other place and cannot be read again."""
        token_id, secret = secrets.token_hex(_ID_BYTES), secrets.token_urlsafe(_SECRET_BYTES)
        return cls(token_id, name, digest_of(secret), now, expires_at), f"ncr_{token_id}_{secret}"

    def accepts(self, secret: str, now: datetime) -> bool:
        """Return whether a secret is this token's, in a time that does not depend on how much of it is right."""
        is_equal = hmac.compare_digest(self.digest, digest_of(secret))
        return is_equal and not self.has_expired(now)

    def has_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and now >= self.expires_at


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def parse_token(text: str) -> tuple[str, str] | None:
    """Return the id and secret of a token's text; None for any other text."""
    found = _FORM.fullmatch(text)
    return None if found is None else (found[1], found[2])
