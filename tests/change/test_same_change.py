"""The same pair is always described alike: in any process, and whatever was described before."""

from __future__ import annotations

import os
import subprocess
import sys

PRINT_DIGESTS = """
import hashlib, random, sys
from newscrawl.change import describe
from newscrawl.diff import compare
from newscrawl.items import Article, PageKind

TERMS = ["not", "may", "said", "five", "5", "May 3", "2019", "Mr. Rastrow", "“we will not go”", "Amsel", "killed",
    "injured", "mother", "according to", "red", "blue", "Correction:", "Hundert", "in Berlin", "most", "few", "."]
WORDS = [f"{a}{b}{n:x}" for n in range(40) for a in "bdg" for b in "aou"] + TERMS * 6

def text(rng):
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(3, 40)))

def digest(seed):
    rng = random.Random(seed)
    old = [text(rng) for _ in range(30)]
    new = [" ".join(rng.choice(WORDS) if rng.random() < 0.2 else word for word in one.split()) for one in old]
    rng.shuffle(new)
    a, b = (Article("s", "1", "https://news.example/1", "H", tuple(texts), "", "", "", PageKind.ARTICLE, "generic",
        in_language=rng.choice(["en", "de"])) for texts in (old, new))
    diff = compare(a, b)
    return hashlib.sha256(repr((diff, describe(a, b, diff))).encode()).hexdigest()

first = [digest(seed) for seed in range(4)]
for seed in range(100, 110):
    digest(seed)
assert first == [digest(seed) for seed in range(4)]
print(first)
"""


def test_other_processes_and_earlier_work_change_no_description() -> None:
    printed = {
        subprocess.run(
            [sys.executable, "-c", PRINT_DIGESTS],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=600,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1
