"""The words of a passage, hyphenated and contracted ones whole, and what two passages do not share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import regex

_TOKEN = regex.compile(r"(?V1)[\p{L}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*|[\p{L}\p{M}]+")


def tokens(text: str) -> list[str]:
    found: list[str] = _TOKEN.findall(text)
    return found


def without_common(old: Sequence[str], new: Sequence[str]) -> tuple[list[str], list[str]]:
    before, after = Counter(old), Counter(new)
    return list((before - after).elements()), list((after - before).elements())
