"""Like is compared with like: two texts are compared only as the same readers read them, also if a layout is lost."""

from __future__ import annotations

import json

import pytest

from newscrawl.extract import Rules
from newscrawl.items import Cause, Outcome
from newscrawl.store import Store
from tests.history.checked_article import START, CheckedArticle

TEXT = (
    "The quarry above Lindholm closes in the autumn after ninety years, its owners told the parish on Friday.",
    "Thirty-one people work there; most of them live within a mile of the gate, and some are the third generation.",
    "Stone from the upper terrace built the cathedral, both bridges and the wall along the southern harbour.",
    "The owners will flood the lower pit and leave the upper terrace to climbers, if the county agrees in June.",
    "A fund of two million crowns is to pay for courses, and for the bus to the smelter at Ramsund until 2028.",
)
EDITED = (*TEXT[:3], TEXT[3].replace("in June", "in July"), TEXT[4])
NOTES = tuple(f"Terrace {n}: {n * 37} tonnes, foreman on duty at gate {n}, rest at noon." for n in range(1, 5))


class Layout(Rules):
    body = "div.story"


class LayoutWithNotes(Rules):
    """Reads much that generic reading leaves out."""

    body = "div.story, footer.notes"
    keep = "footer.notes"


class LayoutWithState(Rules):
    body = ("json:#state:body", "div.story")


def page(
    text: tuple[str, ...] = TEXT,
    *,
    name: str = "story",
    notes: bool = False,
    h1: bool = True,
    ld: tuple[str, ...] = (),
    state: tuple[str, ...] = (),
    title: str = "Quarry above Lindholm closes",
) -> bytes:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in text)
    footer = "<footer class=notes>" + "".join(f"<p>{note}</p>" for note in NOTES) + "</footer>"
    headline = "<h1>Quarry closes after ninety years</h1>" if h1 else ""
    linked = json.dumps({"@type": "NewsArticle", "headline": title, "articleBody": "\n".join(ld)})
    scripts = f"<script type='application/ld+json'>{linked}</script>" if ld else ""
    scripts += f"<script type='application/json' id=state>{json.dumps({'body': state})}</script>" if state else ""
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title>{scripts}</head><body>"
        f"<article>{headline}<div class={name}>{body}</div>{footer if notes else ''}</article></body></html>"
    ).encode()


@pytest.fixture
def checked(store: Store) -> CheckedArticle:
    return CheckedArticle(store, (Layout,))


async def test_stamp_names_the_readers(checked: CheckedArticle) -> None:
    await checked.check(page())
    (version,) = await checked.versions()
    assert version.article.stamp.endswith("-Layout/tree/tree")


async def test_redesign_that_generic_reading_reads_is_judged_by_it(checked: CheckedArticle) -> None:
    redesigned = page(EDITED, name="redesign")
    assert await checked.outcomes(page(), page(name="redesign"), redesigned, redesigned) == [
        "new", "unchanged", "changed", "unchanged",
    ]  # fmt: skip
    first, edit = await checked.versions()
    assert (first.article.rules, edit.article.rules) == ("Layout", "generic")
    assert (edit.change.words_added, edit.change.words_removed) == (1, 1)


async def test_text_that_the_layout_read_otherwise_is_rebased_before_the_edit(checked: CheckedArticle) -> None:
    """Generic reading leaves out a line that the layout keeps: that line is no edit."""

    class LayoutWithLine(Rules):
        body = "div.story, nav"
        keep = "nav"

    checked.layouts = (LayoutWithLine,)
    old = page().replace(b"</article>", b"<nav><a href=/x>More</a> stone</nav></article>")
    assert await checked.outcomes(old, page(EDITED, name="redesign")) == ["new", "changed"]
    versions = await checked.versions()
    assert [version.cause for version in versions] == [Cause.FIRST, Cause.REBASE, Cause.EDIT]
    assert (versions[-1].change.words_added, versions[-1].change.paragraphs_removed) == (1, 0)


