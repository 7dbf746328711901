"""Links and form tokens of readers: signed, so that nothing of them is stored. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta

import idna

FORM_VALID = timedelta(hours=6)


def new_token() -> tuple[str, str]:
    """Return a token that confirms a subscription, and the digest of it that is stored."""
    token = secrets.token_urlsafe(32)
    return token, digest_of(token)


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def confirm_path(token: str) -> str:
    return f"/subscribe/confirm/{token}"


def end_path(key: bytes, name: str) -> str:
    """Return the path that ends a subscription, whatever became of it since."""
    return f"/subscribe/end/{name}.{_signature(key, 'end', name)}"


def renew_path(key: bytes, name: str, ended_at: datetime) -> str:
    """Return the path that renews a subscription, which ended at a moment; after that it is worth nothing."""
    at = str(int(ended_at.timestamp() * 1000))
    return f"/subscribe/renew/{name}.{at}.{_signature(key, 'renew', name, at)}"


def ended(key: bytes, token: str) -> str | None:
    """Return the name of the subscription that a token ends; None if it is none of ours."""
    name, _, signature = token.partition(".")
    return name if hmac.compare_digest(signature.encode(), _signature(key, "end", name).encode()) else None


def renewed(key: bytes, token: str) -> tuple[str, datetime] | None:
    """Return the subscription that a token renews, and the end after which it does."""
    name, _, rest = token.partition(".")
    at, _, signature = rest.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(key, "renew", name, at).encode()):
        return None
    return name, datetime.fromtimestamp(int(at) / 1000, UTC)


def form_token(key: bytes, now: datetime) -> str:
    """Return what a form carries to show that it is ours, for some hours."""
    at = str(int(now.timestamp()))
    return f"{at}.{_signature(key, 'form', at)}"


def is_form_token(key: bytes, token: str, now: datetime) -> bool:
    at, _, signature = token.partition(".")
    if not hmac.compare_digest(signature.encode("utf-8", "replace"), _signature(key, "form", at).encode()):
        return False
    age = now - datetime.fromtimestamp(int(at), UTC)
    return timedelta() <= age + timedelta(minutes=1) and age <= FORM_VALID


def reader_name(key: bytes, *parts: str) -> str:
    """Return the name of a subscription: of the same wish of the same address it is the same."""
    return (
        "reader-" + hmac.digest(key, "\0".join(("name", *parts)).encode("utf-8", "replace"), hashlib.sha256).hex()[:24]
    )


def spellings(address: str) -> tuple[str, ...]:
    """Return how an address that somebody states may be stored: its domain in ASCII, and as it is."""
    local, _, host = address.strip().rpartition("@")
    try:
        return address.strip(), f"{local}@{idna.encode(host, uts46=True).decode('ascii').lower()}"
    except (idna.IDNAError, UnicodeError):
        return (address.strip(),)


def _signature(key: bytes, *parts: str) -> str:
    digest = hmac.digest(key, "\0".join(parts).encode("utf-8", "replace"), hashlib.sha256)
    return base64.urlsafe_b64encode(digest)[:32].decode()
