"""Patterns that are compiled at their first use behave as compiled ones."""

from __future__ import annotations

import subprocess
import sys

import pytest
import regex

from newscrawl.change import lexicon
from newscrawl.lazy_patterns import lazy_pattern


def test_a_lazy_pattern_finds_what_the_compiled_one_finds() -> None:
    pattern = lazy_pattern(r"\bnot?\b", regex.IGNORECASE)
    for _ in range(2):
        assert [match.group() for match in pattern.finditer("No, not now")] == ["No", "not"]
        assert pattern.fullmatch("NOT")
        assert not pattern.search("knot")
        assert pattern.pattern == r"\bnot?\b"


def test_a_wrong_lazy_pattern_fails_when_it_is_used() -> None:
    pattern = lazy_pattern("(")
    with pytest.raises(regex.error):
        pattern.search("")


def test_every_pattern_of_the_lexicon_can_be_compiled() -> None:
    names = [name for name in vars(lexicon) if name.isupper() and hasattr(getattr(lexicon, name), "search")]
    assert len(names) >= 9
    for name in names:
        assert getattr(lexicon, name).search("") is None, name


def test_reading_the_package_of_changes_compiles_none_of_them() -> None:
    script = (
        "import newscrawl.change.lexicon as found; import sys;"
        "sys.exit(any('search' in vars(each) for each in vars(found).values() if hasattr(type(each), '__getattr__')))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False, timeout=600).returncode == 0
