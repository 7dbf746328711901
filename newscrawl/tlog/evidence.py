"""The evidence file of one version: a ZIP that standard tools open, with all that proves it offline. Pure.

`version.json` has what the log commits to, `payload` the page as it was fetched, `response` what scripts drew it from,
`proof.tlog-proof` the way from the version's entry to `checkpoint`, which `key` signed and `stamp.tsr` dates.
`evidence_check.py`, which verifies all this, is not in the file: who forges the one would forge the other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from newscrawl.tlog.evidence_check import packed


@dataclass(frozen=True, slots=True)
class Committed:
    """What the entry of a version commits to: values that are shown with their salts, digests of all others.

    `previous` is the chain of the version before. `blind` is the salt of a whole version of an older release, whose one
    value is named `version`.
    """

    previous: str
    values: Mapping[str, Any]
    salts: Mapping[str, str]
    withheld: Mapping[str, str]
    blind: str = ""


@dataclass(frozen=True, slots=True)
class Pages:
    """The page of a version as it was fetched, and the response that scripts drew it from; None: not in the file."""

    payload: bytes | None = field(default=None, repr=False)
    response: bytes | None = field(default=None, repr=False)


def evidence(
    committed: Committed, pages: Pages, *, proof: str, checkpoint: str, key: str, stamp: bytes | None = None
) -> bytes:
    """Return the evidence file; the same input gives the same bytes."""
    version = {
        "previous": committed.previous,
        "blind": committed.blind,
        "values": committed.values,
        "salts": committed.salts,
        "withheld": committed.withheld,
    }
    members = {
        "version.json": (json.dumps(version, ensure_ascii=False, indent=1) + "\n").encode(),
        "payload": pages.payload,
        "response": pages.response,
        "proof.tlog-proof": proof.encode(),
        "checkpoint": checkpoint.encode(),
        "key": f"{key}\n".encode(),
        "stamp.tsr": stamp,
    }
    return packed({name: data for name, data in members.items() if data is not None})
