"""`newscrawl held`, `release` and `dismiss`, on an archive with one held edit."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Callable

import pytest

from newscrawl.config import Config
from newscrawl.items import Hold
from newscrawl.store import Store
from tests.store.samples import HOUR, NOON, append, article, first_version, head_of, next_version

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def held_edit(config: Config) -> str:
    """Store an article with a held edit; return its id."""

    async def publish() -> str:
        store = await Store.open(config)
        first = first_version(article("pier", "A"))
        edit = next_version(first, article("pier", "B"), NOON + HOUR)
        await append(store, first)
        await store.append_version(edit, expected=1, head=head_of(edit), hold=Hold.MASS_CHANGE)
        await store.close()
        return edit.article_id

    return asyncio.run(publish())


def test_held_edit_is_listed_dismissed_and_released(newscrawl: Run, held_edit: str) -> None:
    (listed,) = json.loads(newscrawl("held", "--json").stdout)
    assert (listed["article_id"], listed["number"], listed["hold"]) == (held_edit, 2, "mass_change")
    assert "mass change" in newscrawl("held", "courier").stdout
    assert newscrawl("dismiss", "courier").stdout == "1 version of courier dismissed\n"
    assert newscrawl("held").stdout == "no edit is held\n"
    assert "edit (dismissed)" in newscrawl("history", held_edit).stdout
    again = newscrawl("release", "courier")
    assert (again.returncode, "no version of 'courier' is held" in again.stderr) == (1, True)
    assert newscrawl("release", "courier", "--dismissed").stdout == "1 version of courier released\n"
    assert "2 versions, 1 change" in newscrawl("history", held_edit).stdout
