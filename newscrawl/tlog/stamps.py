"""Requests for time stamps (RFC 3161) over checkpoints, and which answers are stamps. Pure.

A request is 59 bytes of which the digest alone varies, and what reads a stamp is needed anyway, by those who verify
evidence offline: there is no library between. It asks for the certificates, and without a nonce: an older stamp of
the same checkpoint would be a better one.
"""

from __future__ import annotations

import hashlib

from newscrawl.tlog.evidence_check import check_stamp

REQUEST_TYPE = "application/timestamp-query"
RESPONSE_TYPE = "application/timestamp-reply"
MAX_BYTES = 100_000
# TimeStampReq: version 1, MessageImprint (SHA-256), certReq TRUE (RFC 3161, 2.4.1), in DER.
_BEFORE_DIGEST = bytes.fromhex("3039020101303130" + "0d060960864801650304020105000420")
_BEHIND_DIGEST = bytes.fromhex("0101ff")


class Refused(ValueError):
    """Raised for an answer that is no stamp of what was asked for; the message says why."""


def request(note: str) -> bytes:
    """Return the request for a stamp over a checkpoint."""
    return _BEFORE_DIGEST + hashlib.sha256(note.encode()).digest() + _BEHIND_DIGEST


def examine(answer: bytes, note: str) -> str:
    """Return when and by whom a checkpoint was stamped; raises Refused for an answer that is no stamp of it."""
    try:
        return check_stamp(answer, note.encode(), b"")
    except Exception as error:  # whatever an answer does to a parser, it is no stamp
        raise Refused(f"it is no stamp of the checkpoint: {type(error).__name__}: {error}"[:300]) from error
