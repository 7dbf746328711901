"""Calls of the functions that compile patterns: for each language, table and kind that newscrawl knows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from importlib import resources
from itertools import product
from pathlib import Path
from typing import Any

from newscrawl import legacy_encodings
from newscrawl.change import (
    amounts,
    beginnings,
    cues,
    han_numerals,
    measures,
    moments,
    negations,
    noted,
    numerals,
    spoken_times,
    unit_parts,
)
from newscrawl.extract import boilerplate, optional, page_marks
from newscrawl.normalize import clocks
from newscrawl.store import redactions

Call = tuple[Callable[..., Any], Iterable[tuple[Any, ...]]]
BY_LANGUAGE = (
    *(cues.causes, han_numerals._pattern, measures.measures, measures.durations),
    *(spoken_times._patterns, unit_parts._patterns, unit_parts._half_more),
)


def exercise() -> None:
    """Have every pattern compiled that a function makes."""
    for function, arguments in _calls():
        for each in arguments:
            function(*each)


def _calls() -> Iterator[Call]:
    languages = _languages()
    yield from ((function, [(language,) for language in languages]) for function in BY_LANGUAGE)
    # Of one language: trying one takes several seconds of CPU time, and all are made of the same parts.
    yield moments._pattern, [("en",)]
    yield numerals._patterns, [("en",)]
    yield clocks._halves, [("hu",), ("ta",)]
    yield amounts._behind, product(("above", "below", "about"), languages)
    yield cues.phrases, product(_tables("phrases"), languages)
    yield cues.patterns, product(_tables("patterns"), languages)
    yield beginnings.Beginnings, [(("quay",), ("]", "年"))]
    yield noted._kind_patterns, [()]
    yield optional._patterns, [()]
    kinds = [kind for kind, marks in page_marks.MARKS.items() if isinstance(marks, dict)]
    yield page_marks.pattern, product(kinds, ("headline", "url"))
    yield page_marks.pattern, product(("needs_script", "no_results"), ("text",))
    yield page_marks.missing_page, [()]
    yield legacy_encodings.letters_of, [([language],) for language in legacy_encodings.ENCODINGS]
    yield boilerplate.line_pattern, [(("Read * in * of *", "*"),)]
    yield redactions._pattern, [("Two words' - “quoted”",), ("Ж",)]
    yield negations._changed_signs, [("a", (), ("a", "b"))]


def _languages() -> list[str]:
    """Return all languages for which newscrawl has words of numbers, cues, or moments."""
    tables = [
        json.loads(path.read_text("utf-8"))
        for path in resources.files("newscrawl.change").iterdir()
        if path.name.endswith(".json")
    ]
    keys = {key for table in tables for each in (table, *table.values()) if isinstance(each, dict) for key in each}
    return sorted(key for key in keys if re.fullmatch("[a-z]{2}", key))


def _tables(function: str) -> set[str]:
    """Return the tables that a function of `cues` is called for."""
    texts = [path.read_text("utf-8") for path in Path(cues.__file__).parent.glob("*.py")]
    return {table for text in texts for table in re.findall(rf'cues\.{function}\("(\w+)"', text)}
