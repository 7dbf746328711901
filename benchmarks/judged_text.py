"""A pair of revisions as text for those who judge it: both wordings, and nothing of what newscrawl says of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from benchmarks.judged_pairs import Pair

# Numbers with their marks, words, spaces; scripts without spaces by character.
_IDEOGRAPH = r"[\u3040-\u30ff\u3400-\u9fff]"
TOKEN = re.compile(rf"\d[\d.,:]*\d|{_IDEOGRAPH}|(?:(?!{_IDEOGRAPH})[^\W_])+|\s+|.", re.DOTALL)
ALIKE = 0.5  # paragraphs that share less are shown one below the other, without marks
LONG = 10  # paragraphs; of longer articles only what stands beside an edit is shown
Row = tuple[str, str]  # sign and text


def shown(pair: Pair, number: int) -> str:
    """Return a pair as text: ` ` unchanged, `~` edited ([-old-] {+new+}), `-` removed, `+` added; `#` the headline."""
    rows = list(_rows(pair.before.paragraphs, pair.after.paragraphs))
    if max(len(pair.before.paragraphs), len(pair.after.paragraphs)) > LONG:
        rows = list(_shortened(rows))
    headline = "\n".join(f"# {sign} {text}" for sign, text in _replaced([pair.before.headline], [pair.after.headline]))
    body = "\n".join(f"{sign} {text}" for sign, text in rows)
    return f"=== {number} · {pair.id} · {pair.language}\n{headline}\n{body}\n"


def _rows(old: Sequence[str], new: Sequence[str]) -> Iterator[Row]:
    for op, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            yield from ((" ", text) for text in old[i:j])
        else:
            yield from _replaced(old[i:j], new[k:m])


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[Row]:
    """Yield paragraphs in order: each of the old ones beside the next new one that is like it."""
    rest = list(new)
    for text in old:
        found = next((n for n, other in enumerate(rest) if _alike(text, other)), None)
        if found is None:
            yield "-", text
            continue
        yield from (("+", each) for each in rest[:found])
        yield (" ", text) if text == rest[found] else ("~", marked(text, rest[found]))
        rest = rest[found + 1 :]
    yield from (("+", text) for text in rest)


def _alike(old: str, new: str) -> bool:
    return SequenceMatcher(None, TOKEN.findall(old), TOKEN.findall(new), autojunk=False).ratio() > ALIKE


def marked(old: str, new: str) -> str:
    """Return both wordings in one: [-what went-]{+what came+}."""
    a, b = TOKEN.findall(old), TOKEN.findall(new)
    parts = []
    for op, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        went, came = "".join(a[i:j]), "".join(b[k:m])
        parts.append(went if op == "equal" else (f"[-{went}-]" if went else "") + (f"{{+{came}+}}" if came else ""))
    return "".join(parts)


def _shortened(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the first paragraph, the edits and what stands beside them; a count for the rest."""
    near = {0} | {at + step for at, (sign, _) in enumerate(rows) if sign != " " for step in (-1, 0, 1)}
    left_out = 0
    for at, row in enumerate(rows):
        if at in near:
            if left_out:
                yield " ", f"({left_out} unchanged)"
            yield row
            left_out = 0
        else:
            left_out += 1
    if left_out:
        yield " ", f"({left_out} unchanged)"
