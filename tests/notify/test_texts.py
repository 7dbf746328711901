"""Messages as text and markup in the language of who gets them, with values that keep their own direction."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import html

from newscrawl.humanize import Locale, using
from newscrawl.items import Change, EventKind, Excerpt, Segment, SegmentOp
from newscrawl.notify import messages, texts
from newscrawl.notify.lines import ISOLATE, POP, isolated, line
from newscrawl.notify.messages import Item, Message
from tests.notify.test_channels import HOSTILE, NOW, message

ARABIC, GERMAN = Locale("ar", "Asia/Dubai"), Locale("de", "Europe/Berlin")
SUMMARY = "Number 5 → 6; 2 paragraphs edited"
KINDS = (EventKind.EDIT, EventKind.FIRST, EventKind.DELETION, EventKind.RESTORATION, EventKind.RETRACTION)


def of(kind: EventKind, locale: Locale, **fields: object) -> Message:
    detail = "Our error, not an edit by The Courier: misread" if kind is EventKind.RETRACTION else ""
    change = replace(message().items[0].change, summary=SUMMARY, silent=True)
    item = replace(message().items[0], **{"kind": kind, "detail": detail, "change": change, **fields})  # type: ignore[arg-type]
    return message(items=(item,), locale=locale, revoke_link="https://reader.example/subscribe/end/x?lang=ar")


def test_german_says_all_of_it_in_german_and_in_the_zone() -> None:
    sent = of(EventKind.RETRACTION, GERMAN)
    assert sent.subject == "Zurückgenommen: Quay shut (The Courier)"
    assert texts.text(sent).splitlines() == [
        "Zurückgenommen: Quay shut (The Courier)",
        "Überschrift vorher: Quay open",
        "Zahl 5 → 6; 2 Absätze geändert (große Änderung, Bedeutung 60)",
        "Unser Fehler, keine Änderung von The Courier: misread",
        "Eine stille Änderung",
        "Gesehen: zwischen 12:00 und 13:00 CET am 2. März 2026",
        "  The quay is [open → shut] <today>",
        "http://127.0.0.1:8000/article/a/1/2",
        "",
        "-- ",
        "Dieses Abonnement beenden: https://reader.example/subscribe/end/x?lang=ar",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_arabic_runs_from_right_to_left_and_its_values_have_a_direction_of_their_own(kind: EventKind) -> None:
    sent = of(kind, ARABIC)
    assert f"{ISOLATE}Quay shut{POP}" in sent.subject
    plain = texts.text(sent)
    for each in plain.splitlines():
        assert each.count(ISOLATE) == each.count(POP)
        assert POP not in each or "http" not in each, "programs would take it for a part of the address"
    markup = html.fromstring(texts.html(sent))
    assert (markup.get("lang"), markup.get("dir")) == ("ar", "rtl")
    assert {"Quay shut", "The Courier"} <= {each.text for each in markup.iter("bdi")}
    assert [each.get("dir") for each in markup.iter("blockquote")] == ["auto"]
    assert {each.get("href") for each in markup.iter("a")} == {sent.items[0].link, sent.revoke_link}
    assert ISOLATE not in texts.html(sent)


def test_english_has_no_characters_that_isolate_and_values_are_english_in_every_language() -> None:
    sent = of(EventKind.EDIT, Locale())
    assert not {ISOLATE, POP} & set(texts.text(sent) + texts.html(sent) + sent.subject)
    assert "dir=" not in texts.html(sent)
    assert "Number 5 → 6; 2 paragraphs edited (large change, significance 60)" in texts.text(sent)
    with using(ARABIC):
        assert messages.value(of(EventKind.EDIT, GERMAN)) == messages.value(sent)


@pytest.mark.parametrize("locale", [ARABIC, GERMAN], ids=lambda locale: locale.language)
def test_texts_of_strangers_end_no_isolation(locale: Locale) -> None:
    hostile = f"{POP}{HOSTILE}{ISOLATE}<b>" * 40
    words = Excerpt((Segment(SegmentOp.DELETE, hostile), Segment(SegmentOp.INSERT, hostile)))
    change = Change(summary=f"Number 5 → {hostile[:40]}", excerpts=(words,))
    sent = of(
        EventKind.EDIT, locale, headline=hostile, previous_headline=hostile[::-1], publisher=hostile, change=change
    )
    assert len(sent.subject) <= messages.MAX_SUBJECT + 2
    for each in (sent.subject, *texts.text(sent).splitlines()):
        assert each.count(ISOLATE) == each.count(POP)
        assert not {"\x1b", "\u202e", "\r", "\u2028"} & set(each)
        assert locale is ARABIC or ISOLATE not in each
    assert "<b>" not in texts.html(sent)
    assert texts.html(sent).count("<bdi>") == texts.html(sent).count("</bdi>")


def test_a_line_that_is_cut_closes_what_it_isolates() -> None:
    with using(ARABIC):
        assert line(f"كان {isolated('Quay shut for repairs')}", 12) == f"كان {ISOLATE}Quay s…{POP}"


def test_an_arrow_points_as_the_words_are_read() -> None:
    old, new = Segment(SegmentOp.DELETE, "مفتوح"), Segment(SegmentOp.INSERT, "مغلق")
    assert texts.marked_text((old, new)) == "[مفتوح ← مغلق]"
    assert "</del> ← <ins>" in texts.marked_html((old, new))
    # Latin words in an Arabic sentence are read from the left.
    beside = (Segment(SegmentOp.KEEP, "الميناء "), replace(old, text="Quay"), replace(new, text="Pier"))
    assert texts.marked_text(beside) == "الميناء [Quay → Pier]"


def test_what_is_not_known_stays_as_it_is() -> None:
    with using(GERMAN):
        item = Item(EventKind.DELETION, "courier", "Der Kurier", "Kai", "http://x.example/", NOW, article_id="a")
        sent = message(items=(replace(item, detail="words of an operator"),), locale=GERMAN)
    assert texts.text(sent).splitlines()[1:3] == ["words of an operator", "Gesehen: 2. März 2026, 13:00 CET"]
