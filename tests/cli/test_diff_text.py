"""A diff of two text files, as data and on a terminal."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from newscrawl.cli.diff_text import diff_files, render_files

OLD = (
    "Ferry aground, 12 hurt\n"
    "Twelve people were hurt when a ferry ran aground off Port Amsel.\n"
    "The \x1b[31mcrew\x1b[0m is safe and well.\n"
)
NEW = "Ferry aground, 15 hurt\nNews came late.\nFifteen people were hurt when a ferry ran aground off Port Amsel.\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    old, new = tmp_path / "a.txt", tmp_path / "b.txt"
    old.write_text(OLD, encoding="utf-8")
    new.write_text(NEW, encoding="utf-8")
    return old, new


def rendered(files: tuple[Path, Path], *, terminal: bool) -> str:
    out = io.StringIO()
    render_files(
        *files, Console(file=out, force_terminal=terminal, color_system="standard" if terminal else None, width=200)
    )
    return out.getvalue()


def test_rows_link_the_paragraphs_after_the_headline(files: tuple[Path, Path]) -> None:
    rows = diff_files(*files)
    assert [(row["op"], row["a"], row["b"]) for row in rows] == [
        ("edited", [], []),
        ("added", [], [0]),
        ("edited", [0], [1]),
        ("removed", [1], []),
    ]
    assert rows[0]["part"] == "headline"


def test_segments_of_a_row_contain_both_texts(files: tuple[Path, Path]) -> None:
    row = diff_files(*files)[2]
    old = "".join(s["text"] for s in row["segments"] if s["op"] != "insert")
    new = "".join(s["text"] for s in row["segments"] if s["op"] != "delete")
    assert (old, new) == (OLD.split("\n")[1], NEW.split("\n")[2])


def test_piped_text_has_plain_marks(files: tuple[Path, Path]) -> None:
    text = rendered(files, terminal=False)
    assert "Ferry aground, [-12-]{+15+} hurt" in text
    assert "{+News came late.+}" in text


def test_terminal_gets_colours_and_no_marks(files: tuple[Path, Path]) -> None:
    text = rendered(files, terminal=True)
    assert "\x1b[" in text
    assert "[-" not in text


def test_escape_sequences_of_a_page_are_removed(files: tuple[Path, Path]) -> None:
    assert "\x1b" not in rendered(files, terminal=False)
    assert "\x1b[31mcrew" not in rendered(files, terminal=True)


def test_windows_line_ends_and_byte_order_marks_are_not_compared(tmp_path: Path) -> None:
    windows = tmp_path / "windows.txt"
    windows.write_bytes(b"\xef\xbb\xbfHead\r\nOne.\r\nTwo.\r\n")
    plain = tmp_path / "plain.txt"
    plain.write_text("Head\nOne.\nTwo.", encoding="utf-8")
    assert {row["op"] for row in diff_files(windows, plain)} == {"kept"}
