"""What crawls make of articles that were erased by order: nothing, or no edit."""

from __future__ import annotations

from newscrawl.items import Cause, Outcome, State, article_id
from newscrawl.store import Store
from newscrawl.store.erasure import Order, What, erase
from newscrawl.store.verify import verify
from tests.store.erasable import found

from .checked_article import START, URL, CheckedArticle

KEY = article_id("paper", "9")


def page(detail: str) -> bytes:
    text = (
        "The quarry above the village opens again after nine years, the council said on Monday evening.",
        f"Its owner named {detail} as the first buyer of the stone, and would not say for how much.",
        "Forty people find work there; the road is to be widened before the first lorries come.",
    )
    body = "".join(f"<p>{paragraph}</p>" for paragraph in text)
    return f"<html lang=en><body><article><h1>Quarry opens again</h1>{body}</article></body></html>".encode()


async def erase_(store: Store, what: What, number: int | None = None) -> None:
    await erase(store.db, Order(KEY, "paper", what, number, "court order 14/26", "clerk", START))


async def test_a_page_of_an_erased_article_leaves_nothing(store: Store) -> None:
    checked = CheckedArticle(store)
    await checked.check(page("Zyxwort"))
    await store.write_check_log()
    await erase_(store, What.ARTICLE)
    recorded = await checked.check(page("Zyxwort again"))
    assert (recorded.outcome, recorded.reason) == (Outcome.SUPERSEDED, "the article was erased by order")
    await store.write_check_log()
    assert await found(store, "Zyxwort", URL, "Quarry opens") == set()
    assert len(await checked.versions()) == 1
    report = await verify(store)
    assert (report.problems, report.orphans) == ((), ())


async def test_the_page_after_an_erased_version_is_no_edit(store: Store) -> None:
    checked = CheckedArticle(store)
    await checked.check(page("Zyxwort"))
    await checked.check(page("a builder"))
    await erase_(store, What.VERSION, 2)
    head = await store.head(KEY)
    assert head is not None
    assert (head.state, head.headline) == (State.RETIRED, "Quarry opens again")
    recorded = await checked.check(page("a mason"))
    assert (recorded.outcome, recorded.reason) == (Outcome.REBASED, "the version before was erased by order")
    versions = await checked.versions()
    assert [version.cause for version in versions] == [Cause.FIRST, Cause.EDIT, Cause.REBASE]
    assert (await checked.check(page("a mayor"))).outcome is Outcome.CHANGED
    assert (await verify(store)).problems == ()
