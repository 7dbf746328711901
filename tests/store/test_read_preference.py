"""The read preference of the URI: it is the reader's, and a server that is no replica set has one member."""

from __future__ import annotations

from dataclasses import replace

from bson.timestamp import Timestamp
from pymongo import ReadPreference

from newscrawl.config import Config
from newscrawl.secret_text import SecretUri
from newscrawl.store import Store, visibility_generation
from newscrawl.store.reader import Reader
from newscrawl.store.reader.replicas import Replicas
from newscrawl.store.visibility_generation import Generation

from .samples import NOON, append, article, first_version


async def test_only_the_reader_prefers_secondaries(config: Config) -> None:
    assert config.mongo_uri is not None
    uri = SecretUri(f"{str.__str__(config.mongo_uri)}?readPreference=secondaryPreferred&maxStalenessSeconds=120")
    store = await Store.open(replace(config, mongo_uri=uri))
    try:
        assert store.db.read_preference == ReadPreference.PRIMARY
        assert store.reader_preference == "secondaryPreferred, at most 120 s behind"
    finally:
        await store.close()


async def test_the_primary_is_preferred_unless_the_uri_says_otherwise(store: Store) -> None:
    assert store.reader_preference == ""


async def test_a_server_that_is_no_replica_set_is_read_whatever_is_preferred(config: Config, store: Store) -> None:
    assert config.mongo_uri is not None
    head = await append(store, first_version(article()), next_check_at=NOON)
    uri = SecretUri(f"{str.__str__(config.mongo_uri)}?readPreference=secondary")
    reader = await Reader.open(replace(config, mongo_uri=uri))
    try:
        await reader.taken_down()
        assert (await reader.articles.article(head.article_id)).article_id == head.article_id
        assert not reader.replicas.is_replicated
    finally:
        await reader.close()


async def test_decisions_and_takedowns_are_counted_apart(store: Store) -> None:
    before = await visibility_generation.current(store.db)
    await visibility_generation.decided(store.db)
    await visibility_generation.advance(store.db, NOON)
    after = await visibility_generation.current(store.db)
    assert (after.number, after.decisions) == (before.number + 1, before.decisions + 1)


def moment_of(replicas: Replicas) -> object:
    return replicas.db.read_concern.document.get("afterClusterTime")


async def test_texts_are_never_read_as_of_an_earlier_moment_than_before(store: Store) -> None:
    replicas = Replicas(store.db, ReadPreference.SECONDARY)
    steps = [
        (Generation(1), Timestamp(100, 1), Timestamp(100, 1)),
        (Generation(1), Timestamp(200, 1), Timestamp(100, 1)),  # nothing was decided since
        (Generation(0), Timestamp(90, 1), Timestamp(100, 1)),  # an answer that was overtaken
        (Generation(2), Timestamp(300, 1), Timestamp(300, 1)),
        (Generation(2, decisions=1), Timestamp(400, 1), Timestamp(400, 1)),
    ]
    for found, at, expected in steps:
        replicas.note(found, at)
        assert moment_of(replicas) == expected
    assert replicas.db.read_preference == ReadPreference.SECONDARY
    replicas.rest()
    assert (replicas.db.read_preference, moment_of(replicas)) == (ReadPreference.PRIMARY, None)
