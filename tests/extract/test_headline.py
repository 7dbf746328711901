"""One policy for headlines: the h1 that a reader sees is the headline, all others that a page states alternatives."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newscrawl.extract import Page
from newscrawl.extract.headline import alternative_headlines, default_headline
from newscrawl.items import Capture

OTHERS = (
    "<title>Ferry service suspended until autumn | The Courier</title>"
    '<meta property="og:site_name" content="The Courier">'
    '<meta property="og:title" content="Why your ferry is not coming">'
)


def page(body: str, head: str = OTHERS) -> Page:
    url = "https://www.courier.example/ferry"
    html = f"<html><head>{head}</head><body>{body}</body></html>"
    return Page(Capture(url, url, 200, (), html.encode(), datetime(2026, 11, 1, tzinfo=UTC)))


def test_the_h1_is_the_headline_and_all_others_are_alternatives() -> None:
    read = page("<h1>Ferry stays in harbour</h1><h2>Why your ferry is not coming</h2>")
    assert default_headline(read) == "Ferry stays in harbour"
    assert alternative_headlines(read, "Ferry stays in harbour") == (
        "Why your ferry is not coming",
        "Ferry service suspended until autumn",
    )


@pytest.mark.parametrize(
    "logo",
    [
        '<h1><a href="/">Courier</a></h1>',
        '<a href="https://www.courier.example/"><h1>The Courier</h1></a>',
        "<h1>The Courier</h1>",
        "<nav><h1>Sections of the newspaper today</h1></nav>",
    ],
)
def test_a_logo_or_menu_in_an_h1_is_no_headline(logo: str) -> None:
    assert default_headline(page(f"{logo}<h1>Ferry stays in harbour</h1>")) == "Ferry stays in harbour"
    assert default_headline(page(f"{logo}<h2>Ferry service suspended until autumn</h2>")) == (
        "Ferry service suspended until autumn"
    )
    assert default_headline(page(logo)) == "Why your ferry is not coming"


def test_a_label_in_the_only_other_h1_is_no_headline() -> None:
    logo = '<h1><a href="/">Courier</a></h1>'
    assert default_headline(page(f"{logo}<h1>Article view</h1>")) == "Why your ferry is not coming"


def test_the_separator_that_screen_readers_get_behind_a_kicker_is_kept() -> None:
    h1 = '<h1><span>Harbour<span class="visually-hidden">:</span></span> <span>Ferry stays</span></h1>'
    assert default_headline(page(h1)) == "Harbour: Ferry stays"


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Married at 17 – now she must leave", "Married at 17 – now she must leave"),
        ("Ferry stays in the harbour – The Courier", "Ferry stays in the harbour"),
        ("Ferry stays in the harbour - courier.example", "Ferry stays in the harbour"),
        ("Ferry stays in the harbour | Local news", "Ferry stays in the harbour"),
        ("Patent: Makers fold - twice", "Patent: Makers fold - twice"),
    ],
)
def test_only_the_site_is_cut_off_a_title(title: str, headline: str) -> None:
    head = f'<title>{title}</title><meta property="og:site_name" content="The Courier">'
    assert default_headline(page("<p>Text</p>", head)) == headline


def test_an_h1_that_no_reader_sees_is_no_headline() -> None:
    hidden = '<h1 class="visually-hidden">Article of the newspaper</h1>'
    assert default_headline(page(f"{hidden}<h2>Ferry service suspended until autumn</h2>")) == (
        "Ferry service suspended until autumn"
    )
    shown = '<div aria-hidden="true"><h1>News</h1></div>'
    assert default_headline(page(f"{shown}<h1>Ferry stays in harbour</h1>")) == "Ferry stays in harbour"


def test_the_trail_to_the_page_is_no_headline() -> None:
    trail = '<ol class="breadcrumbs"><li><h1>News of the islands</h1></li></ol>'
    assert default_headline(page(f"{trail}<h2>Why your ferry is not coming</h2>")) == "Why your ferry is not coming"


def test_a_kicker_with_a_hidden_separator_is_joined_or_left_out_as_the_page_states_it() -> None:
    h1 = '<h1><div>Harbour</div><span class="sr-only">: </span><span>Ferry stays until the autumn</span></h1>'
    assert default_headline(page(h1)) == "Harbour: Ferry stays until the autumn"
    head = '<meta property="og:title" content="Ferry stays until the autumn">'
    assert default_headline(page(h1, head)) == "Ferry stays until the autumn"


def test_stated_headlines_are_plain_text() -> None:
    head = '<meta property="og:title" content="Ferry &amp;#8216;lost&amp;#8217; &lt;em&gt;for good&lt;/em&gt;">'
    assert default_headline(page("<p>Text</p>", head)) == "Ferry ‘lost’ for good"


def test_the_name_in_structured_data_and_names_for_analytics_are_alternatives() -> None:
    head = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "name": "Ferry: all you need to know"}</script>'
        '<meta name="parsely-title" content="No ferry before autumn">'
    )
    assert alternative_headlines(page("<h1>Ferry stays</h1>", head), "Ferry stays") == (
        "Ferry: all you need to know",
        "No ferry before autumn",
    )


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Courier | Harbour | Ferry stays in the harbour", "Ferry stays in the harbour"),
        ("Courier: Ferry stays in the harbour", "Ferry stays in the harbour"),
        ("Ferry stays in the harbour « Courier", "Ferry stays in the harbour"),
        ("Ferry stays in port: what we know - Courier - Town", "Ferry stays in port: what we know"),
        ("Courier boss resigns: ferry stays in port", "Courier boss resigns: ferry stays in port"),
        ("Harbour: Ferry stays in port", "Harbour: Ferry stays in port"),
    ],
)
def test_the_site_and_its_sections_are_cut_off_both_ends_of_a_title(title: str, headline: str) -> None:
    head = f"<title>{title}</title><meta property='og:site_name' content='Courier'>"
    assert default_headline(page("<p>The ferry will stay in the harbour.</p>", head)) == headline


@pytest.mark.parametrize(
    "title",
    [
        "Ferry stays in the harbour | News | The Courier",
        "Ferry stays in the harbour | Regional | Bay Daily Post",
        "Ferry stays in the harbour » Shipping » News » Courier",
    ],
)
def test_sections_before_the_site_are_cut_off_a_title_whatever_names_the_site(title: str) -> None:
    assert (
        default_headline(page("<p>The ferry will stay.</p>", f"<title>{title}</title>")) == "Ferry stays in the harbour"
    )


def test_a_heading_that_is_a_part_of_the_title_is_the_headline() -> None:
    head = "<title>Ferry stays in port — The Daily Newspaper of the Bay</title>"
    assert (
        default_headline(page("<h2>Ferry stays in port</h2><p>The ferry will stay.</p>", head)) == "Ferry stays in port"
    )
