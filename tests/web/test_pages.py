"""Pages as a person gets them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from lxml import html

from newscrawl.items import Cause, State
from tests.web.press import BRIDGE, COST, HISTORY, LEDE, NIGHT, NOW, QUOTE, START, TALE, TRAFFIC, Press, Told


def text_of(page: str, query: str) -> list[str]:
    """Return the texts of a page's elements, white space folded."""
    return [" ".join(element.text_content().split()) for element in html.fromstring(page).cssselect(query)]


async def test_latest_changes_show_old_and_new_words_of_a_headline(client: httpx.AsyncClient, bridge: str) -> None:
    page = html.fromstring((await client.get("/")).text)
    first, second = page.cssselect(".entry h3 a")
    assert [first.get("href"), second.get("href")] == [f"/article/{bridge}/2/3", f"/article/{bridge}/1/2"]
    assert "a year" in second.cssselect("del")[0].text_content()
    assert "eleven months" in second.cssselect("ins")[0].text_content()


async def test_first_sightings_stand_apart_from_changes(client: httpx.AsyncClient, bridge: str) -> None:
    page = html.fromstring((await client.get("/first")).text)
    assert [link.get("href") for link in page.cssselect(".entry h3 a")] == [f"/article/{bridge}"]


async def test_a_rebase_is_no_change(client: httpx.AsyncClient, press: Press) -> None:
    key = await press.story("rebased", [BRIDGE[0], replace(BRIDGE[1], cause=Cause.REBASE)])
    assert key not in (await client.get("/")).text
    page = (await client.get(f"/article/{key}")).text
    assert "Read anew by changed rules of ours" in page
    assert "2 versions, 0 changes by the newspaper" in page


async def test_a_held_version_is_marked_on_its_article_and_nowhere_else(
    client: httpx.AsyncClient, press: Press
) -> None:
    key = await press.story("held", [BRIDGE[0], replace(BRIDGE[1], is_held=True)])
    assert "Held for review" in (await client.get(f"/article/{key}")).text
    for path in ("/", "/changes.atom", f"/article/{key}/changes.rss", "/search?q=5.6+million", "/api/v1/changes"):
        answer = await client.get(path)
        assert f"{key}/1/2" not in answer.text
        assert f"{key}/2" not in answer.text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", True),
        ("source=harbour", True),
        ("source=elsewhere", False),
        ("day=2026-03-02", True),
        ("day=2026-03-03", False),
        ("kind=headline", True),
        ("source=&kind=headline&least=&day=", True),
        ("kind=no_such_kind", False),
        ("source=harbour&kind=headline&day=2026-03-02", True),
    ],
)
async def test_filters_narrow_list_and_feed_alike(
    client: httpx.AsyncClient, bridge: str, query: str, shown: bool
) -> None:
    page = (await client.get(f"/?{query}")).text
    feed = (await client.get(f"/changes.atom?{query}")).text
    assert (f"/article/{bridge}/1/2" in page) is shown
    assert (f"/article/{bridge}/1/2" in feed) is shown


async def test_least_significance_leaves_out_lighter_changes(
    client: httpx.AsyncClient, press: Press, bridge: str
) -> None:
    await press.store.db.versions.update_one({"_id": f"{bridge}:2"}, {"$set": {"level": 1}})
    await press.store.db.versions.update_one({"_id": f"{bridge}:3"}, {"$set": {"level": 3}})
    page = (await client.get("/?least=75")).text
    assert f"{bridge}/2/3" in page
    assert f"{bridge}/1/2" not in page


