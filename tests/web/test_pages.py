"""Pages as a reader sees them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest
from lxml import html

from newscrawl.change.significance import WEIGHTS
from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.items import Cause, Hold, SourceState, State
from newscrawl.store import Store
from newscrawl.web import create_app
from newscrawl.web.entries import KINDS
from tests.web.press import BRIDGE, COST, HISTORY, LEDE, NIGHT, NOW, QUOTE, START, TALE, TRAFFIC, Draft, Press


def text_of(page: str, query: str) -> list[str]:
    """Return the texts of the elements that a CSS selector matches, with white space folded."""
    return [" ".join(element.text_content().split()) for element in html.fromstring(page).cssselect(query)]


async def test_latest_changes_show_old_and_new_words_of_a_headline(client: httpx.AsyncClient, bridge: str) -> None:
    page = html.fromstring((await client.get("/newest")).text)
    first, second = page.cssselect(".entry h3 a")
    assert [first.get("href"), second.get("href")] == [f"/article/{bridge}/2/3", f"/article/{bridge}/1/2"]
    assert "a year" in second.cssselect("del")[0].text_content()
    assert "eleven months" in second.cssselect("ins")[0].text_content()


async def test_first_sightings_are_a_list_of_their_own(client: httpx.AsyncClient, bridge: str) -> None:
    page = html.fromstring((await client.get("/first")).text)
    assert [link.get("href") for link in page.cssselect(".entry h3 a")] == [f"/article/{bridge}"]


async def test_a_rebase_is_not_a_change(client: httpx.AsyncClient, press: Press) -> None:
    key = await press.publish("rebased", [BRIDGE[0], replace(BRIDGE[1], cause=Cause.REBASE)])
    assert key not in (await client.get("/")).text
    page = (await client.get(f"/article/{key}")).text
    assert "new rules" in page
    assert "2 versions, 0 changes by the newspaper" in page


@pytest.mark.parametrize(
    ("hold", "mark"),
    [
        (Hold.PENDING, "waits for checks of other articles"),
        (Hold.MASS_CHANGE, "held for review"),
        (Hold.NEW_STAMP, "held for review"),
        (Hold.DISMISSED, "dismissed, not an edit by the newspaper"),
    ],
)
async def test_a_held_version_is_marked_on_its_article_and_nowhere_else(
    client: httpx.AsyncClient, press: Press, hold: Hold, mark: str
) -> None:
    key = await press.publish("held", [BRIDGE[0], replace(BRIDGE[1], hold=hold)])
    assert f"{mark.capitalize()}; not counted." in (await client.get(f"/article/{key}")).text
    for path in (f"/article/{key}/2", f"/article/{key}/1/2"):
        assert mark in (await client.get(path)).text
    text = (await client.get(f"/api/v1/articles/{key}/versions/2")).json()
    assert (text["is_held"], text["hold"]) == (True, hold.value)
    for path in (
        "/",
        "/newest",
        "/changes.atom",
        f"/article/{key}/changes.rss",
        "/search?q=5.6+million",
        "/api/v1/changes",
    ):
        response = await client.get(path)
        assert f"{key}/1/2" not in response.text
        assert f"{key}/2" not in response.text


def test_every_kind_of_changed_fact_can_be_chosen() -> None:
    kinds = {kind for kind in WEIGHTS if "_" not in kind} - {"corrections", "updates"}
    assert kinds < set(KINDS)


@pytest.mark.parametrize(
    ("query", "is_listed"),
    [
        ("", True),
        ("source=harbour", True),
        ("source=elsewhere", False),
        ("day=2026-03-02", True),
        ("day=2026-03-03", False),
        ("since=2026-03-02T09:00&until=2026-03-02T09:00:01Z", True),
        ("since=2026-03-02T10:00%2B01:00", True),
        ("since=2026-03-02T10:00%2B01:01&until=2026-03-02T09:00", False),
        ("since=2026-03-02&until=2026-03-02T09:00", False),
        ("kind=headline", True),
        ("source=&kind=headline&least=&day=", True),
        ("kind=no_such_kind", False),
        ("source=harbour&kind=headline&day=2026-03-02", True),
    ],
)
async def test_filters_narrow_list_and_feed_alike(
    client: httpx.AsyncClient, bridge: str, query: str, is_listed: bool
) -> None:
    page = (await client.get(f"/newest?{query}")).text
    feed = (await client.get(f"/changes.atom?{query}")).text
    assert (f"/article/{bridge}/1/2" in page) is is_listed
    assert (f"/article/{bridge}/1/2" in feed) is is_listed


async def test_minimum_significance_leaves_out_lesser_changes(
    client: httpx.AsyncClient, press: Press, bridge: str
) -> None:
    await press.store.db.versions.update_one({"_id": f"{bridge}:2"}, {"$set": {"level": 1}})
    await press.store.db.versions.update_one({"_id": f"{bridge}:3"}, {"$set": {"level": 3}})
    page = (await client.get("/newest?least=75")).text
    assert f"{bridge}/2/3" in page
    assert f"{bridge}/1/2" not in page


async def test_a_diff_page_has_all_its_elements(client: httpx.AsyncClient, bridge: str) -> None:
    page = (await client.get(f"/article/{bridge}/1/2")).text
    facts = dict(zip(text_of(page, ".facts dt"), text_of(page, ".facts dd"), strict=True))
    assert facts["Source"] == "The Harbour Gazette"
    assert facts["Published"].startswith("2 March 2026, 06:00 UTC")
    assert facts["First seen"] == "2 March 2026, 06:00 UTC"
    assert "9 March 2026, 12:25 UTC" in facts["Next check"]
    assert "25 minutes" in facts["Next check"]
    assert facts["History"] == "3 versions, 2 changes by the newspaper"
    assert facts["Feed of changes"] == "Atom RSS JSON Feed"
    original = html.fromstring(page).cssselect(".facts a[rel]")[0]
    assert original.get("href") == "https://www.harbour.example/news/swing-bridge-2026"
    assert {"nofollow", "noreferrer", "noopener"} <= set(original.get("rel").split())
    assert text_of(page, ".heads .label") == [
        "Version 1 2 March 2026, 06:00 UTC",
        "Version 2 2 March 2026, 09:00 UTC (about 3 hours later)",
    ]
    assert (len(text_of(page, "h1 del")), len(text_of(page, "h1 ins"))) == (1, 1)
    (line,) = text_of(page, ".line > span")
    assert line == "The Harbour Gazette · changed between 08:30 and 09:00 UTC on 2 March 2026 · version 2 of 3"
    assert text_of(page, ".sizes li") == ["1 → 2 +4 −4", "2 → 3 +19 −23"]
    order = [page.index(text) for text in ("<h1", 'class="says', 'class="diff', 'id="all-changes"', 'id="facts"')]
    assert order == sorted(order)


async def test_a_diff_page_and_the_api_show_which_fact_a_note_names(client: httpx.AsyncClient, press: Press) -> None:
    note = "Correction: An earlier version of this article gave the cost as 4.1 million crowns."
    drafts = [
        Draft(0, "Bridge to close", (LEDE, COST, HISTORY)),
        Draft(3, "Bridge to close", (LEDE, COST.replace("4.1", "5.6"), HISTORY, note)),
    ]
    key = await press.publish("bridge-cost", drafts)
    page = (await client.get(f"/article/{key}/1/2")).text
    shown = next(text for text in text_of(page, "main p.small") if text.startswith("Noted on the page"))
    assert shown == f"Noted on the page: 4.1 million → 5.6 million {note}"
    assert "no note on the page" not in text_of(page, ".chip")
    version = (await client.get(f"/api/v1/articles/{key}/versions/2")).json()
    assert [fact["note"] for fact in version["change"]["noted"]] == [note]


async def test_an_edited_paragraph_has_marks_and_an_unchanged_one_is_on_both_sides(
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


async def test_many_unchanged_paragraphs_are_folded_but_complete(client: httpx.AsyncClient, press: Press) -> None:
    same = [f"Paragraph number {n} stays as it is." for n in range(30)]
    key = await press.publish("long", [Draft(0, "A long read", [*same, COST]), Draft(1, "A long read", [*same, NIGHT])])
    page = html.fromstring((await client.get(f"/article/{key}/1/2")).text)
    fold = page.cssselect("details.fold")[0]
    assert fold.cssselect("summary")[0].text_content() == "29 unchanged paragraphs"
    assert fold.get("open") is None
    assert len(page.cssselect(".side.b p[id]")) == 31


async def test_picker_leads_to_any_pair(client: httpx.AsyncClient, bridge: str) -> None:
    response = await client.get(f"/article/{bridge}/diff?a=3&b=1")
    assert response.headers["location"] == f"/article/{bridge}/1/3"
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
    ("head", "facts"),
    [
        ({"next_check_at": NOW - timedelta(hours=2)}, ("due since 9 March 2026, 10:00 UTC",)),
        (
            {"state": State.RETIRED, "next_check_at": None, "state_since": NOW - timedelta(days=1)},
            ("changed over 6 days ago", "ended on 8 March 2026, 12:00 UTC", "not checked again"),
        ),
        (
            {
                "state": State.RETIRED,
                "next_check_at": NOW + timedelta(days=180),
                "state_since": NOW - timedelta(days=1),
            },
            ("changed over 6 days ago", "ended on 8 March 2026, 12:00 UTC", "one more", "5 September 2026, 12:00 UTC"),
        ),
        (
            {"state": State.GONE, "state_reason": "http_410", "state_since": START, "next_check_at": None},
            ("deleted on 2 March 2026, 06:00 UTC", "http 410"),
        ),
    ],
)
async def test_the_next_check_is_stated_for_every_state(
    client: httpx.AsyncClient, press: Press, head: dict[str, object], facts: tuple[str, ...]
) -> None:
    key = await press.publish("scheduled", BRIDGE, head=head)
    page = (await client.get(f"/article/{key}")).text
    sentence = dict(zip(text_of(page, ".facts dt"), text_of(page, ".facts dd"), strict=True))["Next check"]
    assert [fact for fact in facts if fact not in sentence] == []


async def test_headlines_that_alternate_are_one_entry(client: httpx.AsyncClient, press: Press) -> None:
    drafts = [Draft(n, "Ferry fares rise" if n % 2 else "Fares on the ferry go up", [LEDE, HISTORY]) for n in range(7)]
    key = await press.publish("alternating", drafts)
    entries = text_of((await client.get(f"/article/{key}")).text, ".headlines li")
    assert len(entries) == 1
    assert "6 times" in entries[0]


async def test_events_are_on_the_article_page(client: httpx.AsyncClient, press: Press, bridge: str) -> None:
    event = {"article_id": bridge, "source": "harbour", "at": NOW, "kind": "gone", "detail": "http_410"}
    await press.store.db.events.insert_one(event)
    assert any("gone" in line for line in text_of((await client.get(f"/article/{bridge}")).text, ".events li"))


async def test_direction_and_language_follow_the_text(client: httpx.AsyncClient, press: Press) -> None:
    arabic = await press.publish(
        "library", [Draft(0, "مكتبة جديدة", ["نص أول"]), Draft(1, "مكتبة قديمة", ["نص آخر"])], language="ar"
    )
    unknown = await press.publish(
        "unknown", [Draft(0, "港の橋", ["本文"]), Draft(1, "港の新しい橋", ["本文"])], language=None
    )
    page = html.fromstring((await client.get(f"/article/{arabic}/1/2")).text)
    assert {
        side.get("lang") for side in page.cssselect("h1, .side:not(.blank):not(.heads .side)") if side.get("lang")
    } == {"ar"}
    assert all(text.get("dir") == "auto" for text in page.cssselect(".side p[id]"))
    page = html.fromstring((await client.get(f"/article/{unknown}/1/2")).text)
    assert [head.get("lang") for head in page.cssselect("h1")] == [""]


async def test_hidden_words_do_not_decide_the_direction_of_a_text(client: httpx.AsyncClient, press: Press) -> None:
    drafts = [Draft(0, "مكتبة", ["نص أول"]), Draft(1, "مكتبة", ["كلام آخر تماما"])]
    key = await press.publish("words", drafts, language="ar")
    page = html.fromstring((await client.get(f"/article/{key}/1/2")).text)
    assert {words.get("dir") for words in page.cssselect(".diff .vh")} == {"ltr"}
    assert {side.get("dir") for side in page.cssselect(".row:not(.heads) > .side")} == {"rtl"}


async def test_version_page_states_its_provenance(client: httpx.AsyncClient, press: Press, bridge: str) -> None:
    version = await press.store.version(bridge, 2)
    assert version is not None
    page = (await client.get(f"/article/{bridge}/2")).text
    for proof in (version.payload_digest, version.chain, "Layout2026", "status 200", "server"):
        assert proof in page


async def test_source_profile_states_denominators(client: httpx.AsyncClient, press: Press, bridge: str) -> None:
    await press.publish("quiet", [Draft(1, "Nothing new at the quay", [TALE, TRAFFIC])])
    page = (await client.get("/source/harbour")).text
    assert "1 of the 2 newest articles (50 %)" in page


@pytest.mark.parametrize("is_unverified", [False, True])
async def test_source_that_nobody_verified_is_marked(
    client: httpx.AsyncClient, press: Press, bridge: str, is_unverified: bool
) -> None:
    state = SourceState(source="harbour", is_unverified=is_unverified)
    await press.store.save_source_state(state, only=("is_unverified",))
    assert ("unverified" in (await client.get("/source/harbour")).text) is is_unverified
    assert (await client.get("/api/v1/sources/harbour")).json()["is_unverified"] is is_unverified


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("/article/aaaaaaaaaaaaaaaa", 404),
        ("/article/UPPER", 400),
        ("/source/nobody", 404),
        ("/url/https://never.example/", 404),
        ("/newest?after=nonsense", 400),
        ("/?day=2026-02-30", 400),
        ("/newest?since=2026-02-30T10:00", 400),
        ("/newest?until=now", 400),
        ("/?day=9999-12-31", 400),
    ],
)
async def test_errors_are_pages_with_a_search_box(client: httpx.AsyncClient, path: str, status: int) -> None:
    response = await client.get(path)
    assert response.status_code == status
    assert len(html.fromstring(response.text).cssselect("main input[type=search]")) == 1


@pytest.mark.parametrize("start", ["/", "/newest"])
async def test_lists_continue_where_they_ended(client: httpx.AsyncClient, press: Press, start: str) -> None:
    for n in range(45):
        drafts = [Draft(0, f"Article {n}", [LEDE]), Draft(1, f"Article {n} again", [LEDE, QUOTE])]
        await press.publish(f"article-{n}", drafts)
    listed: list[str] = []
    path: str | None = start
    while path:
        page = html.fromstring((await client.get(path)).text)
        listed += [link.get("href") for link in page.cssselect(".entry h3 a")]
        older = page.cssselect(".more a[rel=next]")
        path = older[0].get("href") if older else None
    assert len(listed) == len(set(listed)) == 45


async def test_a_page_says_since_when_nothing_was_watched(config: Config, store: Store, bridge: str) -> None:
    async def shown(watched_at: datetime, after_seconds: float) -> str:
        await store.save_source_state(SourceState(source="courier", last_good_check_at=watched_at))
        silent = replace(config, unwatched_after_seconds=after_seconds)
        app = create_app(silent, SteppingClock(NOW))
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
        ):
            return (await client.get("/")).text

    assert "Not watched since" in await shown(NOW - timedelta(hours=3), 7200)
    assert "Not watched since" not in await shown(NOW - timedelta(hours=1), 7200)
    assert "Not watched since" not in await shown(NOW - timedelta(hours=3), 0)


async def test_each_sentence_has_the_age_of_the_version_that_changed_it(client: httpx.AsyncClient, bridge: str) -> None:
    page = html.fromstring((await client.get(f"/article/{bridge}/blame")).text)
    ages = {
        link.text_content(): (link.get("class"), link.get("href"), link.get("title"))
        for link in page.cssselect(".blame a")
    }
    changed = next(value for text, value in ages.items() if "5.6 million" in text)
    assert changed[1:] == (
        f"/article/{bridge}/1/2",
        "Version 2, seen 2 March 2026, 09:00 UTC; in the text since version 1",
    )
    assert ages[LEDE][0] == "age0"
    assert {value[0] for value in ages.values()} == {"age0", "age2", "age4"}
    items = (await client.get(f"/api/v1/articles/{bridge}/blame")).json()["items"]
    assert [(each["entered"], each["changed"]) for each in items if "5.6 million" in each["text"]] == [(1, 2)]


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        ("2026-03-01", 1),
        ("2026-03-02T08:59", 1),
        ("2026-03-02T09:00", 2),
        ("2026-03-02T09:00:01", 2),
        ("2030-01-01", 3),
    ],
)
async def test_an_article_as_it_stood_at_a_moment(
    client: httpx.AsyncClient, bridge: str, moment: str, number: int
) -> None:
    answer = await client.get(f"/article/{bridge}/at?moment={moment}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/article/{bridge}/{number}")
    assert (await client.get(f"/article/{bridge}/at?moment=2026-02-30")).status_code == 400
    assert (await client.get(f"/article/{bridge}/at?moment=now")).status_code == 400


async def test_any_two_versions_are_chosen_in_the_history(client: httpx.AsyncClient, bridge: str) -> None:
    page = html.fromstring((await client.get(f"/article/{bridge}")).text)
    chosen = {box.get("name"): box.get("value") for box in page.cssselect("input[type=radio][checked]")}
    assert chosen == {"a": "2", "b": "3"}
    assert [box.get("value") for box in page.cssselect("input[name=a]")] == ["3", "2", "1"]
    assert page.cssselect("form:has(input[type=radio])")[0].get("action") == f"/article/{bridge}/diff"


async def test_what_happened_to_an_article_is_marked_on_its_timeline(
    client: httpx.AsyncClient, press: Press, bridge: str
) -> None:
    gone = {"article_id": bridge, "source": "harbour", "at": START + timedelta(hours=4), "kind": "gone", "detail": ""}
    await press.store.db.events.insert_one(gone)
    page = (await client.get(f"/article/{bridge}")).text
    assert text_of(page, ".timeline .life title") == ["gone 2 March 2026, 10:00 UTC"]


async def test_the_weightiest_changes_come_first_and_no_source_has_them_all(
    client: httpx.AsyncClient, press: Press
) -> None:
    weights = {"flood": 0.9, "vote": 0.8, "fire": 0.75, "ferry": 0.7, "market": 0.3, "typo": 0.02}
    for hour, (name, weight) in enumerate(weights.items()):
        extra = {"source": "gazette" if name == "market" else "harbour"}
        drafts = [Draft(hour + n, f"The {name}", [text], extra=extra) for n, text in enumerate((LEDE, COST))]
        key = await press.publish(name, drafts)
        level = min(3, int(weight * 4))
        await press.store.db.versions.update_one(
            {"_id": f"{key}:2"}, {"$set": {"change.significance": weight, "level": level}}
        )
    shown = text_of((await client.get("/")).text, ".entry h3")
    assert shown == ["The flood", "The vote", "The market", "The fire", "The ferry", "The typo"]
    assert text_of((await client.get("/?sort=newest")).text, ".entry h3")[0] == "The typo"
    assert text_of((await client.get("/?least=75")).text, ".entry h3") == ["The flood", "The vote", "The fire"]
    assert "The market" in (await client.get("/matters.json?source=gazette")).text


async def test_deleted_articles_are_a_list_with_a_feed(client: httpx.AsyncClient, press: Press) -> None:
    head = {"state": State.GONE, "state_reason": "http_410", "state_since": START + timedelta(hours=5)}
    key = await press.publish("secret-report", BRIDGE, head=head)
    await press.publish("still-there", BRIDGE)
    page = html.fromstring((await client.get("/deleted")).text)
    assert [link.get("href") for link in page.cssselect(".entry h3 a")] == [f"/article/{key}"]
    assert (
        "since 2 March 2026, 11:00 UTC (http 410)" in text_of((await client.get("/deleted")).text, ".entry .about")[0]
    )
    (item,) = (await client.get("/deleted.json")).json()["items"]
    assert item["title"].startswith("Deleted: ")
    assert (await client.get("/deleted?day=2026-03-01")).text.count('class="entry"') == 0
    assert (await client.get("/deleted?source=elsewhere")).text.count('class="entry"') == 0


async def test_an_unknown_parameter_of_the_api_is_named_with_the_near_one(
    client: httpx.AsyncClient, bridge: str
) -> None:
    for path, says in (
        ("changes?sorce=harbour", "no parameter 'sorce'; did you mean 'source'?"),
        (f"articles/{bridge}?x=1", "no parameter 'x'; it has none"),
        ("search?q=bridge&querry=1", "no parameter 'querry'"),
    ):
        answer = await client.get(f"/api/v1/{path}")
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
        assert says in answer.json()["detail"]
    assert (await client.get("/newest?sorce=harbour")).status_code == 200  # pages ignore them


async def test_pages_of_other_sites_may_read_the_api_and_operations_have_stable_ids(client: httpx.AsyncClient) -> None:
    for path in ("/api/v1/changes", "/api/v1/articles/aaaaaaaaaaaaaaaa"):
        assert (await client.get(path)).headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in (await client.get("/")).headers
    described = (await client.get("/api/v1/openapi.json")).json()
    ids = [operation["operationId"] for path in described["paths"].values() for operation in path.values()]
    assert {"changes", "articles", "search", "compare"} <= set(ids)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/sources/", "/sources"),
        ("/newest/?day=2026-03-02", "/newest?day=2026-03-02"),
        ("/api/v1/changes//", "/api/v1/changes"),
    ],
)
async def test_slashes_at_the_end_lead_to_the_page(client: httpx.AsyncClient, path: str, to: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.headers["location"]) == (308, to)


@pytest.mark.parametrize("path", ["//evil.example/", "/nowhere", "/nowhere/%0d%0aset-cookie:a=b/"])
async def test_no_path_redirects_to_another_host(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(f"http://localhost{path}")
    target = answer.headers.get("location", "/")
    assert target.startswith("/")
    assert not target.startswith("//")
    assert "set-cookie" not in answer.headers


async def test_a_shared_change_says_its_words(client: httpx.AsyncClient, bridge: str) -> None:
    page = html.fromstring((await client.get(f"/article/{bridge}/1/2")).text)
    stated = {meta.get("property"): meta.get("content") for meta in page.cssselect("meta[property]")}
    assert stated["og:title"] == "Changed: " + BRIDGE[1].headline
    assert "[4.1 → 5.6] million" in stated["og:description"]
    assert stated["og:description"].endswith("Changed between 08:30 and 09:00 UTC on 2 March 2026.")
    (canonical,) = page.cssselect("link[rel=canonical]")
    assert canonical.get("href") == stated["og:url"] == f"http://127.0.0.1:8000/article/{bridge}/1/2"
    inline = html.fromstring((await client.get(f"/article/{bridge}/1/2?view=inline")).text)
    assert inline.cssselect("link[rel=canonical]")[0].get("href") == canonical.get("href")


async def test_a_permalink_to_an_edit_stays_when_versions_follow(client: httpx.AsyncClient, press: Press) -> None:
    key = await press.publish("permalinks", BRIDGE[:2])
    views = ("", "?view=inline", "?view=sides")
    before = [await client.get(f"/article/{key}/1/2{view}") for view in views]
    await press.publish("permalinks", BRIDGE)
    for view, earlier in zip(views, before, strict=True):
        anchors = []
        for answer in (earlier, await client.get(f"/article/{key}/1/2{view}")):
            page = html.fromstring(answer.text)
            ids = [element.get("id") for element in page.cssselect("[id]")]
            assert len(set(ids)) == len(ids)
            anchors.append([anchor for anchor in ids if anchor.startswith("edit-")])
            links = {link.get("href") for link in page.cssselect(".diff a.num")}
            assert {f"#{anchor}" for anchor in anchors[-1]} <= links <= {f"#{anchor}" for anchor in ids}
        assert anchors[0] == anchors[1]
        assert len(anchors[0]) == (1 if view == "?view=inline" else 2)


async def test_the_page_of_a_change_leads_to_the_evidence_of_both_versions(
    client: httpx.AsyncClient, bridge: str
) -> None:
    page = html.fromstring((await client.get(f"/article/{bridge}/1/2")).text)
    files = [link.get("href") for link in page.cssselect(".evidence a[download]")]
    assert files == [f"/article/{bridge}/{number}/warc" for number in (1, 2)]
    for path in files:
        assert (await client.get(path)).headers["content-type"] == "application/warc"


async def test_search_engines_index_what_the_operator_lets_them(config: Config, store: Store, bridge: str) -> None:
    for is_indexed, paths in ((False, []), (True, ["/", f"/article/{bridge}"])):
        app = create_app(replace(config, serve_indexed=is_indexed), SteppingClock(NOW))
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
        ):
            listed = ("/", f"/article/{bridge}", f"/article/{bridge}/1/2", f"/article/{bridge}/1", "/search?q=bridge")
            assert [path for path in listed if 'name="robots"' not in (await client.get(path)).text] == paths


async def test_changes_of_facts_without_a_note_are_a_list(config: Config, store: Store, press: Press) -> None:
    silent = [Draft(0, "Budget", [COST]), Draft(1, "Budget", [COST.replace("4.1", "5.6")])]
    key = await press.publish("budget", silent, language="en")
    await press.publish("style", [Draft(0, "Style", [LEDE]), Draft(1, "Style", [LEDE.replace(",", " –")])])
    await press.publish("new", [Draft(0, "New", [LEDE])])
    # As of a newscrawl without these lists: the index is missing. Marks are the matter of a migration.
    await store.db.versions.drop_index("listed_unnoted")
    await store.db.meta.update_one({"_id": "schema"}, {"$set": {"indexes": "older"}})
    app = create_app(config, SteppingClock(NOW))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
    ):
        for path in ("/unnoted", "/?unnoted=1", "/newest?unnoted=1&source=harbour", "/newest?unnoted=1&kind=numbers"):
            page = html.fromstring((await client.get(path)).text)
            assert [link.get("href") for link in page.cssselect(".entry h3 a")] == [f"/article/{key}/1/2"], path
        assert key in (await client.get("/search?q=5.6&unnoted=1&in=added")).text
        assert len((await client.get("/api/v1/changes?unnoted=1")).json()["items"]) == 1
