"""Output of `newscrawl blame`."""

from __future__ import annotations

import io

from rich.console import Console

from newscrawl.cli.blame import render
from newscrawl.diff import Blame


def test_each_line_has_the_version_of_entry_and_of_the_last_change() -> None:
    out = io.StringIO()
    sentences = [
        Blame(-1, (0, 7), "Harbour", 1, 1),
        Blame(0, (0, 9), "Old\x1b[31m.", 1, 3),
        Blame(0, (10, 14), "Back.", 4, 4, earlier=2),
    ]
    render(sentences, Console(file=out, color_system=None, width=80))
    assert out.getvalue().splitlines() == [
        "       1  Harbour",
        "",
        "     1~3  Old\N{REPLACEMENT CHARACTER}[31m.",
        "    4 <2  Back.",
    ]