async def test_lost_layout_is_quarantined_until_a_person_confirms(checked: CheckedArticle) -> None:
    checked.layouts = (LayoutWithNotes,)
    lost = page(EDITED, name="redesign")
    assert await checked.outcomes(page(notes=True), lost, lost) == ["new", "quarantined", "quarantined"]
    assert len(await checked.versions()) == 1
    (entry,) = await checked.store.quarantined(source="paper")
    assert (entry["kind"], entry["seen"]) == ("layout_lost", 2)
    assert await checked.store.confirm(entry["_id"], by="editor", at=START)
    assert (await checked.check(lost)).outcome is Outcome.REBASED
    assert [version.cause for version in await checked.versions()][-1] is Cause.REBASE
    assert (await checked.check(lost)).outcome is Outcome.UNCHANGED


async def test_paragraphs_that_no_rule_tells_apart_any_more_are_no_edit(checked: CheckedArticle) -> None:
    """A redesign to adjacent inline elements, which generic reading takes for one paragraph."""
    spans = "".join(f"<span class=q>{paragraph}</span>" for paragraph in TEXT).encode()
    redesigned = page((), name="x9").replace(b"<div class=x9></div>", b"<div class=x9>" + spans + b"</div>")
    assert await checked.outcomes(page(), redesigned, redesigned) == ["new", "quarantined", "quarantined"]
    (entry,) = await checked.store.quarantined(source="paper")
    assert (entry["kind"], len(await checked.versions())) == ("layout_lost", 1)

    class Layout2027(Rules):
        match = "div.x9"
        body = "div.x9 > span.q"

    checked.layouts = (Layout2027, Layout)
    assert (await checked.check(redesigned)).outcome in {Outcome.UNCHANGED, Outcome.REBASED}
    assert Cause.EDIT not in [version.cause for version in await checked.versions()]


async def test_new_rule_ends_the_wait_of_a_lost_layout(checked: CheckedArticle) -> None:
    checked.layouts = (LayoutWithNotes,)
    lost = page(EDITED, name="redesign", notes=True)
    assert await checked.outcomes(page(notes=True), lost) == ["new", "quarantined"]

    class Layout2026(LayoutWithNotes):
        match = "div.redesign"
        body = "div.redesign, footer.notes"

    checked.layouts = (Layout2026, LayoutWithNotes)
    assert (await checked.check(lost)).outcome is Outcome.CHANGED
    assert (await checked.versions())[-1].change.words_added == 1
    assert await checked.store.quarantined(source="paper") == []


async def test_same_words_by_other_readers_are_no_edit(checked: CheckedArticle) -> None:
    checked.layouts = (LayoutWithState, Layout)
    bodies = (page(state=TEXT), page(), page(name="redesign"), page(state=TEXT))
    assert await checked.outcomes(*bodies) == ["new", "unchanged", "unchanged", "unchanged"]


async def test_matching_layout_without_text_passes_on(checked: CheckedArticle) -> None:
    class Empty(Rules):
        match = "article"
        body = "div.gone"

    checked.layouts = (Empty, Layout)
    await checked.check(page())
    checked.layouts = (Empty,)
    assert (await checked.check(page())).outcome is Outcome.UNCHANGED
    assert [version.article.rules for version in await checked.versions()] == ["Layout"]


async def test_headline_from_metadata_is_compared_with_that_of_the_old_page(checked: CheckedArticle) -> None:
    """A page that loses its h1 is read by the headline that both captures state."""
    assert await checked.outcomes(page(), page(h1=False)) == ["new", "unchanged"]
    renamed = page(h1=False, title="Quarry above Lindholm to close in October")
    assert (await checked.check(renamed)).outcome is Outcome.CHANGED


async def test_structured_text_is_compared_with_the_structured_text_of_the_old_page(checked: CheckedArticle) -> None:
    """Of a page cut by a script only JSON-LD has the whole text, there with a line that the tree does not show."""
    checked.layouts = ()
    stated = (*TEXT, "Helmets are compulsory.")
    cut = page(TEXT[:1], ld=stated)
    assert await checked.outcomes(page(ld=stated), cut) == ["new", "unchanged"]
    changed = page(EDITED[:1], ld=(*EDITED, stated[-1]))
    assert (await checked.check(changed)).outcome is Outcome.CHANGED
    assert (await checked.versions())[-1].change.words_added == 1


async def test_old_page_without_structured_text_makes_no_edit_of_a_cut_page(checked: CheckedArticle) -> None:
    checked.layouts = ()
    cut = page(TEXT[:1], ld=(*TEXT, "Climbers will be asked to wear helmets."))
    assert await checked.outcomes(page(), cut, cut) == ["new", "quarantined", "quarantined"]
    assert len(await checked.versions()) == 1