async def test_every_element_of_a_diff_page_is_there(client: httpx.AsyncClient, bridge: str) -> None:
    page = (await client.get(f"/article/{bridge}/1/2")).text
    facts = dict(zip(text_of(page, ".facts dt"), text_of(page, ".facts dd"), strict=True))
    assert facts["Source"] == "The Harbour Gazette"
    assert facts["Published"].startswith("2 March 2026, 06:00 UTC")
    assert facts["First seen"] == "2 March 2026, 06:00 UTC"
    assert facts["Checks"] == "The next check is planned for 9 March 2026, 12:25 UTC, in 25 minutes."
    assert facts["History"] == "3 versions, 2 changes by the newspaper"
    assert facts["Feed of changes"] == "Atom RSS JSON Feed"
    original = html.fromstring(page).cssselect(".facts a[rel]")[0]
    assert original.get("href") == "https://www.harbour.example/news/swing-bridge-2026"
    assert {"nofollow", "noreferrer", "noopener"} <= set(original.get("rel").split())
    assert text_of(page, ".heads .label") == ["Version A: number 1", "Version B: number 2"]
    assert "(about 3 hours later)" in text_of(page, ".heads .later")
    assert len(text_of(page, ".heads h2 del")) == 1
    assert len(text_of(page, ".heads h2 ins")) == 1


async def test_edited_paragraph_marks_words_and_unchanged_ones_stand_on_both_sides(
    client: httpx.AsyncClient, bridge: str
) -> None:
    page = html.fromstring((await client.get(f"/article/{bridge}/1/2")).text)
    edited = page.cssselect(".row.edited")
    assert len(edited) == 1
    assert [mark.text_content() for mark in edited[0].cssselect(".a del")] == ["[removed: 4.1]"]
    assert [mark.text_content() for mark in edited[0].cssselect(".b ins")] == ["[added: 5.6]"]
    kept = page.cssselect(".row.kept")[0]
    assert LEDE in kept.cssselect(".a")[0].text_content()
    assert LEDE in kept.cssselect(".b")[0].text_content()


async def test_moved_paragraph_links_to_its_other_place_and_back(client: httpx.AsyncClient, bridge: str) -> None:
    page = html.fromstring((await client.get(f"/article/{bridge}/2/3")).text)
    links = {link.get("href") for link in page.cssselect(".place a")}
    anchors = {element.get("id") for element in page.cssselect(".side p[id]")}
    assert links
    assert {link.removeprefix("#") for link in links} <= anchors


async def test_long_unchanged_runs_are_folded_but_there(client: httpx.AsyncClient, press: Press) -> None:
    many = [f"Paragraph number {n} stays as it is." for n in range(30)]
    key = await press.story("long", [Told(0, "A long read", [*many, COST]), Told(1, "A long read", [*many, NIGHT])])
    page = html.fromstring((await client.get(f"/article/{key}/1/2")).text)
    fold = page.cssselect("details.fold")[0]
    assert fold.cssselect("summary")[0].text_content() == "29 unchanged paragraphs"
    assert fold.get("open") is None
    assert len(page.cssselect(".side.b p[id]")) == 31


async def test_picker_leads_to_any_pair(client: httpx.AsyncClient, bridge: str) -> None:
    answer = await client.get(f"/article/{bridge}/diff?a=3&b=1")
    assert answer.headers["location"] == f"/article/{bridge}/1/3"
    assert "Number" not in answer.text
    summary = text_of((await client.get(f"/article/{bridge}/1/3")).text, ".says")[0]
    assert "headline rewritten" in summary.lower()


async def test_diff_runs_backwards_as_well(client: httpx.AsyncClient, bridge: str) -> None:
    page = (await client.get(f"/article/{bridge}/2/1")).text
    assert "about 3 hours earlier" in page


