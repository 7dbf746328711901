"""What a page does not show is not removed; what it shows for the first time is not added by the newspaper."""

from __future__ import annotations

import pytest

from newscrawl.items import Cause, Outcome
from newscrawl.store import Store
from tests.history.checked_article import CheckedArticle

DAYS = ("On Monday", "On Tuesday", "By Wednesday", "On Thursday", "By Friday", "On Saturday", "On Sunday")
TEXT = tuple(
    f"{day} the harbour office counted {number * 17} boats at the northern mole and wrote each of them down, with the "
    f"name of the boat, that of her owner, and the port that she had come from, as it has done for {number} years. "
    f"The lists are kept in the tower above the gate; they may be read from {number} to {number + 4} o'clock."
    for number, day in enumerate(DAYS, start=3)
)
WALL = "<div class='paywall'>Subscribe to continue reading. Already a subscriber? Log in.</div>"
LOCKED = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'
LIVE = '<script type="application/ld+json">{"@type": "LiveBlogPosting", "headline": "Boats"}</script>'


def page(*text: str, head: str = "", behind: str = "") -> bytes:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in text)
    return (
        f"<!doctype html><html lang=en><head><title>Boats counted</title>{head}</head><body><article>"
        f"<h1>Boats counted at the mole</h1><div>{body}{behind}</div></article></body></html>"
    ).encode()


def cut(*text: str) -> bytes:
    return page(*text, head=LOCKED, behind=WALL)


def edited(number: int) -> tuple[str, ...]:
    return (*TEXT[:number], TEXT[number].replace("each of them", "all of them"), *TEXT[number + 1 :])


@pytest.fixture
def checked(store: Store) -> CheckedArticle:
    return CheckedArticle(store)


@pytest.mark.parametrize(
    "teaser",
    [
        cut(*TEXT[:3]),
        page(*TEXT[:2], TEXT[2][:120] + "…", head=LOCKED),
        page(*TEXT[:2], head=LOCKED),
        page(*TEXT[:3], "Subscribe to read on, from two crowns a week, and cancel any time.", head=LOCKED, behind=WALL),
        page(*TEXT[:4], behind="<a href='?page=2'>2</a> <a href='/2026/03/quarry-9?page=2'>Next</a>"),
    ],
    ids=["paragraphs", "within a sentence", "much less of a locked page", "with an offer", "first page"],
)
async def test_text_that_a_page_stops_showing_is_not_removed(checked: CheckedArticle, teaser: bytes) -> None:
    outcomes = await checked.outcomes(page(*TEXT), teaser, teaser, page(*TEXT), teaser)
    assert outcomes == ["new", *["unchanged"] * 4]
    assert len(await checked.versions()) == 1


async def test_edit_of_the_shown_part_is_one_and_keeps_the_rest(checked: CheckedArticle) -> None:
    new = edited(1)
    assert await checked.outcomes(page(*TEXT), cut(*new[:3]), cut(*new[:3])) == ["new", "changed", "unchanged"]
    edit = (await checked.versions())[-1]
    assert (edit.change.words_added, edit.change.words_removed, edit.change.paragraphs_removed) == (1, 1, 0)
    assert (edit.article.paragraphs, edit.article.carried, edit.article.shown) == (new, 4, "cut")
    assert (await checked.check(page(*new))).outcome is Outcome.UNCHANGED


async def test_edit_of_the_hidden_part_is_found_when_it_is_shown_again(checked: CheckedArticle) -> None:
    await checked.outcomes(page(*TEXT), cut(*edited(1)[:3]))
    both = (*edited(1)[:5], edited(5)[5], TEXT[6])
    assert (await checked.check(page(*both))).outcome is Outcome.CHANGED
    edit = (await checked.versions())[-1]
    assert (edit.change.paragraphs_edited, edit.change.paragraphs_added, edit.article.carried) == (1, 0, 0)


async def test_text_that_is_shown_for_the_first_time_is_not_added(checked: CheckedArticle) -> None:
    assert await checked.outcomes(cut(*TEXT[:3]), page(*TEXT), page(*TEXT)) == ["new", "rebased", "unchanged"]
    assert [version.cause for version in await checked.versions()] == [Cause.FIRST, Cause.REBASE]


async def test_edit_beside_text_that_is_shown_for_the_first_time_is_told_alone(checked: CheckedArticle) -> None:
    assert await checked.outcomes(cut(*TEXT[:3]), page(*edited(1))) == ["new", "changed"]
    versions = await checked.versions()
    assert [version.cause for version in versions] == [Cause.FIRST, Cause.REBASE, Cause.EDIT]
    assert (versions[-1].change.words_added, versions[-1].change.paragraphs_added) == (1, 0)


async def test_teaser_with_another_text_never_becomes_a_version(checked: CheckedArticle) -> None:
    other = cut("Boats were counted, and you can find out how many: support the paper that counts what counts.")
    assert await checked.outcomes(page(*TEXT), other, other, other) == ["new", *["quarantined"] * 3]
    assert len(await checked.versions()) == 1


async def test_true_removal_from_a_locked_site_is_an_edit(checked: CheckedArticle) -> None:
    """A site that shows all, and says on every page that it is for subscribers."""
    assert await checked.outcomes(page(*TEXT, head=LOCKED), page(*TEXT[:6], head=LOCKED)) == ["new", "changed"]


async def test_removal_between_two_cut_pages_is_an_edit(checked: CheckedArticle) -> None:
    assert await checked.outcomes(cut(*TEXT[:4]), cut(*TEXT[:3])) == ["new", "changed"]


async def test_entries_that_leave_the_window_of_a_live_blog_are_not_removed(checked: CheckedArticle) -> None:
    newest_first = TEXT[::-1]
    windows = [page(*newest_first[start : start + 4], head=LIVE) for start in (3, 2, 0)]
    assert await checked.outcomes(*windows) == ["new", "changed", "changed"]
    versions = await checked.versions()
    assert versions[-1].article.paragraphs == newest_first
    assert [version.change.paragraphs_removed for version in versions] == [0, 0, 0]
    assert [version.article.carried for version in versions] == [0, 1, 3]


async def test_entry_that_vanishes_within_the_window_is_removed(checked: CheckedArticle) -> None:
    newest_first = TEXT[::-1]
    without = (*newest_first[:2], *newest_first[3:])
    assert await checked.outcomes(page(*newest_first, head=LIVE), page(*without, head=LIVE)) == ["new", "changed"]
    assert (await checked.versions())[-1].change.paragraphs_removed == 1
