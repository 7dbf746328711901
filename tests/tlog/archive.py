"""An archive with a transparency log, in a real MongoDB, for the tests of the log."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from newscrawl.config import Config
from newscrawl.items import Version
from newscrawl.jobs import log_keys
from newscrawl.jobs.log_appending import Appended, append
from newscrawl.store import Store, chain_of
from tests.store import samples
from tests.store.samples import HOUR, NOON, article, first_version, next_version

NAME = "archive.example/log"


async def record(store: Store, guid: str, count: int = 1, *, is_of_0_1: bool = False) -> Version:
    """Record an article of some versions; return the last. `is_of_0_1`: their chains cover the texts themselves."""
    version: Version | None = None
    for number in range(count):
        text, at = article(guid, f"Wording {number} of {guid}.", "The lamp went out."), NOON + number * HOUR
        following = first_version(text, at) if version is None else next_version(version, text, at)
        if is_of_0_1:
            following = replace(following, salt=b"")
            following = replace(following, chain=chain_of(version.chain if version else "", following))
        await samples.append(store, following)
        version = following
    assert version is not None
    return version


async def with_log(store: Store, config: Config, *, articles: int = 3, versions: int = 2) -> Appended:
    """Record articles and begin the log with them."""
    for number in range(articles):
        await record(store, f"article-{number}", versions)
    return await write_log(store, config)


async def write_log_once(store: Store, config: Config) -> Appended:
    """Write the log of an archive with a key that nobody has afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        return await write_log(store, replace(config, log_key_file=Path(folder) / "log.key"))


async def write_log(store: Store, config: Config) -> Appended:
    """Begin the log of an archive with what it has."""
    await log_keys.create(store, config, NAME)
    return await append(store, config)