async def test_inline_view_shows_removed_and_added_in_one_flow(client: httpx.AsyncClient, bridge: str) -> None:
    page = html.fromstring((await client.get(f"/article/{bridge}/1/2?view=inline")).text)
    block = page.cssselect(".block.edited")[0]
    assert block.cssselect("del")[0].text_content() == "[removed: 4.1]"
    assert block.cssselect("ins")[0].text_content() == "[added: 5.6]"


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        ({"next_check_at": NOW - timedelta(hours=2)}, "A check has been due since 9 March 2026, 10:00 UTC."),
        (
            {"state": State.RETIRED, "next_check_at": None, "state_since": NOW - timedelta(days=1)},
            "It last changed over 6 days ago. Regular checks ended on 8 March 2026, 12:00 UTC; "
            "it is not checked again.",
        ),
        (
            {
                "state": State.RETIRED,
                "next_check_at": NOW + timedelta(days=180),
                "state_since": NOW - timedelta(days=1),
            },
            "It last changed over 6 days ago. Regular checks ended on 8 March 2026, 12:00 UTC; "
            "one more check is planned for 5 September 2026, 12:00 UTC.",
        ),
        (
            {"state": State.GONE, "state_reason": "http_410", "state_since": START, "next_check_at": None},
            "It was found deleted on 2 March 2026, 06:00 UTC (http 410).",
        ),
    ],
)
async def test_the_schedule_is_told_truthfully(
    client: httpx.AsyncClient, press: Press, head: dict[str, object], sentence: str
) -> None:
    key = await press.story("told", BRIDGE, head=head)
    assert sentence in text_of((await client.get(f"/article/{key}")).text, ".facts dd")


async def test_headlines_that_take_turns_are_one_line(client: httpx.AsyncClient, press: Press) -> None:
    told = [Told(n, "Ferry fares rise" if n % 2 else "Fares on the ferry go up", [LEDE, HISTORY]) for n in range(7)]
    key = await press.story("turns", told)
    lines = text_of((await client.get(f"/article/{key}")).text, ".headlines li")
    assert len(lines) == 1
    assert "took turns 6 times" in lines[0]


async def test_events_stand_on_the_article_page(client: httpx.AsyncClient, press: Press, bridge: str) -> None:
    event = {"article_id": bridge, "source": "harbour", "at": NOW, "kind": "gone", "detail": "http_410"}
    await press.store.db.events.insert_one(event)
    assert any("gone" in line for line in text_of((await client.get(f"/article/{bridge}")).text, ".events li"))


async def test_direction_and_language_follow_the_text(client: httpx.AsyncClient, press: Press) -> None:
    arabic = await press.story(
        "library", [Told(0, "مكتبة جديدة", ["نص أول"]), Told(1, "مكتبة قديمة", ["نص آخر"])], language="ar"
    )
    unknown = await press.story(
        "unknown", [Told(0, "港の橋", ["本文"]), Told(1, "港の新しい橋", ["本文"])], language=None
    )
    page = html.fromstring((await client.get(f"/article/{arabic}/1/2")).text)
    assert {
        side.get("lang")
        for side in page.cssselect(".heads h2, .side:not(.blank):not(.heads .side)")
        if side.get("lang")
    } == {"ar"}
    assert all(text.get("dir") == "auto" for text in page.cssselect(".side p[id]"))
    page = html.fromstring((await client.get(f"/article/{unknown}/1/2")).text)
    assert [head.get("lang") for head in page.cssselect(".heads h2")] == ["", ""]


async def test_hidden_words_do_not_decide_the_direction_of_a_text(client: httpx.AsyncClient, press: Press) -> None:
    told = [Told(0, "مكتبة", ["نص أول"]), Told(1, "مكتبة", ["كلام آخر تماما"])]
    key = await press.story("words", told, language="ar")
    page = html.fromstring((await client.get(f"/article/{key}/1/2")).text)
    assert {words.get("dir") for words in page.cssselect(".diff .vh")} == {"ltr"}
    assert {side.get("dir") for side in page.cssselect(".row:not(.heads) > .side")} == {"rtl"}


async def test_version_page_tells_its_provenance(client: httpx.AsyncClient, press: Press, bridge: str) -> None:
    version = await press.store.version(bridge, 2)
    assert version is not None
    page = (await client.get(f"/article/{bridge}/2")).text
    for proof in (version.payload_digest, version.chain, "Layout2026", "status 200", "server"):
        assert proof in page


