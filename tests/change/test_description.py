"""The description of edits of single sentences."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from newscrawl.change import describe
from newscrawl.diff import compare
from newscrawl.items import Article, Change, Instant, PageKind, Precision

PLAN = "The council met on Tuesday to discuss the plan for the harbour and what it will cost."
STATED = Instant(datetime(2026, 1, 6, 14, 0, tzinfo=UTC), Precision.MINUTE, "6 January 2026, 14:00")


def article(*paragraphs: str, headline: str = "Council discusses harbour", language: str = "en") -> Article:
    return Article(
        source="gazette",
        guid="1",
        url="https://gazette.example/1",
        headline=headline,
        paragraphs=paragraphs,
        wording_digest="",
        display_digest="",
        stamp="",
        kind=PageKind.ARTICLE,
        rules="generic",
        byline="By Ada Finch",
        author=("Ada Finch",),
        date_published=STATED,
        date_modified=STATED,
        in_language=language,
    )


def change(old: Article, new: Article) -> Change:
    return describe(old, new, compare(old, new))


def between(old: str, new: str, language: str = "en") -> Change:
    return change(article(PLAN, old, language=language), article(PLAN, new, language=language))


def test_an_equal_text_has_no_types_and_no_significance() -> None:
    same = change(article(PLAN), article(PLAN))
    assert (same.types, same.significance, same.reasons, same.summary, same.silent) == ((), 0.0, (), "", False)


@pytest.mark.parametrize(
    ("old", "new", "language", "expected"),
    [
        ("Police said 12 people were hurt.", "Police said 15 people were hurt.", "en", "12 → 15"),
        (
            "It will cost $1.5 billion to build.",
            "It will cost $15 billion to build.",
            "en",
            "$1.5 billion → $15 billion",
        ),
        ("Shares fell 5% on the day.", "Shares fell 5 points on the day.", "en", "5%"),
        ("Two workers were hurt there.", "Three workers were hurt there.", "en", "Two → Three"),
        (
            "Das kostet 3,5 Millionen Euro im Jahr.",
            "Das kostet 4 Millionen Euro im Jahr.",
            "de",
            "3,5 Millionen Euro → 4 Millionen Euro",
        ),
        ("東京都は12人の感染を発表した。", "東京都は15人の感染を発表した。", "ja", "12 → 15"),
        ("قتل 12 شخصا في الهجوم.", "قتل 15 شخصا في الهجوم.", "ar", "12 → 15"),
    ],
)
def test_a_changed_number_is_shown_old_and_new(old: str, new: str, language: str, expected: str) -> None:
    described = between(old, new, language)
    assert "numbers" in described.types
    assert any(reason.startswith("numbers") and expected in reason for reason in described.reasons)


def test_the_same_number_in_other_digits_is_not_a_change_of_numbers() -> None:
    assert "numbers" not in between("قتل 12 شخصا في الهجوم.", "قتل ١٢ شخصا في الهجوم.", "ar").types


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("The mayor thanked John Smith for it.", "The mayor thanked Mary Jones for it.", "names"),
        ("He said “we will never close the harbour”.", "He said “we will not close the harbour”.", "quotes"),
        ("He said “we will never close it”.", "He said that it would stay.", "quotes"),
        ("The firm said the ship was lost.", "The firm claimed the ship was lost.", "attribution"),
        ("The man set the fire at night.", "The man allegedly set the fire at night.", "hedging"),
        ("Der Mann legte nachts das Feuer.", "Der Mann legte mutmaßlich nachts das Feuer.", "hedging"),
        ("The goverment approved of it.", "The government approved of it.", "typo"),
        ("It was the the last ship of all.", "It was the last ship of all.", "typo"),
        ('He said "no way at all" — twice.', "He said “no way at all” - twice.", "typography"),
        ("Rain fell on the quay all day.", "Rain came down on the quay all day.", "wording"),
    ],
)
def test_an_edit_gets_its_type(old: str, new: str, kind: str) -> None:
    assert kind in between(old, new).types


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("He could go home now.", "He would go home now."),
        ("A ship of Iran sank.", "A ship of Iraq sank."),
        ("It cost a million.", "It cost a billion."),
    ],
)
def test_a_letter_that_changes_the_meaning_is_not_a_typo(old: str, new: str) -> None:
    assert "typo" not in between(old, new).types


def test_typography_alone_weighs_almost_nothing() -> None:
    described = between('He said "no way at all".', "He said “no way at all”.")
    assert described.types == ("typography",)
    assert described.significance <= 0.01
    assert not described.silent


def test_a_headline_and_a_lede_have_their_own_types() -> None:
    headline = change(article(PLAN), article(PLAN, headline="Harbour plan will cost twice as much"))
    lede = change(article(PLAN, "More."), article("Residents shouted down the mayor over the plan.", "More."))
    assert "headline" in headline.types
    assert "lede" not in headline.types
    assert "lede" in lede.types


@pytest.mark.parametrize(
    "note",
    [
        "Correction: An earlier version of this article misstated the cost.",
        "This story has been corrected to show that nobody was hurt.",
        "Editor’s note: The mayor’s age was wrong.",
        "In einer früheren Version dieses Artikels stand eine falsche Zahl.",
        "Une version précédente de cet article indiquait un autre chiffre.",
        "【訂正】記事中の人数に誤りがありました。",
    ],
)
def test_a_correction_note_is_recognised_and_the_change_is_not_silent(note: str) -> None:
    described = change(article(PLAN, "Police said 12 were hurt."), article(PLAN, "Police said 15 were hurt.", note))
    assert described.types[0] == "correction"
    assert not described.silent


def test_a_reworded_note_is_not_a_new_note() -> None:
    described = between("Updated at 14:05 by the newsroom.", "Updated at 15:10 by the newsroom.")
    assert "update" not in described.types


def test_changed_facts_without_note_or_new_date_are_silent() -> None:
    old, new = article(PLAN, "Police said 12 were hurt."), article(PLAN, "Police said 15 were hurt.")
    assert change(old, new).silent


def test_a_new_modified_date_discloses_the_edit() -> None:
    later = replace(STATED, value=STATED.value + timedelta(hours=2))
    new = replace(article(PLAN, "Police said 15 were hurt."), date_modified=later)
    assert not change(article(PLAN, "Police said 12 were hurt."), new).silent


def test_new_reporting_is_not_silent() -> None:
    assert not change(article(PLAN), article(PLAN, "Police said 15 people were hurt in the square.")).silent


def test_boilerplate_alone_is_named_and_weighs_little() -> None:
    described = change(article(PLAN), article(PLAN, "Read more: the harbour files"))
    assert described.types == ("boilerplate",)
    assert described.significance < 0.05


def test_moved_paragraphs_change_no_words() -> None:
    described = change(
        article(PLAN, "Rain fell on the quay.", "Gulls cried."), article("Gulls cried.", PLAN, "Rain fell on the quay.")
    )
    assert described.types == ("moved",)
    assert (described.words_added, described.words_removed, described.paragraphs_moved) == (0, 0, 1)
    assert described.added == described.removed == ()


def test_a_quote_that_moved_is_neither_added_nor_removed() -> None:
    quote = "“We will never in our lives close this harbour to the fishing fleet,” the mayor said."
    old = article(PLAN, quote, "Gulls cried over the roofs of the old town.")
    new = article(PLAN, f"Gulls cried over the roofs of the old town. {quote}")
    described = change(old, new)
    assert "quotes" not in described.types
    assert not any("harbour" in text for text in (*described.added, *described.removed))


def test_byline_in_another_form_for_the_same_authors_is_not_a_change_of_byline() -> None:
    both = ("Ada Finch", "Bo Lark")
    old = replace(article(PLAN), byline="By Ada Finch and Bo Lark", author=both)
    assert change(old, replace(old, byline="Ada Finch, Bo Lark")).types == ()


def test_byline_and_date_of_publication_have_their_types() -> None:
    old = article(PLAN)
    new = replace(old, byline="By Bo Lark", author=("Bo Lark",))
    dated = replace(old, date_published=replace(STATED, value=STATED.value + timedelta(days=3)))
    assert change(old, new).types == ("byline",)
    assert change(old, dated).types == ("dates",)


def test_significance_is_the_sum_of_its_reasons() -> None:
    old = article(PLAN, "Police said 12 were hurt.", "“We will never ever close it,” he said.")
    new = article("Everything about the harbour is new.", "Police claimed 15 may be hurt.", headline="Harbour closed")
    described = change(old, new)
    parts = [float(re.search(r"\(([+-][\d.]+)\)$", reason).group(1)) for reason in described.reasons]  # type: ignore[union-attr]
    assert described.significance == pytest.approx(sum(parts), abs=0.001)
    assert 0.3 < described.significance <= 1.0


def test_a_changed_fact_outweighs_a_typo_and_a_rewrite_outweighs_both() -> None:
    typo = between("The goverment said 12 were hurt.", "The government said 12 were hurt.")
    fact = between("The government said 12 were hurt.", "The government said 15 were hurt.")
    rewrite = change(
        article(PLAN, "Police said 12 were hurt."), article("All is new here today.", headline="Harbour closes")
    )
    assert typo.significance < fact.significance < rewrite.significance


def test_the_summary_names_what_changed() -> None:
    described = between("Police said 12 people were hurt.", "Police said 15 people were hurt.")
    assert described.summary == "Number 12 → 15; 1 paragraph edited"


def test_added_and_removed_are_the_words_that_only_one_version_has() -> None:
    described = between("Police said 12 people were hurt.", "Police said 15 people were hurt.")
    assert (described.added, described.removed, described.words_added, described.words_removed) == (
        ("15",),
        ("12",),
        1,
        1,
    )


def test_a_change_in_a_language_without_lists_is_still_counted_and_weighed() -> None:
    described = between("สวัสดีชาวโลกทุกคน", "สวัสดีชาวโลกวันนี้", "th")
    assert described.significance > 0
    assert described.words_added > 0
