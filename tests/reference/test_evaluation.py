"""Every command of the page on evaluation exists, every benchmark is on it, and every figure has a date."""

from __future__ import annotations

import re
from typing import Any

import typer.main

from newscrawl.cli.main import app
from newscrawl.config import PROJECT_ROOT

PAGES = ("evaluation.md", "comparison.md")
MAKEFILE = (PROJECT_ROOT / "Makefile").read_text("utf-8")


def quoted(page: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", (PROJECT_ROOT / "docs" / page).read_text("utf-8"))


def test_every_command_that_repeats_a_figure_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.M))
    group: Any = typer.main.get_command(app)
    seen = 0
    for text in (text for page in PAGES for text in quoted(page)):
        words = text.split()
        if words[0] == "make":
            seen += 1
            assert words[1] in targets, text
            benches = [word.removeprefix("BENCH=") for word in words if word.startswith("BENCH=")]
            assert all((PROJECT_ROOT / "benchmarks" / f"{bench}_bench.py").exists() for bench in benches), text
        if words[0] == "newscrawl" and len(words) > 1:
            assert words[1] in group.commands, text
        if text.startswith("tests/"):
            seen += 1
            assert (PROJECT_ROOT / text).exists(), text
    assert seen > 25


def test_every_benchmark_is_on_the_page_and_in_the_makefile() -> None:
    page = (PROJECT_ROOT / "docs" / "evaluation.md").read_text("utf-8")
    stated = re.search(r"^bench:.*BENCH=(.*)$", MAKEFILE, re.M)
    assert stated is not None
    listed = set(re.split(r", | or ", stated[1]))
    present = {path.name.removesuffix("_bench.py") for path in (PROJECT_ROOT / "benchmarks").glob("*_bench.py")}
    assert present == listed
    assert {bench for bench in present if f"BENCH={bench}`" not in page} == set()


def test_every_table_of_figures_says_when_they_were_measured_and_by_what() -> None:
    page = (PROJECT_ROOT / "docs" / "evaluation.md").read_text("utf-8")
    tables = list(re.finditer(r"(?:^\|.*\n)+", page, re.M))
    assert len(tables) >= 12
    for table, following in zip(tables, [*tables[1:], None], strict=True):
        behind = " ".join(page[table.end() : following.start() if following else None].split())
        title = re.findall(r"^#+ (.+)$", page[: table.start()], re.M)[-1]
        assert re.search(r"\*Measured on .*?November 2026.*?`[^`]+`", behind), f"{title}: {table[0][:60]}"


def test_figures_on_inputs_that_were_kept_aside_are_among_them() -> None:
    page = (PROJECT_ROOT / "docs" / "evaluation.md").read_text("utf-8")
    assert page.count("kept aside") > 8
