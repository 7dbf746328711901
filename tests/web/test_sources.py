"""The table of sources: its figures, their order, and what is printed of few articles."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from lxml import html

from newscrawl.humanize import rounded_duration
from newscrawl.items import SourceState, State
from newscrawl.store import held_versions, takedowns
from newscrawl.store.reader import Reader, SourceRow
from newscrawl.web.source_rows import Column, Direction, Share, in_order
from tests.web.press import BRIDGE, LEDE, NOW, Draft, Press, add_sources

COUNTS = "changed deleted edits unnoted corrections published retracted first_changes promised kept"
NONE = dict.fromkeys(COUNTS.split(), 0)


def row(name: str, sampled: int, **counts: int) -> SourceRow:
    return SourceRow(
        **{"source": name, "publisher": name, "articles": sampled, "is_articles_capped": False, "sampled": sampled,
           "median_first_change_hours": None, **NONE, **counts}
    )  # fmt: skip


async def test_figures_of_a_source_are_counted(reader: Reader, press: Press, bridge: str) -> None:
    await press.publish("gone", [Draft(1, "A ferry", [LEDE])], head={"state": State.GONE})
    late = {"next_check_at": NOW - timedelta(days=3)}
    await press.publish("late", [Draft(2, "A fair", [LEDE]), Draft(7, "A fair opens", [LEDE])], head=late)
    [found] = await reader.source_table.rows(NOW)
    assert (found.source, found.publisher, found.articles) == ("harbour", "The Harbour Gazette", 3)
    assert (found.changed, found.deleted, found.sampled) == (2, 1, 3)
    assert (found.edits, found.published, found.retracted) == (3, 3, 0)
    assert found.median_first_change_hours == 4.0  # 3 hours and 5
    assert (found.kept, found.promised) == (1, 2)


async def test_retracted_edits_count_as_our_errors_alone(reader: Reader, press: Press, bridge: str) -> None:
    await held_versions.retract(press.store.db, bridge, 2, reason="an advertisement", by="editor", at=NOW)
    [found] = await reader.source_table.rows(NOW)
    assert (found.edits, found.published, found.retracted) == (1, 2, 1)


async def test_the_number_of_queries_does_not_depend_on_the_number_of_sources(press: Press, reader: Reader) -> None:
    await press.publish("swing-bridge-2026", BRIDGE)
    db, counts = press.store.db, []
    for names in ([], [f"paper{n}" for n in range(30)]):
        if names:
            await add_sources(press.store, names)
        for name in ("articles", "versions"):  # plans that other tests' articles were best read by
            await db.command("planCacheClear", name)
        await db.command("profile", 2)
        found = await reader.source_table.rows(NOW)
        await db.command("profile", 0)
        assert len(found) == 1 + len(names)
        commands = await db["system.profile"].find({"op": "command", "command.aggregate": "articles"}).to_list()
        counts.append(len(commands))
        # By indexes alone: documents are read as far as they are counted, and none is sorted.
        assert sum(each["docsExamined"] for each in commands) <= 8 * len(found)
        assert not any(each.get("hasSortStage") for each in commands)
        await db.drop_collection("system.profile")
    assert counts == [1, 1]


def test_a_figure_of_few_articles_comes_last_and_is_no_share() -> None:
    rows = [row("a", 3, changed=3), row("b", 100, changed=20), row("c", 100, changed=40), row("d", 0)]
    assert [r.source for r in in_order(rows, Column.CHANGED, None)] == ["c", "b", "a", "d"]
    assert [r.source for r in in_order(rows, Column.CHANGED, Direction.UP)] == ["b", "c", "a", "d"]
    assert [r.source for r in in_order(rows, Column.NAME, None)] == ["a", "b", "c", "d"]
    assert [r.source for r in in_order(rows, Column.ARTICLES, None)] == ["b", "c", "a", "d"]
    assert Share(3, 3).is_of_few
    assert (Share(1, 200).per_cent, Share(199, 200).per_cent, Share(5, 20).per_cent) == ("<1 %", "99 %", "25 %")


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(minutes=40), "40 minutes"),
        (timedelta(hours=5), "5 hours"),
        (timedelta(days=3), "3 days"),
        (timedelta(days=400), "13 months"),
        (timedelta(minutes=2_302_920), "4 years"),
    ],
)
def test_durations_have_the_unit_that_people_use(duration: timedelta, text: str) -> None:
    assert rounded_duration(duration) == text


async def test_each_column_is_a_link_that_sorts_and_turns_round(client: httpx.AsyncClient, bridge: str) -> None:
    page = html.fromstring((await client.get("/sources")).text)
    links = [a.get("href") for a in page.cssselect("table.sources thead a")]
    assert links == ["/sources?order=down", *(f"/sources?sort={column.value}" for column in list(Column)[1:])]
    for link in links:
        sorted_page = html.fromstring((await client.get(link)).text)
        [header] = sorted_page.cssselect("[aria-sort]")
        assert header.get("aria-sort") == "descending"
    assert (await client.get("/sources?sort=first_change&order=up")).status_code == 200
    assert (await client.get("/sources?sort=nothing")).status_code == 400
    cells = {td.get("data-label"): td.text_content() for td in page.cssselect("table.sources tbody td")}
    assert cells["Changed"] == "1 of 1"
    assert cells["First change"] == "3 hours of 1"


async def test_the_api_has_the_table(client: httpx.AsyncClient, bridge: str) -> None:
    listed = (await client.get("/api/v1/sources?sort=changed")).json()["items"]
    assert [(each["source"], each["changed"], each["sampled"]) for each in listed] == [("harbour", 1, 1)]


async def test_what_is_hidden_is_not_counted(client: httpx.AsyncClient, press: Press, bridge: str) -> None:
    key = await press.publish("secret", [Draft(1, "A ferry", [LEDE]), Draft(2, "A ferry sank", [LEDE])])
    before = (await client.get("/api/v1/sources")).json()["items"][0]
    await takedowns.hide(press.store.db, bridge, 2, reason="order", by="editor", at=NOW)
    await takedowns.hide(press.store.db, key, None, reason="order", by="editor", at=NOW)
    after = (await client.get("/api/v1/sources")).json()["items"][0]
    names = ("articles", "sampled", "changed", "edits")
    assert [before[name] for name in names] == [2, 2, 2, 3]
    assert [after[name] for name in names] == [1, 1, 1, 0]  # the edit after the hidden one would show what that was


async def test_changes_per_month_leave_out_what_is_retracted_or_hidden(
    reader: Reader, press: Press, bridge: str
) -> None:
    year = 365 * 24
    older = await press.publish("older", [Draft(-year, "A", [LEDE]), Draft(1 - year, "B", [LEDE])])
    secret = await press.publish("secret", [Draft(0, "C", [LEDE]), Draft(1, "D", [LEDE])])
    months = dict((await reader.sources.profile("harbour", NOW)).months)
    assert [(f"{month:%b %Y}", count) for month, count in months.items() if count] == [("Mar 2025", 1), ("Mar 2026", 3)]
    assert len(months) == 13
    await takedowns.hide(press.store.db, secret, None, reason="order", by="editor", at=NOW)
    await held_versions.retract(press.store.db, bridge, 2, reason="ours", by="editor", at=NOW)
    await takedowns.hide(press.store.db, older, 2, reason="order", by="editor", at=NOW)
    months = dict((await reader.sources.profile("harbour", NOW)).months)
    assert [(f"{month:%b %Y}", count) for month, count in months.items()] == [("Mar 2026", 1)]


async def test_plots_have_years_people_s_units_and_words(client: httpx.AsyncClient, press: Press, bridge: str) -> None:
    await press.publish("older", [Draft(-900 * 24, "A", [LEDE]), Draft(-899 * 24, "B", [LEDE])])
    page = html.fromstring((await client.get("/source/harbour")).text)
    monthly, daily, delays = page.cssselect("svg.plot")
    assert monthly.get("aria-label") == "Changes per month: September 2023 1, March 2026 2"
    assert [text.text for text in monthly.cssselect("text")][1:] == ["Jan 2024", "Jul 2024", "Jan 2025", "Jul 2025",
                                                                     "Jan 2026"]  # fmt: skip
    assert all("2026" in text.text for text in daily.cssselect("text")[1:])
    assert delays.get("aria-label").endswith("first change: 1–6 hours 1")


async def test_rights_of_publishers_are_on_the_pages_and_in_the_api(
    client: httpx.AsyncClient, press: Press, bridge: str
) -> None:
    rights = {"at": NOW, "pages": 40, "noarchive": 1, "tdm_reservation": 39}
    await press.store.save_source_state(SourceState("harbour", rights=rights), only=["rights"])
    page = html.fromstring((await client.get("/source/harbour")).text).text_content()
    assert "1 page of 40 states “noarchive”; 39 pages of 40 state that text and data mining is reserved" in page
    method = html.fromstring((await client.get("/method")).text).text_content()
    assert "noarchive on 1 of 40 pages, mining reserved on 39 of 40 pages" in method
    [row] = (await client.get("/api/v1/sources")).json()["items"]
    profile = (await client.get("/api/v1/sources/harbour")).json()
    stated = {name: value for name, value in rights.items() if name != "at"}
    assert stated.items() <= row["rights"].items()
    assert profile["rights"] == row["rights"]


async def test_a_source_without_a_crawl_says_that_its_rights_are_unknown(
    client: httpx.AsyncClient, bridge: str
) -> None:
    assert "nothing is known yet" in (await client.get("/source/harbour")).text
