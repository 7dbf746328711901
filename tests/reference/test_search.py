"""Ten questions of a newcomer are answered by the manual's search in one hit: its page is asked, in a browser."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from newscrawl.config import PROJECT_ROOT
from tests.built_manual import built
from tests.chromium import FLAGS, chromium
from tests.faults.waiting import PATIENCE_SECONDS
from tests.manual import PAGES
from tests.reference.newcomer import QUESTIONS

__all__ = ["built"]

WORDS = tomllib.loads((PROJECT_ROOT / "docs" / "search_words.toml").read_text("utf-8"))
IS_DONE = "(document.querySelector('#search-results .search-summary') || {}).innerText"


@pytest.fixture(scope="module")
def search(built: Path) -> Iterator[Any]:
    """A function that returns the pages which the search of the built manual lists for a question, best first."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    path = chromium()
    with playwright.sync_playwright() as api:
        browser = api.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page()
        page.set_default_timeout(PATIENCE_SECONDS * 1000)

        def hits(question: str) -> list[str]:
            page.goto(f"{built.as_uri()}/search.html?q={quote(question)}")
            page.wait_for_function(IS_DONE)
            links = page.query_selector_all("#search-results li a")
            return [str(link.get_attribute("href")).partition(".html")[0] for link in links]

        yield hits
        browser.close()


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("question", QUESTIONS)
def test_the_first_hit_answers_a_question_of_a_newcomer(search: Any, question: str) -> None:
    assert search(question)[0] in QUESTIONS[question]


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("quarantine", "glossary"),  # a term
        ("install", "install"),
        ("mail", "subscriptions"),
        ("add source", "add-a-source"),
        ("cron", "schedule"),
        ("exit code", "exit-codes"),
        ("delete article", "erasure"),
        ("paywall", "partial-pages"),
        ("disk", "runbook-disk"),
        ("newsdiffs", "move-from-newsdiffs"),
        ("how often", "recheck"),
        ("NEWSCRAWL_CATCH", "configuration"),  # a name
        ("checked_lease", "reference-data"),  # a field
        ("prometheu", "metrics"),  # a beginning
        ("retention", "retention"),  # the name of a page that has another title
        ("zzzzqqqq retention", "retention"),  # with a word that no page has
    ],
)
def test_words_find_pages(search: Any, words: str, page: str) -> None:
    assert search(words)[0] == page


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("term", ["commitment", "stamp", "memento"])
def test_a_term_of_the_glossary_is_found(search: Any, term: str) -> None:
    assert "glossary" in search(term)


@pytest.mark.slow
@pytest.mark.browser
def test_what_no_page_has_is_found_nowhere(search: Any) -> None:
    assert search("zzzzqqqq") == []


def test_pages_have_search_words_and_none_has_the_same_ones_as_another() -> None:
    assert len(set(WORDS) & {page.stem for page in PAGES}) >= 60
    for words in WORDS.values():
        assert words
        assert len(words) == len(set(words))


def test_no_page_is_worded_for_a_question() -> None:
    """Questions stand in no page: the search has to find the answer by the words of both."""
    for path in PAGES:
        text = path.read_text("utf-8")
        assert [question for question in QUESTIONS if question in text] == []
