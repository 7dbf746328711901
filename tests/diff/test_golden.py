"""Ten invented articles whose diffs were reviewed by a person; a change of the algorithm that alters one is reviewed.

A file holds both versions (headline, byline, paragraphs) and the diff as text. To review after a change of the
algorithm: run with NEWSCRAWL_WRITE_GOLDEN=1, then read the changes that version control shows.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from newscrawl.diff import compare
from newscrawl.items import Article, DiffRow, PageKind, SegmentOp

FOLDER = Path(__file__).parent / "golden"
MARKS = {SegmentOp.KEEP: ("", ""), SegmentOp.INSERT: ("{+", "+}"), SegmentOp.DELETE: ("[-", "-]")}


def read(part: str) -> Article:
    headline, byline, *paragraphs = part.strip("\n").split("\n")
    return Article(
        source="golden",
        guid="1",
        url="https://gazette.example/1",
        headline=headline,
        byline=byline,
        paragraphs=tuple(paragraphs),
        wording_digest="",
        display_digest="",
        stamp="",
        kind=PageKind.ARTICLE,
        rules="generic",
    )


def marked(row: DiffRow) -> str:
    text = "".join(s.text.join(MARKS[s.op]) for s in row.segments)
    return text.replace("\n", "¶\n    ")


def diff_text(old: Article, new: Article) -> str:
    diff = compare(old, new)
    lines = [f"headline {diff.headline.op}: {marked(diff.headline)}"]
    for row in diff.rows:
        lines.append(f"{list(row.a)} {row.op} {list(row.b)}: {marked(row)}")
    lines += [f"passage [{moved.a}] to [{moved.b}]: {moved.text}" for moved in diff.passages]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_the_diff_is_the_reviewed_one(path: Path) -> None:
    content = path.read_text(encoding="utf-8")
    _, old, rest = content.split("=== ", 2)
    new, expected = rest.split("=== diff\n")
    diff = diff_text(read(old.removeprefix("old\n")), read(new.removeprefix("new\n")))
    if os.environ.get("NEWSCRAWL_WRITE_GOLDEN") == "1":
        path.write_text(content.removesuffix(expected) + diff, encoding="utf-8")
        return
    assert diff == expected


def test_there_are_ten_articles() -> None:
    assert len(list(FOLDER.glob("*.txt"))) == 10
