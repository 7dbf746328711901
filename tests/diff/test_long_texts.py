"""The longest texts compare exactly and are described, in bounded memory and a bounded number of steps."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

MEMORY_BYTES = 1 << 30  # of a process that generates the texts and compares them
COMPARE = f"""
import random, resource
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY_BYTES}, {MEMORY_BYTES}))
from newscrawl.change import describe
from newscrawl.diff import apply_rows, compare, invert_rows
from newscrawl.items import Article, PageKind
rng = random.Random(6)
def vocabulary(letters, size):
    return ["".join(rng.choice(letters) for _ in range(rng.randint(2, 9))) for _ in range(size)]
latin, arabic = vocabulary("abcdefghijklmnop", 8000), vocabulary([chr(c) for c in range(0x627, 0x640)], 8000)
def words(count, known):
    return " ".join(known[int(len(known) * rng.random() ** 3)] for _ in range(count))
def edited(text, share, known):
    return " ".join(rng.choice(known) if rng.random() < share else word for word in text.split(" "))
def sentences(count):
    return [words(rng.randint(8, 25), latin) + "." for _ in range(count)]
"""
# How the two texts are made; the least share of the new text that is still found in the old one.
TEXTS = {
    "a paragraph of 2 MB": ("a = [words(360_000, latin)]; b = [edited(a[0], 0.002, latin)]", 0.95),
    "a paragraph of 2 MB, edited throughout": ("a = [words(360_000, latin)]; b = [edited(a[0], 0.1, latin)]", 0.6),
    "a paragraph of Arabic": ("a = [words(180_000, arabic)]; b = [edited(a[0], 0.02, arabic)]", 0.9),
    "a paragraph of Chinese": (
        "a = ['。'.join(''.join(chr(0x4E00 + int(3000 * rng.random() ** 2)) for _ in range(30)) for _ in range(8000))];"
        "b = [''.join('変' if rng.random() < 0.03 else c for c in a[0])]",
        0.8,
    ),
    "a paragraph of emoji": ("a = ['👨‍👩‍👧' * 60_000]; b = ['👨‍👩‍👧👍🏽' * 40_000]", 0.0),
    "50,000 paragraphs, all edited": ("a = sentences(50_000); b = [edited(text, 0.15, latin) for text in a]", 0.6),
    "50,000 paragraphs, all shuffled": ("a = sentences(50_000); b = rng.sample(a, len(a))", 0.99),
    "50,000 paragraphs, all new": ("a = sentences(50_000); b = sentences(50_000)", 0.0),
    "a paragraph cut into 20,000": ("b = sentences(20_000); a = [' '.join(b)]", 0.0),
    "a paragraph of Devanagari with combining marks": (
        "signs = [c + m for c in map(chr, range(0x915, 0x939)) for m in ('', '\\u093e', '\\u094d', '\\u0902\\u093f')];"
        "known = vocabulary(signs, 8000); a = [words(90_000, known)]; b = [edited(a[0], 0.02, known)]",
        0.9,
    ),
    "words of one letter with hundreds of marks": (
        "a = [' '.join('e' + '\\u0301' * rng.randint(1, 400) for _ in range(8000))]; b = [a[0].replace('e', 'o', 900)]",
        0.7,
    ),
    "two words of a million letters": ("a = ['ab' * 500_000]; b = ['ab' * 250_000 + 'c' + 'ab' * 250_000]", 0.0),
    "quotations throughout": (
        "a = [f'“{text}” she said.' for text in sentences(8_000)];"
        "b = [f'“{edited(text, 0.2, latin)}” she said.' for text in a]",
        0.4,
    ),
    "a paragraph of numbers": ("a = [' '.join(map(str, range(40_000)))]; b = [a[0].replace('7', '8')]", 0.0),
    "a text that repeats itself": ("a = ['the cat sat, ' * 150_000]; b = ['the dog sat, ' * 150_000]", 0.0),
}
CHECK = """
def article(texts):
    url = "https://news.example/1"
    return Article("s", "g", url, "H", tuple(texts), "", "", "", PageKind.ARTICLE, "generic", in_language="en")
old, new = article(a), article(b)
diff = compare(old, new)
rows = diff.rows
assert apply_rows(rows, a) == tuple(b)
assert apply_rows(invert_rows(rows), b) == tuple(a)
change = describe(old, new, diff)
assert change.types and 0 < change.significance <= 1
assert all(0 < len(e.old) + len(e.new) <= 1200 for e in change.excerpts)
print(sum(len(s.text) for row in rows for s in row.segments if s.op == "keep") / sum(map(len, b)))
"""


@pytest.mark.parametrize("name", TEXTS)
def test_a_very_long_text_compares_exactly_in_bounded_memory(name: str) -> None:
    texts, least_kept = TEXTS[name]
    done = subprocess.run(
        [sys.executable, "-c", f"{COMPARE}\n{texts}\n{CHECK}"], capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) >= least_kept
