from newscrawl.store import Store


async def test_an_empty_store_knows_no_article(store: Store) -> None:
    assert await store.head("aaaaaaaaaaaaaaaa") is None
