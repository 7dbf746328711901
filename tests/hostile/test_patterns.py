"""No regular expression of newscrawl takes quadratic time on text of others, whatever that text is.

Measured in CPU time: what takes a noticeable time on a short text is tried on a long one. Where quadratic time just
becomes noticeable on the short one, it takes twice the limit on the long one.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import regex

from newscrawl.sources.slow_patterns import TooLong, cpu_limit
from newscrawl.sources.worst_cases import worst_cases
from tests.hostile.recorded_patterns import compiling_functions

SHORT, FULL_LENGTH = 8000, 100_000  # characters
MAX_SECONDS = 1.0  # of the long text
NOTICEABLE_SECONDS = 2 * MAX_SECONDS * (SHORT / FULL_LENGTH) ** 2  # of the short one
# Of the time, when the text doubles, where the quadratic part is still smaller than the linear one: 2 / (1/2 + 1/4).
MAX_GROWTH = 8 / 3
_REPEATS = re.compile(r"[*+]|\{\d+,\}|\{\d*,\d\d+\}")
# By file and a part of the pattern: how long the text of others can be that it sees, and why.
BOUNDED = {
    ("diff/words.py", r"\b(?: Mr|Mrs"): (13, "sees what stands before a dot"),
    ("extract/optional.py", "contributed|assisted"): (320, "sees lines, at most _MAX_LINE_SIZE"),
    ("extract/optional.py", "last|first|originally"): (320, "sees lines, at most _MAX_LINE_SIZE"),
    ("extract/page_marks.py", "(error )?404"): (70, "sees headlines of at most so many characters"),
    ("extract/page_marks.py", "newsletters?( (sign"): (70, "sees headlines of at most so many characters"),
    ("extract/page_marks.py", "artikkel"): (250, "sees headlines and beginnings of texts, at most _MAX_MISSING"),
    ("normalize/clocks.py", "klokken|klockan"): (120, "sees dates, at most dates.MAX_LENGTH"),
}
# What sees no text of others.
OWN_TEXT = {
    ("change/beginnings.py", "(?P<around>"): "reads patterns of newscrawl",
    ("demo/articles.py", r"\s*\n\s*"): "reads the invented stories of the demo",
    ("change/moments.py", r"\(\?<=.*?\\s\)"): "reads patterns of newscrawl",
    ("sources/folders.py", "[a-z0-9_]*"): "checks names that an operator gives",
}
# Calls with patterns of spider files, or that `add-source` tries for them: test_patterns_of_spiders.py tries those of
# spiders/. Nothing refuses another one of an operator: only measuring finds the URL that costs it most. It sees no URL
# of more than MAX_URL_LENGTH.
OF_OPERATORS = {
    ("normalize/identity.py", "source.article_pattern"),
    ("normalize/identity.py", "source.guid_pattern"),
    ("sources/site_discovery.py", "pattern"),
    ("discover/article_patterns.py", "pattern"),  # of guesses: tests/discover/test_article_patterns.py tries those
}
# Functions whose patterns must match a whole text, and a part that these have.
FULL_MATCHED = {
    ("extract/boilerplate.py", "line_pattern"): "(?>",
    ("extract/optional.py", "_patterns"): "",
    ("extract/page_marks.py", "pattern"): ".*",  # of headlines; those of URLs are searched
}
# Functions of which no pattern is recorded.
UNSEEN = {
    ("lazy_patterns.py", "_LazyPattern.__getattr__"): "recorded as patterns of the modules that have them",
    ("store/erasure/sweep.py", "cleaner"): "words and URLs of an order, quoted, and one class",
    ("sources/checking.py", "_problems_of_spider"): "patterns of operators, which it tries for a second at most",
    ("sources/worst_cases.py", "_sample_of_class"): "one class, matched against single signs",
}


class Recorded(NamedTuple):
    engine: str
    pattern: str
    flags: int
    file: str
    methods: tuple[str, ...]
    code: str = ""  # of a pattern that stands in a call
    function: str = ""  # that compiles it when it is called

    def compiled(self) -> Any:
        compile_pattern = re.compile if self.engine == "re" else regex.compile
        try:
            return compile_pattern(self.pattern, self.flags)
        except (re.error, regex.error, ValueError):
            return compile_pattern(self.pattern.encode("latin-1"), self.flags)

    def as_used(self) -> Recorded:
        part = FULL_MATCHED.get((self.file, self.function))
        return self if part is None or part not in self.pattern else self._replace(methods=("fullmatch",))

    def is_in(self, listed: Any) -> Any:
        return next((key for key in listed if key[0] == self.file and key[1] in self.pattern), None)


def _seconds(search: Any, text: Any) -> float:
    start = time.process_time()
    try:
        with cpu_limit(MAX_SECONDS):
            search(text)
    except TooLong:
        return float("inf")
    return time.process_time() - start


def _measured(search: Any, text: Any, seconds: float) -> Iterator[float]:
    """Yield what was measured, and if that is asked for, what another measurement says."""
    yield seconds
    yield _seconds(search, text)


def is_quadratic(recorded: Recorded) -> str | None:
    """Return the beginning of a text on which a pattern takes quadratic time; None if none was found."""
    pattern = recorded.compiled()
    bound, _ = BOUNDED[key] if (key := recorded.is_in(BOUNDED)) else (FULL_LENGTH, "")
    for method in recorded.methods:
        search = getattr(pattern, method)
        for index, text in enumerate(_texts(recorded, pattern, min(SHORT, bound))):
            if (seconds := _seconds(search, text)) < NOTICEABLE_SECONDS:
                continue
            # Slow and linear: no quadratic time is hidden by that. Seen from half the text, in a quarter of the time of
            # twice the text; a second time, as the machine may have been busy with the first.
            if seconds * FULL_LENGTH / SHORT < MAX_SECONDS:
                half = next(islice(_texts(recorded, pattern, min(SHORT, bound) // 2), index, None))
                if any(each < MAX_GROWTH * _seconds(search, half) for each in _measured(search, text, seconds)):
                    continue
            long = next(islice(_texts(recorded, pattern, min(FULL_LENGTH, bound)), index, None))
            # A second time, as the machine may have been busy with the first.
            if all(_seconds(search, long) > MAX_SECONDS for _ in range(2)):
                return repr(text[:60])
    return None


def _texts(recorded: Recorded, pattern: Any, length: int) -> Iterator[Any]:
    for text in worst_cases(recorded.pattern, recorded.flags, length):
        yield text.encode() if isinstance(pattern.pattern, bytes) else text


@pytest.fixture(scope="module")
def recorded(all_recorded: list[Recorded]) -> list[Recorded]:
    return [one.as_used() for one in all_recorded if one.pattern is not None]


@pytest.fixture(scope="module")
def all_recorded() -> list[Recorded]:
    command = [sys.executable, "-m", "tests.hostile.recorded_patterns"]
    root = Path(__file__).parents[2]
    lines = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout.splitlines()
    return [Recorded(**{**line, "methods": tuple(line["methods"])}) for line in map(json.loads, lines)]


def test_patterns_are_recorded_from_every_room_that_reads_foreign_text(recorded: list[Recorded]) -> None:
    rooms = {one.file.split("/")[0] for one in recorded}
    assert rooms >= {"change", "diff", "discover", "extract", "fetch", "normalize", "history"}
    assert len(recorded) > 300


def test_patterns_of_calls_are_recorded_but_for_those_that_operators_write(all_recorded: list[Recorded]) -> None:
    assert sum(bool(one.code) for one in all_recorded) > 20
    assert {(one.file, one.code) for one in all_recorded if one.pattern is None} == OF_OPERATORS


def test_patterns_of_functions_are_recorded(recorded: list[Recorded]) -> None:
    seen = {(one.file, one.function) for one in recorded if one.function}
    assert compiling_functions() - seen == set(UNSEEN)


def test_no_pattern_takes_quadratic_time(recorded: list[Recorded]) -> None:
    repeating = [one for one in recorded if _REPEATS.search(one.pattern) and not one.is_in(OWN_TEXT)]
    found = [(one.file, one.pattern[:200], text) for one in repeating if (text := is_quadratic(one))]
    assert not found, "\n".join(map(str, found))


def test_every_exception_is_about_a_pattern_that_exists(recorded: list[Recorded]) -> None:
    for listed in (BOUNDED, OWN_TEXT):
        for key in listed:
            assert any(one.is_in([key]) for one in recorded), key


@pytest.mark.parametrize("pattern", [r"\s+$", r"/+$", r"(?:a+)+b", r"\s*,\s*;", r"[\w.]+@", r"<a .*?>"])
def test_a_pattern_that_is_quadratic_is_found(pattern: str) -> None:
    assert is_quadratic(Recorded("re", pattern, 0, "x.py", ("search",)))
