"""Signed notes (C2SP signed-note) with Ed25519 keys, and checkpoints (C2SP tlog-checkpoint), which are signed so. Pure.

Keys are texts as Go's `note` package writes them: `NAME+ID+KEY` to verify, `PRIVATE+KEY+NAME+ID+KEY` to sign.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
MAX_NOTE_BYTES = 1_000_000
_PRIVATE = "PRIVATE+KEY+"
_DASH = "\u2014 "


class BadNote(ValueError):
    """Raised for a text that is no key, note or checkpoint, or is not signed as it must be; the message says why."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A key that verifies, with the name of whose it is."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """Return the key that a text states; raises BadNote."""
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        key = _decoded(encoded)
        if not is_name(name) or key is None or len(key) != 33 or key[:1] != ED25519:
            raise BadNote(f"{text[:100]!r} is no Ed25519 key of the form NAME+ID+KEY")
        verifier = cls(name, key[1:])
        if verifier.key_id.hex() != key_id:
            raise BadNote(f"the id of the key {text[:100]!r} is not that of its name and key")
        return verifier

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(f"{self.name}\n".encode() + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{_encoded(ED25519 + self.public)}"

    def is_signed(self, text: bytes, signature: bytes) -> bool:
        """Return whether a signature of this key is one over a text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that signs, and never prints itself."""

    name: str
    seed: bytes

    @classmethod
    def generate(cls, name: str) -> Signer:
        """Return a new key; raises BadNote for a name that a key cannot have."""
        if not is_name(name):
            raise BadNote(f"{name!r} cannot be the name of a key: no spaces, no +, no control characters")
        return cls(name, secrets.token_bytes(32))

    @classmethod
    def parse(cls, text: str) -> Signer:
        """Return the key that a text states; raises BadNote, which does not repeat it."""
        name, _, rest = text.strip().removeprefix(_PRIVATE).partition("+")
        key_id, _, encoded = rest.partition("+")
        key = _decoded(encoded)
        if not text.startswith(_PRIVATE) or not is_name(name) or key is None or len(key) != 33 or key[:1] != ED25519:
            raise BadNote("it holds no Ed25519 key of the form PRIVATE+KEY+NAME+ID+KEY")
        signer = cls(name, key[1:])
        if signer.verifier.key_id.hex() != key_id:
            raise BadNote("the id of its key is not that of its name and key")
        return signer

    @property
    def text(self) -> str:
        """The key with its secret, for its file."""
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{_encoded(ED25519 + self.seed)}\n"

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self._key.public_key().public_bytes_raw())

    def signature(self, text: bytes) -> bytes:
        return self._key.sign(text)

    def signed(self, text: str) -> str:
        """Return a note of a text, which ends with a newline."""
        signature = self.verifier.key_id + self.signature(text.encode())
        return f"{text}\n{_DASH}{self.name} {_encoded(signature)}\n"

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def __repr__(self) -> str:
        return f"Signer({self.verifier})"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: its name, how many entries it has, and the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{_encoded(self.root)}\n"


def is_name(name: str) -> bool:
    """Return whether a key or a log may have this name (C2SP signed-note)."""
    return bool(name) and "+" not in name and not any(char.isspace() or ord(char) < 32 for char in name)


def parse_checkpoint(note: str) -> Checkpoint:
    """Return what a note states as a checkpoint, whoever signed it; raises BadNote."""
    text, _ = _parts(note)
    lines = text.split("\n")
    if len(lines) < 4 or "" in lines[:-1] or not lines[0]:
        raise BadNote("it is no checkpoint: that has the log's name, its size and its root on three lines")
    size, root = lines[1], _decoded(lines[2])
    if not (size.isascii() and size.isdecimal()) or len(size) > 18 or str(int(size)) != size:
        raise BadNote(f"it is no checkpoint: its size is {size[:30]!r}")
    if root is None or len(root) != 32:
        raise BadNote("it is no checkpoint: its root is no SHA-256 in base64")
    return Checkpoint(lines[0], int(size), root)


def key_ids(note: str) -> list[tuple[str, bytes]]:
    """Return names and ids of the keys that a note states to be signed by; raises BadNote."""
    return [(name, signature[:4]) for name, signature in _parts(note)[1]]


def is_signed_by(note: str, verifier: Verifier) -> bool:
    """Return whether a note is signed by a key; raises BadNote if it states so and is not, or is no note."""
    text, signatures = _parts(note)
    own = [value[4:] for name, value in signatures if (name, value[:4]) == (verifier.name, verifier.key_id)]
    if not all(verifier.is_signed(text.encode(), signature) for signature in own):
        raise BadNote(f"it is not signed by {verifier.name}+{verifier.key_id.hex()}, as it states: it was altered")
    return bool(own)


def _parts(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Return the text of a note, and its signatures as (name, id and signature)."""
    if len(note) > MAX_NOTE_BYTES or any(ord(char) < 32 and char != "\n" for char in note):
        raise BadNote("it is no signed note: it is too long, or has control characters")
    text, blank, rest = note.rpartition("\n\n")
    lines = rest.split("\n")
    if not blank or lines.pop() != "" or not lines:
        raise BadNote("it is no signed note: that is a text, an empty line, and lines with signatures")
    return f"{text}\n", [_signature(line) for line in lines]


def _signature(line: str) -> tuple[str, bytes]:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    value = _decoded(encoded)
    if not line.startswith(_DASH) or not is_name(name) or value is None or len(value) < 5:
        raise BadNote("it is no signed note: a line behind its text is no signature")
    return name, value


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decoded(text: str) -> bytes | None:
    """Return what a text in base64 stands for; None if it is none, or not the one that encoding gives."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if _encoded(data) == text else None
