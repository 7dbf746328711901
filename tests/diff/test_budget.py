"""The same pair always gives the same diff: work is counted in steps, and nothing depends on the process."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newscrawl.diff import apply_rows, compare_texts
from newscrawl.diff.budget import Budget

PRINT_DIGEST = """
import hashlib, random
from newscrawl.diff import compare_texts
rng = random.Random(12)
words = [f"{rng.choice('bdfgklmnprst')}{rng.choice('aeiou')}{number % 50:x}" for number in range(900)]
old = [" ".join(rng.choice(words) for _ in range(rng.randint(2, 30))) for _ in range(150)]
new = [" ".join(rng.choice(words) if rng.random() < 0.3 else word for word in text.split()) for text in old]
rng.shuffle(new)
for steps in (300, 3_000, 1_000_000):
    print(hashlib.sha256(repr(compare_texts(old, new, max_steps=steps)).encode()).hexdigest())
"""


def test_a_budget_takes_what_it_has_and_remembers_what_it_refused() -> None:
    budget = Budget(10)
    assert budget.afford(7)
    assert not budget.is_exceeded
    assert not budget.afford(4)
    assert budget.afford(3)
    assert budget.is_exceeded


def test_processes_with_other_hashes_of_strings_give_the_same_diff() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", PRINT_DIGEST],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(digests) == 1
    assert len(set(digests.pop().split())) == 3  # and the budget made a difference


PARAGRAPHS = st.lists(
    st.lists(st.sampled_from(["a", "b", "the", "harbour", "said", ",", ".", "12", "東"]), max_size=9).map(" ".join)
)


@given(PARAGRAPHS, PARAGRAPHS, st.integers(0, 200))
@settings(max_examples=100, deadline=None)
def test_the_same_pair_gives_the_same_exact_diff_again(a: list[str], b: list[str], steps: int) -> None:
    rows = compare_texts(a, b, max_steps=steps)
    assert compare_texts(a, b, max_steps=steps) == rows
    assert apply_rows(rows, a) == tuple(b)


@pytest.mark.parametrize("module", ["time", "datetime", "newscrawl.clock"])
def test_no_file_of_the_room_reads_the_clock(module: str) -> None:
    code = (
        "import sys, newscrawl.diff\n"
        "files = [vars(m) for name, m in sys.modules.items() if name.startswith('newscrawl.diff')]\n"
        f"print([v['__name__'] for v in files if any(getattr(x, '__name__', '') == {module!r} for x in v.values())])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300)
    assert done.stdout.strip() == "[]"
