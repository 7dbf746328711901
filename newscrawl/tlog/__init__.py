"""The transparency log: one append-only Merkle tree over all versions, in formats of others (RFC 9162, C2SP)."""

from newscrawl.tlog.entries import KeyEntry, KeyEvent, is_version_entry, key_entry, keys_of, version_entry
from newscrawl.tlog.notes import BadNote, Checkpoint, Signer, Verifier, is_signed_by, key_ids, parse_checkpoint
from newscrawl.tlog.proofs import proof_text

__all__ = [
    "BadNote", "Checkpoint", "KeyEntry", "KeyEvent", "Signer", "Verifier", "is_signed_by", "is_version_entry",
    "key_entry", "key_ids", "keys_of", "parse_checkpoint", "proof_text", "version_entry",
]  # fmt: skip
