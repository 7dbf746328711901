"""A project as `newscrawl init` makes it: its commands are forks of the checkout's, which those of a copy cannot be."""

from __future__ import annotations

from pathlib import Path

from newscrawl.cli.init import project_files


def own_project(to: Path, *, shipped: bool = False) -> Path:
    """Make a project that has a test's own sources alone, or those that are shipped, too; returns its folder."""
    for path, text in project_files(to.name):
        (to / path).parent.mkdir(parents=True, exist_ok=True)
        (to / path).write_text(text, "utf-8")
    if not shipped:
        (to / "sources.toml").write_text("shipped = []\n")
    return to
