"""Proofs of inclusion as text (C2SP tlog-proof): index, hashes and checkpoint, for whoever has the entry. Pure."""

from __future__ import annotations

import base64
from collections.abc import Sequence

MEDIA_TYPE = "text/plain; charset=utf-8"


def proof_text(index: int, hashes: Sequence[bytes], checkpoint: str) -> str:
    """Return a proof; `checkpoint` is the signed note, to the letter."""
    lines = ["c2sp.org/tlog-proof@v1", f"index {index}", *(base64.b64encode(each).decode() for each in hashes)]
    return "\n".join(lines) + f"\n\n{checkpoint}"
