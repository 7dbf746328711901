"""One word a thing: the second words for what docs/glossary.md names stay out of code, docs and pages."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawl.config import PROJECT_ROOT

# Second word → the word to use. Each is searched as a whole word, in any case, also as a part of snake_case names.
SECOND_WORDS = {
    r"stor(?:y|ies)": "article",
    r"looks?": "check",
    r"looked": "checked",
    r"books": "check log",
    r"veil(?:ed)?": "redacted",
    r"ledger|agenda|doorkeeper|desk": "history, frontier, host limiter, context",
    r"tallies|tally": "totals, statistics",
    r"wordings?_of|told": "what it is: reason, line, message",
}
ROOTS = ("newscrawl", "pipelines", "docs", "README.md", "CONTRIBUTING.md", "Makefile", "deploy")
SUFFIXES = {".py", ".html", ".md", ".j2", ".toml", ".service", ".timer", ".yaml", ""}
# What is content, or speaks of others: texts of the invented newspaper, words that pages and peers use, JSON keys that
# users have, patterns that match pages.
ALLOWED_FILES = {
    "newscrawl/demo/stories": "texts of the invented newspaper",
    "newscrawl/demo/templates": "pages of the invented newspaper",
    "newscrawl/change/lexicon.py": "words that newspapers use",
    "newscrawl/correction_notes.py": "words that newspapers use",
    "newscrawl/normalize/authors.py": "words that newspapers use",
    "newscrawl/normalize/names.py": "words that newspapers use",
    "newscrawl/normalize/credits.py": "words that newspapers use",
    "newscrawl/normalize/credit_": "words that newspapers use",
    "newscrawl/extract/text_density.py": "names that pages and learnt weights use",
}
ALLOWED = re.compile(
    r"looks? (?:like|alike|the same|up)|look(?:ed|s)?[- ](?:up|for|ahead|behind|around)|lookup|Story Continued|"
    r"div\.story|"
    r"story-\w+|[`\"']stories[`\"']|[`\"']story[`\"']|one story of a source|story\.example|"
    # Keys of the API and of log lines, which users have, and the demo's own words.
    r"\.story\b|story: ArticleView|stories=%d|stories/\*|A story that was never|pageProps\.story"
)


def lines() -> Iterator[tuple[str, int, str]]:
    listed = subprocess.run(["git", "ls-files", *ROOTS], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    for name in listed.stdout.splitlines():
        path = Path(name)
        if path.suffix not in SUFFIXES or any(name.startswith(allowed) for allowed in ALLOWED_FILES):
            continue
        for number, line in enumerate((PROJECT_ROOT / path).read_text("utf-8").splitlines(), 1):
            yield name, number, line


@pytest.mark.parametrize("second", SECOND_WORDS)
def test_no_second_word_is_used_for_what_the_glossary_names(second: str) -> None:
    pattern = re.compile(rf"(?<![a-z])(?:{second})(?![a-z])", re.IGNORECASE)
    found = [
        f"{name}:{number}: {line.strip()[:110]}"
        for name, number, line in lines()
        if pattern.search(ALLOWED.sub("", line))
    ]
    assert found == [], f"use: {SECOND_WORDS[second]}"


def test_the_glossary_has_each_word_once_in_the_order_of_the_alphabet() -> None:
    page = (PROJECT_ROOT / "docs" / "glossary.md").read_text("utf-8")
    entries = re.findall(
        r"^(\w[\w -]*)\n  \S", page.partition("```{glossary}\n")[2].partition("\n```")[0], re.MULTILINE
    )
    assert len(entries) >= 60
    assert entries == sorted(set(entries))


def test_terms_that_the_glossary_refers_to_are_in_it() -> None:
    page = (PROJECT_ROOT / "docs" / "glossary.md").read_text("utf-8")
    entries = set(re.findall(r"^(\w[\w -]*)\n  \S", page, re.MULTILINE))
    named = {word.partition("<")[2].rstrip(">") or word for word in re.findall(r"{term}`([^`]+)`", page)}
    assert named <= entries