async def test_source_profile_states_denominators(client: httpx.AsyncClient, press: Press, bridge: str) -> None:
    await press.story("quiet", [Told(1, "Nothing new at the quay", [TALE, TRAFFIC])])
    page = (await client.get("/source/harbour")).text
    assert "1 of 2 (50 %) newest articles" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=ferrymen", True),
        ("q=FERRYMEN+council", True),
        ("q=%22opened+in+1931%22", True),
        ("q=%221931+opened+in%22", False),
        ("q=ferrymen+zeppelin", False),
        ("q=night+bus&in=added", True),
        ("q=night+bus&in=removed", False),
        ("q=bridge+keeper&in=removed", True),
        ("q=ferrymen&source=elsewhere", False),
        ("q=ferrymen&day=2026-03-02", True),
        ("q=ferrymen&day=2026-03-05", False),
    ],
)
async def test_search(client: httpx.AsyncClient, bridge: str, query: str, found: bool) -> None:
    page = (await client.get(f"/search?{query}")).text
    feed = (await client.get(f"/search.atom?{query}")).text
    assert (f"/article/{bridge}" in page) is found
    assert (f"version:{bridge}" in feed) is found


async def test_search_finds_words_in_scripts_without_spaces(client: httpx.AsyncClient, press: Press) -> None:
    key = await press.story("kyoto", [Told(0, "京都の橋が閉鎖", ["市は来月から工事を始める。"])], language="ja")
    assert key in (await client.get("/search", params={"q": "工事"})).text
    assert key not in (await client.get("/search", params={"q": "工場"})).text


@pytest.mark.parametrize(
    "spelling",
    [
        "https://www.harbour.example/news/swing-bridge-2026",
        "http://www.harbour.example/news/swing-bridge-2026/",
        "harbour.example/news/swing-bridge-2026?utm_source=mail&fbclid=1",
        "https:/www.harbour.example/news/swing-bridge-2026",
        "https://www.harbour.example/news/swing-bridge-2026#comments",
        "https://www.harbour.example/old-section/swing-bridge-2026",
    ],
)
async def test_look_up_by_address_is_tolerant(client: httpx.AsyncClient, bridge: str, spelling: str) -> None:
    answer = await client.get(f"/url/{spelling}")
    assert answer.headers["location"] == f"/article/{bridge}"
    assert (await client.get("/search", params={"q": spelling})).headers["location"] == f"/article/{bridge}"


async def test_an_id_is_no_key_to_another_site(client: httpx.AsyncClient, bridge: str) -> None:
    assert (await client.get("/url/https://elsewhere.example/news/swing-bridge-2026")).status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("/article/aaaaaaaaaaaaaaaa", 404),
        ("/article/UPPER", 400),
        ("/source/nobody", 404),
        ("/url/https://never.example/", 404),
        ("/?after=nonsense", 400),
        ("/?day=2026-02-30", 400),
        ("/?day=9999-12-31", 400),
    ],
)
async def test_errors_are_pages_with_a_search_box(client: httpx.AsyncClient, path: str, status: int) -> None:
    answer = await client.get(path)
    assert answer.status_code == status
    assert len(html.fromstring(answer.text).cssselect("main input[type=search]")) == 1


async def test_lists_go_on_where_they_ended(client: httpx.AsyncClient, press: Press) -> None:
    for n in range(45):
        await press.story(f"story-{n}", [Told(0, f"Story {n}", [LEDE]), Told(1, f"Story {n} again", [LEDE, QUOTE])])
    seen: list[str] = []
    path: str | None = "/"
    while path:
        page = html.fromstring((await client.get(path)).text)
        seen += [link.get("href") for link in page.cssselect(".entry h3 a")]
        older = page.cssselect(".more a[rel=next]")
        path = older[0].get("href") if older else None
    assert len(seen) == len(set(seen)) == 45
