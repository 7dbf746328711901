"""Consent notices, comments and next articles under names without meaning are no text; what resembles them is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newscrawl.extract import extract
from newscrawl.items import Capture, PageKind, Source
from tests.extract.levee import HEADLINE, TEXT, URL

SOURCE = Source(name="courier", publisher="The Courier", domains=("courier.example",))
VOICES = (
    "My cellar was under water twice while the office looked for the file that says who owns the pump.",
    "They ought to have listened to the fishermen, who told them where the sand was going ten years ago.",
    "Not a word about the mill in this report, and it was the mill that opened its gates at night.",
    "I was there on Sunday and saw nobody from the town, only the firemen and the woman with the soup.",
    "Somebody will have to pay for this, and we all know from experience who that is going to be.",
)
CONSENT = (
    "We and our 640 partners keep cookies on your device to show advertisements that fit you and to count readers.",
    "You can withdraw your consent at any time by a click on the fingerprint at the foot of each page.",
)
NEXT_TEXT = (
    "The ferry went down within eight minutes on Wednesday, and all forty passengers were saved by fishermen.",
    "Divers will look at the hull today, said the harbour master, who had closed the pier before noon already.",
    "The line had been sold in January to a company of the mainland that plans to build two new ships of steel.",
)


def paragraphs(texts: tuple[str, ...], markup: str = "<p>{}</p>") -> str:
    return "".join(map(markup.format, texts))


def read(body: str, lang: str = "en") -> tuple[tuple[str, ...], PageKind]:
    page = f"<html lang={lang}><head><title>{HEADLINE}</title></head><body>{body}</body></html>"
    capture = Capture(URL, URL, 200, (), page.encode(), datetime(2026, 3, 12, tzinfo=UTC))
    extraction = extract(capture, (), SOURCE)
    return extraction.paragraphs, extraction.kind


OWN = f"<div class=q1><h1>{HEADLINE}</h1><div class=q2>{paragraphs(TEXT)}</div></div>"


@pytest.mark.parametrize(
    "control", ["<a href='#'>Accept all</a>", "<button>I agree</button>", "<span>Reject all</span>"]
)
@pytest.mark.parametrize("is_first", [True, False])
def test_consent_notice_is_no_text(control: str, is_first: bool) -> None:
    notice = f"<div><div>{paragraphs(CONSENT)}</div><div>{control}</div></div>"
    assert read(notice + OWN if is_first else OWN + notice) == (TEXT, PageKind.ARTICLE)


def test_brief_article_with_a_long_consent_notice_is_an_article() -> None:
    notice = f"<div class=z3><div>Your choice</div>{paragraphs(CONSENT * 2)}<a href='#'>Agree</a></div>"
    body = f"<div class=q1><h1>{HEADLINE}</h1><div class=q2>{paragraphs(TEXT[:2])}</div></div>{notice}"
    assert read(body) == (TEXT[:2], PageKind.ARTICLE)


def test_consent_notice_alone_is_a_wall() -> None:
    assert (
        read(f"<div><h1>Your privacy</h1>{paragraphs(CONSENT)}<a href='#'>Accept all</a></div>")[1] is PageKind.CONSENT
    )


def test_article_about_consent_is_its_text() -> None:
    about = (*TEXT[:2], *CONSENT, *TEXT[2:])
    body = f"<div class=q1><h1>{HEADLINE}</h1><div class=q2>{paragraphs(about)}</div><a href='/next'>Accept</a></div>"
    assert read(body)[0] == about


@pytest.mark.parametrize(
    "comment",
    [
        "<div class=k4><div>Gus Hale <span>3 hours ago</span></div><div class=k6>{}</div></div>",
        "<div><b>Gus Hale</b><p>{}</p><button>Reply</button></div>",
        "<li><i>Gus</i><p>{}</p><a href='#'>Antworten</a></li>",
        "<section><span>vor 2 Stunden</span><p>{}</p></section>",
        "<table><tr><td><b>Gus</b> wrote on 7.10.2026, 8:14<br>{}</td></tr></table>",
    ],
)
def test_comments_of_readers_are_no_text(comment: str) -> None:
    assert read(f"{OWN}<div>{paragraphs(VOICES, comment)}</div>")[0] == TEXT


def test_entries_with_times_are_the_text_where_nothing_else_is() -> None:
    entries = paragraphs(TEXT, "<div class=k4><div>2 hours ago</div><p>{}</p></div>")
    assert read(f"<div><h1>{HEADLINE}</h1>{entries}</div>")[0] == TEXT


def test_article_that_follows_in_a_like_element_is_no_part_of_the_one_before() -> None:
    heading = "<h2><a href='/ferry'>Ferry sinks in the old harbour</a></h2>"
    following = f"<div class=q1>{heading}<div class=q2>{paragraphs(NEXT_TEXT)}</div></div>"
    assert read(OWN + following * 2)[0] == TEXT


def test_sections_in_like_elements_are_one_article() -> None:
    sections = "".join(f"<div class=q1><h2>Part {text[:9]}</h2><p>{text}</p></div>" for text in NEXT_TEXT)
    assert set(NEXT_TEXT) < set(read(f"<main>{OWN}{sections}</main>")[0])
