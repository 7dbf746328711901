"""Re-extraction on a real store: what reads differently is rewritten once, and is never an edit."""

from __future__ import annotations

import pytest

from newscrawl.history import rebase, reextract_all
from newscrawl.items import Cause, article_id
from newscrawl.reading import PageReader
from newscrawl.store import Store

from .paper import BOX, SOURCE, Layout, LayoutWithBoxes, Paper


@pytest.fixture
async def paper(store: Store) -> Paper:
    """Three articles whose boxes were read as text."""
    paper = Paper(store, layouts=(LayoutWithBoxes,))
    await paper.publish(3)
    paper.layouts = (Layout,)
    return paper


async def rebased(paper: Paper) -> list[tuple[str, bool]]:
    """Rebase all articles; return what was found of each, and whether something was written."""
    reader = PageReader(SOURCE, paper.layouts)
    found = [article async for article in reextract_all(paper.store, reader)]
    return [(article.result.value, await rebase(paper.store, article, paper.now)) for article in found]


async def test_article_that_reads_differently_is_rewritten_once(paper: Paper) -> None:
    assert await rebased(paper) == [("different", True)] * 3
    assert await rebased(paper) == [("same", False)] * 3
    versions = await paper.store.versions(article_id("paper", "1"))
    assert [version.cause for version in versions] == [Cause.FIRST, Cause.REBASE]
    assert [BOX in version.article.paragraphs for version in versions] == [True, False]


async def test_article_that_was_checked_under_the_new_rules_is_rewritten_too(paper: Paper) -> None:
    assert await paper.check(1) == ["unchanged"]
    assert await rebased(paper) == [("different", True)] * 3
    assert await rebased(paper) == [("same", False)] * 3


async def test_rewritten_article_gets_no_edit_by_the_next_check(paper: Paper) -> None:
    await rebased(paper)
    assert await paper.check(1, 2, 3) == ["unchanged"] * 3
    stored = await paper.store.db.articles.find({}, {"edits": 1}).to_list()
    assert [article["edits"] for article in stored] == [0, 0, 0]
