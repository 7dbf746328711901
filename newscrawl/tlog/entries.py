"""What the entries of the log say: that a version was recorded, or that a key is the log's from there on. Pure."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from newscrawl.tlog.notes import BadNote, Signer, Verifier

_VERSION = "newscrawl-version/1"
_KEY = "newscrawl-key/1"
NOTHING = "-"


class KeyEvent(StrEnum):
    """Why a key is the log's from its entry on."""

    CREATED = "created"
    ROTATED = "rotated"  # signed by the key before, too
    LOST = "lost"  # the key before could not sign any more


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """An entry that gives the log a key."""

    event: KeyEvent
    key: Verifier
    before: Verifier | None


def version_entry(chain: str, capture: str | None, *, blinded_by: bytes = b"") -> bytes:
    """Return the entry of a version: its chain, and the commitment to its capture, if it has one.

    `blinded_by` is a random salt for chains that cover texts themselves and not commitments, as older releases made
    them: without it nobody can confirm by the entry what was erased.
    """
    shown = hmac.digest(blinded_by, chain.encode(), "sha256").hex() if blinded_by else chain
    return f"{_VERSION}\n{shown}\n{capture or NOTHING}\n".encode()


def is_version_entry(entry: bytes) -> bool:
    return entry.startswith(f"{_VERSION}\n".encode())


def key_entry(event: KeyEvent, signer: Signer, before: Signer | Verifier | None) -> bytes:
    """Return the entry that gives the log a key, signed by that, and unless it is lost by the key before."""
    old = before.verifier if isinstance(before, Signer) else before
    text = f"{_KEY}\n{event}\n{signer.verifier}\n{old or NOTHING}\n"
    signatures = [signer.signature(text.encode())]
    if isinstance(before, Signer):
        signatures.append(before.signature(text.encode()))
    return (text + "".join(f"{base64.b64encode(each).decode()}\n" for each in signatures)).encode()


def parse_key_entry(entry: bytes) -> KeyEntry | None:
    """Return what an entry says of a key; None if it is about none. Raises BadNote if it is not signed so."""
    if not entry.startswith(f"{_KEY}\n".encode()):
        return None
    try:
        lines = entry.decode().split("\n")
        event, key = KeyEvent(lines[1]), Verifier.parse(lines[2])
        before = None if lines[3] == NOTHING else Verifier.parse(lines[3])
        signatures = [base64.b64decode(line, validate=True) for line in lines[4:-1]]
    except (IndexError, ValueError, binascii.Error) as error:
        raise BadNote(f"an entry about a key is malformed: {error}") from error
    text = ("\n".join(lines[:4]) + "\n").encode()
    signers = [key, *([before] if before and event is KeyEvent.ROTATED else [])]
    if len(signatures) != len(signers) or (before is None) != (event is KeyEvent.CREATED):
        raise BadNote("an entry about a key is not signed by as many keys as it must be")
    if not all(signer.is_signed(text, signature) for signer, signature in zip(signers, signatures, strict=True)):
        raise BadNote("an entry about a key is not signed by the keys that it names")
    return KeyEntry(event, key, before)


def keys_of(entries: Iterable[tuple[int, bytes]]) -> list[KeyEntry]:
    """Return the log's keys, first one first, from its entries about keys with their indexes; each follows the other.

    Raises BadNote where they do not, or the first entry is not about the first key.
    """
    keys: list[KeyEntry] = []
    for index, entry in entries:
        found = parse_key_entry(entry)
        if found is None:
            continue
        is_first = found.event is KeyEvent.CREATED and index == 0 and not keys
        if not is_first and (not keys or found.event is KeyEvent.CREATED or found.before != keys[-1].key):
            raise BadNote(f"entry {index} gives the log a key that does not follow the key before")
        keys.append(found)
    return keys
