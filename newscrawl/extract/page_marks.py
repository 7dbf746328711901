"""The marks of pages that are no article (page_kinds.json), as patterns."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

TEXT = resources.files("newscrawl.extract").joinpath("page_kinds.json").read_text("utf-8")
MARKS: Mapping[str, Any] = json.loads(TEXT)
_MAX_BETWEEN = 40  # characters between the word for a page and what is said of it


@cache
def pattern(kind: str, field: str) -> re.Pattern[str]:
    """Return a pattern of all marks of one field; it matches nothing if there is none."""
    return re.compile("|".join(f"(?:{each})" for each in MARKS[kind].get(field, ())) or r"(?!)", re.IGNORECASE)


@cache
def missing_page() -> re.Pattern[str]:
    """Return a pattern of what says in any of the languages that a page or an article is not there."""
    nouns, missing = ("|".join(MARKS["missing"][field]) for field in ("nouns", "missing"))
    between = f".{{0,{_MAX_BETWEEN}}}?"
    forward = rf"(?<!\w)(?:{nouns}){between}(?:{missing})"
    return re.compile(rf"{forward}|(?:{missing}){between}(?:{nouns})", re.IGNORECASE)
