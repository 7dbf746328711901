"""Number words by language, read from number_words.json beside this file (benchmarks/number_words.py makes it)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources

WORDS: Mapping[str, Mapping[str, Mapping[str, float]]] = json.loads(
    resources.files("newscrawl.change").joinpath("number_words.json").read_text("utf-8")
)
