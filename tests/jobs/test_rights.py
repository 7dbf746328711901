"""What a publisher states about keeping its pages is a fact of the source after a crawl, without a further request."""

from __future__ import annotations

import asyncio
from pathlib import Path

from newscrawl.config import Config
from newscrawl.items import SourceState
from newscrawl.store import Store
from tests.sources.paper import Answer, Paper, article
from tests.sources.test_watch import desk_in_project


def reserved(path: str) -> Answer | None:
    if not path.startswith("/lock-"):
        return None
    page = article(2001).replace("<head>", '<head><meta name="robots" content="noarchive">', 1)
    assert "noarchive" in page
    return Answer(page, headers={"TDM-Reservation": "1"})


def test_signals_of_pages_are_kept_with_the_source(config: Config, tmp_path: Path) -> None:
    async def state(source: str) -> SourceState:
        store = await Store.open(config)
        try:
            return await store.source_state(source)
        finally:
            await store.close()

    with Paper(reserved) as paper:
        newsroom = desk_in_project(config, tmp_path, paper)
        newsroom.text("watch", f"{paper.base}/lock-2001")
        rights = asyncio.run(state(newsroom.source)).rights
        assert {name: rights[name] for name in ("pages", "noarchive", "tdm_reservation")} == {
            "pages": 1, "noarchive": 1, "tdm_reservation": 1,
        }  # fmt: skip
        assert not any("tdmrep" in path for path in paper.requested)
