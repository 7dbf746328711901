"""How Sphinx builds the manual: `make docs`. Pages are Markdown (MyST); nothing in them is loaded from other hosts."""

import re
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

project = "newscrawl"
copyright = "the authors of newscrawl"
version = release = re.findall(r'^__version__ = "(.+)"$', (ROOT / "newscrawl/__init__.py").read_text("utf-8"), re.M)[0]

extensions = ["myst_parser"]
myst_heading_anchors = 3  # links such as rounds.md#one-process-a-host
nitpicky = True

# Addresses of examples, and of this machine; and what only people are let in to.
linkcheck_ignore = [
    r"https?://(?:127\.0\.0\.1|localhost)(?:[:/]|$)",
    r"https?://[^/]*\.example(?:[:/]|$)",
    r"https?://(?:[^/]*\.)?example\.(?:com|net|org)(?:[:/]|$)",
]
linkcheck_timeout = 30  # seconds
linkcheck_retries = 2
linkcheck_workers = 4
linkcheck_rate_limit_timeout = 60.0  # seconds of waiting for a host that answers 429, not five minutes
linkcheck_anchors_ignore_for_url = [r"https://github\.com/"]  # drawn by script

html_theme = "furo"
html_title = f"newscrawl {release}"
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_search_scorer = str(ROOT / "docs" / "search_scorer.js")
exclude_patterns = ["reference"]  # the generators of pages

BEGINNING = re.compile(r"#[^\n]*\n(?:\s*<!--[^>]*-->\n)?")
SEARCH_WORDS = tomllib.loads((ROOT / "docs" / "search_words.toml").read_text("utf-8"))


def add_search_words(app: Any, page: str, source: list[str]) -> None:
    """Put a page's search words behind its title, as entries of the index."""
    if words := SEARCH_WORDS.get(page):
        # Behind a comment too: before one, the place that the index leads to would be the comment's, which has no id.
        begins = BEGINNING.match(source[0])
        end = begins.end() if begins else 0
        source[0] = f"{source[0][:end]}\n```{{index}} {', '.join(words)}\n```\n{source[0][end:]}"


def setup(app: Any) -> dict[str, bool]:
    app.add_config_value("search_words", SEARCH_WORDS, "env")  # pages are read anew when they change
    app.connect("source-read", add_search_words)
    return {"parallel_read_safe": True}
