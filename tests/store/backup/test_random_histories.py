"""Whatever happened to an archive, and whenever it was backed up: what is restored is what it was."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from newscrawl.config import Config
from newscrawl.errors import NewscrawlError
from newscrawl.items import Check, Outcome, Version
from newscrawl.store import Store, held_versions, takedowns
from newscrawl.store.erasure import Order, What, erase
from newscrawl.store.verify import verify
from tests.store.samples import HOUR, NOON, SOURCE, append, article, doubtful_page, first_version, next_version

from .conftest import BackUp, Restore, contents


class Scenario:
    """Random operations on a few articles."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store, self.random = store, random.Random(seed)
        self.versions: dict[str, Version] = {}
        self.at = NOON

    async def step(self) -> None:
        self.at += HOUR
        kinds = ("append", "append", "edit", "edit", "edit", "hide", "retract", "doubt", "check", "erase")
        await getattr(self, self.random.choice(kinds))()

    def any(self) -> Version | None:
        return self.random.choice(list(self.versions.values())) if self.versions else None

    def text(self) -> str:
        return f"Paragraph {self.random.random()} " * self.random.choice((1, 3, 2000))

    async def append(self) -> None:
        version = first_version(article(f"pier-{self.random.random()}", self.text()), self.at)
        await append(self.store, version)
        self.versions[version.article_id] = version

    async def edit(self) -> None:
        if version := self.any():
            following = next_version(version, article(version.article.guid, self.text()), self.at)
            await append(self.store, following)
            self.versions[version.article_id] = following

    async def hide(self) -> None:
        if version := self.any():
            number = self.random.choice((None, version.number))
            await takedowns.hide(self.store.db, version.article_id, number, reason="order", by="clerk", at=self.at)

    async def retract(self) -> None:
        if version := self.any():
            facts = {"reason": "our error", "by": "clerk", "at": self.at}
            await held_versions.retract(self.store.db, version.article_id, version.number, **facts)  # type: ignore[arg-type]

    async def doubt(self) -> None:
        if version := self.any():
            await self.store.quarantine(doubtful_page(article(version.article.guid, self.text()), self.at), "short")

    async def check(self) -> None:
        if version := self.any():
            line = Check(version.article_id, SOURCE, version.article.url, self.at, Outcome.UNCHANGED)
            await self.store.check(line)
            await self.store.write_check_log()

    async def erase(self) -> None:
        if version := self.any():
            what = self.random.choice((What.ARTICLE, What.VERSION, What.PAYLOAD))
            number = None if what is What.ARTICLE else self.random.randint(1, version.number)
            order = Order(version.article_id, SOURCE, what, number, "order 1", "clerk", self.at + timedelta(minutes=1))
            await erase(self.store.db, order)
            del self.versions[version.article_id]


@pytest.mark.parametrize("seed", range(6))
async def test_a_random_archive_is_restored_as_it_was(
    store: Store, elsewhere: Config, backup: BackUp, restored: Restore, seed: int
) -> None:
    scenario = Scenario(store, seed)
    for _ in range(4):
        for _ in range(scenario.random.randint(0, 14)):
            await scenario.step()
        await backup(keep=2)
        expected = await contents(store)
        await restored()
        other = await Store.open(elsewhere)
        found = await contents(other)
        assert (await verify(other)).problems == (await verify(store)).problems == ()
        await other.db.client.drop_database(other.db.name)
        await other.close()
        for rows in (expected["versions"], expected["events"]):
            for row in rows:
                row.pop("announce", None)
        assert found == expected


async def test_a_folder_takes_a_restored_archive_and_goes_on(
    store: Store, elsewhere: Config, backup: BackUp, restored: Restore
) -> None:
    scenario = Scenario(store, 77)
    for _ in range(10):
        await scenario.step()
    await backup()
    await restored()
    with pytest.raises(NewscrawlError, match="is not empty"):
        await restored()
