"""Imported by fork servers of tests: tables are read and patterns compiled with which an edit is described.

Each command and crawl of a test that finds an edit would do that anew, in .4 s of CPU time.
"""

from __future__ import annotations

from newscrawl.change import describe
from newscrawl.diff import compare
from newscrawl.items import Article, PageKind


def _article(text: str) -> Article:
    return Article("s", "g", "https://a.example/", "Works", (text,), "w", "t", "s", PageKind.ARTICLE, "r")


OLD = _article("It met on 3 March; 4 houses were open.")
NEW = _article("It met on 4 March; 5 homes were closed, Ida Berg said.")
describe(OLD, NEW, compare(OLD, NEW))
