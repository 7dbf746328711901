"""Pages with the bytes of the newest check: unchanged without being read, and read again where that is not sure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from newscrawl.extract import Rules
from newscrawl.frontier import SourcePolicy
from newscrawl.history import History, MassChanges
from newscrawl.history.identical import is_identical, may_have_same_containers
from newscrawl.items import AlarmKind, Capture, Head, IdenticalPage, Outcome, RecordedItem, State, article_id
from newscrawl.reading import PageReader
from newscrawl.recheck import policy
from newscrawl.store import Store
from newscrawl.store.claimed_heads import ClaimedHeads

from .checked_article import SOURCE, START, URL, CheckedArticle

TERM = timedelta(minutes=15)
STAMP = PageReader(SOURCE).stamp
KEY = article_id("paper", "9")
TEXT = (
    "<p>The quarry at Sandholm closes in June, its owner said, after ninety years of work.</p>"
    "<p>Four hundred people are employed there, most of them from the villages around the lake.</p>"
    "<p>A spokesman for the county said that new tenants were being looked for, and that talks had begun.</p>"
    "<p>The union called the news a shock and demanded a meeting with the owner before the summer.</p>"
)


class Layout(Rules):
    match = "article"
    body = "article"


LAID_OUT = PageReader(SOURCE, (Layout,))


def page(*, teaser: str = "one", text: str = TEXT) -> bytes:
    return (
        f"<!doctype html><html lang=en><head><title>Quarry closes</title></head><body><aside>{teaser}</aside>"
        f"<article><h1>Quarry closes</h1>{text}</article></body></html>"
    ).encode()


def capture(body: bytes, *, content_type: str = "", url: str = URL) -> Capture:
    headers = (("content-type", content_type),) if content_type else ()
    return Capture(url, url, 200, headers, body, START + timedelta(hours=9))


async def head_of_checked(store: Store, *bodies: bytes) -> Head:
    await CheckedArticle(store).outcomes(*bodies)
    head = await store.head(KEY)
    assert head is not None
    return head


async def test_the_bytes_of_the_newest_check_are_known_also_if_the_version_has_others(store: Store) -> None:
    head = await head_of_checked(store, page(teaser="one"), page(teaser="two"))
    assert head.number == 1
    assert is_identical(head, capture(page(teaser="two")), STAMP)
    assert not is_identical(head, capture(page(teaser="one")), STAMP)


async def test_other_rules_another_charset_or_another_url_mean_that_the_page_is_read(store: Store) -> None:
    head = await head_of_checked(store, page())
    assert is_identical(head, capture(page()), STAMP)
    assert not is_identical(head, capture(page()), f"{STAMP}0")
    assert not is_identical(head, capture(page(), content_type="text/html; charset=koi8-r"), STAMP)
    assert not is_identical(head, capture(page(), url=f"{URL}-moved"), STAMP)


async def test_every_eighth_check_reads_the_page(store: Store) -> None:
    head = await head_of_checked(store, page())
    counts = [replace(head, check_history=replace(head.check_history, checks=checks)) for checks in range(16)]
    assert [n for n, each in enumerate(counts) if not is_identical(each, capture(page()), STAMP)] == [7, 15]


async def test_after_a_doubt_the_page_is_read(store: Store) -> None:
    head = await head_of_checked(store, page())
    failed = replace(head, check_history=replace(head.check_history, failures=1))
    for doubted in (failed, replace(head, gone_seen_at=START), replace(head, state=State.GONE)):
        assert not is_identical(doubted, capture(page()), STAMP)


async def check_identical(
    store: Store, head: Head, claimed: ClaimedHeads, *, lease: int, teaser: str = "one", containers: str = ""
) -> RecordedItem:
    changes = MassChanges(store, "paper", timedelta(hours=2))
    recheck = SourcePolicy("paper", policy("sniffer"))
    reader = PageReader(SOURCE, (Layout,) if containers else ())
    history = History(store, reader, recheck, changes, claimed_heads=claimed)
    identical = IdenticalPage("paper", head.article_id, head.guid, capture(page(teaser=teaser)), lease, containers)
    return await history.append(await history.judge(identical))


async def test_an_identical_page_counts_as_an_unchanged_check(store: Store) -> None:
    await head_of_checked(store, page())
    claimed = ClaimedHeads()
    heads = await store.claim_due("paper", START + timedelta(days=1), 1, "run", term=TERM)
    claimed.claimed(heads)
    recorded = await check_identical(store, heads[0], claimed, lease=heads[0].lease)
    assert (recorded.outcome, recorded.reason, recorded.number) == (Outcome.UNCHANGED, "identical bytes", 1)
    after = await store.head(KEY)
    assert after is not None
    assert after.check_history.checks == 2
    assert after.check_history.unchanged_streak == 1


async def test_if_another_process_appended_meanwhile_the_page_is_read_after_all(store: Store) -> None:
    await head_of_checked(store, page())
    claimed = ClaimedHeads()
    [head] = await store.claim_due("paper", START + timedelta(days=1), 1, "run", term=TERM)
    claimed.claimed([head])
    edited = page(text=TEXT.replace("June", "July"))
    assert (
        await CheckedArticle(store, hour=5).check(edited)
    ).outcome is Outcome.CHANGED  # a version 2 that the claimed head does not know
    recorded = await check_identical(store, head, claimed, lease=head.lease)
    assert recorded.outcome is Outcome.REVERTED
    assert [version.number for version in await store.versions(KEY)] == [1, 2, 3]


def containers(body: bytes) -> str:
    parsed = LAID_OUT.page(capture(body))
    assert parsed is not None
    found = LAID_OUT.containers(parsed)
    return found.digest if found else ""


async def laid_out(store: Store, *bodies: bytes) -> Head:
    await CheckedArticle(store, layouts=(Layout,)).outcomes(*bodies)
    head = await store.head(KEY)
    assert head is not None
    return head


async def test_a_page_with_other_surroundings_is_known_by_what_its_text_was_read_from(store: Store) -> None:
    head = await laid_out(store, page())
    assert head.containers_digest == containers(page()) == containers(page(teaser="two")) != ""
    assert containers(page(text=TEXT.replace("June", "July"))) != head.containers_digest
    recorded = await check_identical(
        store, head, ClaimedHeads(), lease=0, teaser="two", containers=head.containers_digest
    )
    assert (recorded.outcome, recorded.reason) == (Outcome.UNCHANGED, "identical containers")


async def test_containers_are_compared_where_bytes_would_be_and_not_under_other_rules(store: Store) -> None:
    head = await laid_out(store, page())
    history = head.check_history
    assert may_have_same_containers(head, LAID_OUT.stamp)
    assert not may_have_same_containers(head, STAMP)
    counts = [replace(head, check_history=replace(history, checks=checks)) for checks in range(16)]
    assert [n for n, each in enumerate(counts) if not may_have_same_containers(each, LAID_OUT.stamp)] == [7, 15]
    failed = replace(head, check_history=replace(history, failures=1))
    for doubted in (failed, replace(head, gone_seen_at=START), replace(head, state=State.GONE)):
        assert not may_have_same_containers(doubted, LAID_OUT.stamp)


async def test_if_another_process_appended_meanwhile_a_page_with_known_containers_is_read(store: Store) -> None:
    head = await laid_out(store, page())
    edited = page(text=TEXT.replace("June", "July"))
    await CheckedArticle(store, layouts=(Layout,), hour=5).check(edited)
    recorded = await check_identical(store, head, ClaimedHeads(), lease=0, containers=head.containers_digest)
    assert recorded.outcome is Outcome.REVERTED


async def test_a_disagreement_is_an_alarm_and_turns_the_shortcut_off_until_the_rules_change(store: Store) -> None:
    await laid_out(store, page())
    edited = page(text=TEXT.replace("June", "July"))
    # As if the fingerprint of the page before had not contained what the edit changed.
    await store.db.articles.update_one({"_id": KEY}, {"$set": {"head.containers": containers(edited)}})
    assert (await CheckedArticle(store, layouts=(Layout,), hour=5).check(edited)).outcome is Outcome.CHANGED
    [alarm] = await store.alarms("paper")
    assert (alarm.kind, alarm.evidence["examples"]) == (AlarmKind.CONTAINERS_MISSED, [URL])
    source_policy = await SourcePolicy.open(store, "paper", "sniffer")
    assert not source_policy.trusts_containers(LAID_OUT.stamp)
    assert source_policy.trusts_containers(f"{LAID_OUT.stamp}0")


async def test_an_edit_that_the_fingerprint_shows_is_no_disagreement(store: Store) -> None:
    await laid_out(store, page(), page(text=TEXT.replace("June", "July")), page(teaser="two"))
    assert await store.alarms("paper") == []
    assert (await SourcePolicy.open(store, "paper", "sniffer")).trusts_containers(LAID_OUT.stamp)
