"""How Sphinx builds the manual: `make docs`. Pages are Markdown (MyST); nothing in them is loaded from other hosts."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

project = "newscrawl"
copyright = "the authors of newscrawl"
version = release = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]

extensions = ["myst_parser"]
myst_heading_anchors = 3  # links such as rounds.md#one-process-a-host
nitpicky = True

html_theme = "furo"
html_title = f"newscrawl {release}"
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
