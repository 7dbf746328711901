"""SECURITY.md has all 48 rows, and each names tests that exist, or says why it cannot apply."""

from __future__ import annotations

import re

from newscrawl.config import PROJECT_ROOT

ROW = re.compile(r"^\| (\d+) \| (.+) \| (.+) \|$", re.M)
PLACE = re.compile(r"`(tests/[^`:]+)(?:::(\w+))?`")


def test_every_row_names_tests_that_exist_or_says_why_it_cannot_apply() -> None:
    rows = ROW.findall((PROJECT_ROOT / "SECURITY.md").read_text("utf-8"))
    assert [int(number) for number, _, _ in rows] == list(range(1, 49))
    for number, _, shown_by in rows:
        places = PLACE.findall(shown_by)
        assert places or shown_by.startswith("does not apply: "), f"row {number} names no test"
        for file, function in places:
            text = (PROJECT_ROOT / file).read_text("utf-8")
            assert re.search(rf"def {function or 'test_'}" + (r"\b" if function else ""), text), f"{number}: {file}"


def test_every_hostile_test_file_shows_a_row() -> None:
    named = {file for file, _ in PLACE.findall((PROJECT_ROOT / "SECURITY.md").read_text("utf-8"))}
    files = {f"tests/hostile/{path.name}" for path in (PROJECT_ROOT / "tests" / "hostile").glob("test_*.py")}
    # Rows of others: takedowns, hosts and slow clients are promises of docs/takedowns.md and docs/serving.md.
    others = {f"tests/hostile/test_{name}.py" for name in ("takedowns", "hosts", "slow_clients", "rows")}
    assert files - named == others
