from __future__ import annotations

from newscrawl.config import Config
from newscrawl.store.session import Store


async def test_index_whose_keys_an_older_newscrawl_chose_is_made_anew(config: Config, store: Store) -> None:
    wanted = (await store.db.articles.index_information())["due"]["key"]
    await store.db.articles.drop_index("due")
    await store.db.articles.create_index([("source", 1), ("url", 1)], name="due")
    await store.db.meta.update_one({"_id": "schema"}, {"$set": {"indexes": "of an older one"}})
    opened = await Store.open(config)
    try:
        assert (await opened.db.articles.index_information())["due"]["key"] == wanted
    finally:
        await opened.close()
