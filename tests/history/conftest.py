"""A paper for the tests of which edits are public."""

from __future__ import annotations

import pytest

from newscrawl.store import Store

from .paper import Paper


@pytest.fixture
def paper(store: Store) -> Paper:
    return Paper(store)
