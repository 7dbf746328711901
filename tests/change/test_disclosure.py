"""What readers can see of changed facts: silent is said only where it is known, and a note is tied to what it names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from newscrawl.change import describe, is_served_as_modified
from newscrawl.diff import compare
from newscrawl.items import (
    Article,
    Capture,
    Change,
    CheckHistory,
    Head,
    Instant,
    PageKind,
    Precision,
    State,
    Validators,
)

SEEN = datetime(2026, 3, 2, 7, tzinfo=UTC)
STATED = Instant(SEEN, Precision.SECOND, "2026-03-02T07:00:00Z")
AROUND = "The council met in the old hall by the river, and the meeting was open to the public as always."
TOLL = ("The flood killed 12 people.", "The flood killed 14 people.")


def article(paragraphs: tuple[str, ...], language: str, modified: Instant | None) -> Article:
    return Article(
        source="paper", guid="1", url="https://paper.example/1", headline="Council meets in the old hall",
        paragraphs=paragraphs, wording_digest=str(paragraphs), display_digest=str(paragraphs), stamp="s",
        kind=PageKind.ARTICLE, rules="r", date_modified=modified, in_language=language,
    )  # fmt: skip


def change(
    old: tuple[str, ...],
    new: tuple[str, ...],
    *,
    language: str = "en",
    modified: tuple[Instant | None, Instant | None] = (None, None),
    would_be_noted: bool = False,
) -> Change:
    before, after = article((AROUND, *old), language, modified[0]), article((AROUND, *new), language, modified[1])
    return describe(before, after, compare(before, after), would_be_noted=would_be_noted)


def test_change_of_a_source_that_promises_notes_is_silent_without_one() -> None:
    found = change(TOLL[:1], TOLL[1:], would_be_noted=True)
    assert (found.silent, found.unnoted) == (True, False)
    noted = change(TOLL[:1], (TOLL[1], "Correction: An earlier version misstated the toll as 12."), would_be_noted=True)
    assert (noted.silent, noted.unnoted) == (False, False)


def test_page_that_states_when_it_was_modified_is_not_silent_for_a_promise() -> None:
    later = Instant(SEEN + timedelta(hours=1), Precision.SECOND, "2026-03-02T08:00:00Z")
    found = change(TOLL[:1], TOLL[1:], modified=(STATED, later), would_be_noted=True)
    assert (found.silent, found.unnoted) == (False, False)


@pytest.mark.parametrize(
    ("language", "policy"),
    [
        ("en", "Updates and corrections are noted at the foot of the article."),
        ("en", "We always note corrections to our stories below them."),
        ("de", "Korrekturen werden am Ende des Artikels kenntlich gemacht."),
        ("fr", "Les corrections sont signalées en bas de l'article."),
        ("es", "Las correcciones se indican al pie del artículo."),
        ("it", "Le correzioni sono segnalate in fondo all'articolo."),
        ("pt", "As correções são indicadas no fim do artigo."),
        ("nl", "Correcties worden onder het artikel vermeld."),
        ("ru", "Исправления в тексте отмечаются внизу страницы."),
        ("ja", "記事の訂正は末尾に明記します。"),
        ("zh", "更正将在文末注明。"),
    ],
)
def test_page_whose_own_line_promises_notes_is_silent_without_one(language: str, policy: str) -> None:
    found = change((TOLL[0], policy), (TOLL[1], policy), language=language)
    assert (found.silent, found.unnoted) == (True, False)
    only_later = change(TOLL[:1], (TOLL[1], policy), language=language)
    assert (only_later.silent, only_later.unnoted) == (False, True)


def test_long_paragraph_about_corrections_is_no_policy() -> None:
    news = (
        "The agency said that changes are noted in its register. " + "It has kept one since 1990 for all to see. " * 7
    )
    found = change((TOLL[0], news), (TOLL[1], news))
    assert (found.silent, found.unnoted) == (False, True)


NOTES = [
    ("en", *TOLL, "Correction: An earlier version gave the death toll as 12."),
    ("en", *TOLL, "Correction: The death toll has been corrected."),
    ("en", "The mayor is Tom Harlow of Leeds.", "The mayor is Eva Stone of Leeds.", "Correction: She is Eva Stone."),
    ("en", "The trial opens on 3 March.", "The trial opens on 5 March.", "Correction: The date was wrong."),
    ("en", "The crash was in Leeds.", "The crash was in Hull.", "This story was amended to correct the location."),
    ("de", "Bei der Flut starben 12 Menschen.", "Bei der Flut starben 14 Menschen.",
     "Korrektur: In einer früheren Version stand eine falsche Zahl."),
    ("fr", "La crue a fait 12 morts.", "La crue a fait 14 morts.", "Rectificatif : le bilan a été corrigé."),
    ("es", "La riada dejó 12 muertos.", "La riada dejó 14 muertos.", "Corrección: una versión anterior decía 12."),
    ("it", "La piena ha ucciso 12 persone.", "La piena ha ucciso 14 persone.", "Rettifica: il numero era 14 e non 12."),
    ("pt", "A cheia fez 12 mortos.", "A cheia fez 14 mortos.", "Correção: o número de mortos é 14."),
    ("nl", "Er kwamen 12 mensen om.", "Er kwamen 14 mensen om.", "Correctie: het dodental is aangepast."),
    ("ru", "Погибли 12 человек.", "Погибли 14 человек.", "Исправление: в первой версии было указано 12 человек."),
    ("ja", "洪水で12人が死亡した。", "洪水で14人が死亡した。", "訂正：死者数を誤って12人としていました。"),
    ("zh", "洪水造成12人死亡。", "洪水造成14人死亡。", "更正：此前报道的死亡人数有误。"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "old", "new", "note"), NOTES, ids=[f"{row[0]} {row[3][-24:]}" for row in NOTES])
def test_note_is_tied_to_the_fact_that_it_names(language: str, old: str, new: str, note: str) -> None:
    found = change((old,), (new, note), language=language)
    assert [fact.note for fact in found.noted] == [note] * len(found.noted) != []
    assert "correction" in found.types
    assert not found.silent
    assert not found.unnoted
    assert found.summary.startswith("Correction note added on ")


def test_facts_that_the_note_does_not_name_stay_unnoted() -> None:
    old = (TOLL[0], "Mayor Tom Harlow came to the valley.")
    new = (TOLL[1], "Mayor Eva Stone came to the valley.", "Correction: An earlier version gave the toll as 12.")
    found = change(old, new, would_be_noted=True)
    assert [(fact.type, fact.old, fact.new) for fact in found.noted] == [("numbers", "12", "14")]
    assert (found.silent, found.unnoted) == (False, True)


def test_note_on_a_misspelt_name_covers_no_toll() -> None:
    old = (TOLL[0], "Mayor Tom Harlow came to the valley that night.")
    new = (
        TOLL[1],
        "Mayor Tom Harlowe came to the valley that night.",
        "Correction: We misspelled a name.",
    )
    found = change(old, new)
    assert "numbers" not in {fact.type for fact in found.noted}
    assert found.unnoted


def test_note_that_names_nothing_is_one_on_the_whole_page() -> None:
    found = change(TOLL[:1], (TOLL[1], "This article was updated after a statement of the council."))
    assert found.noted == ()
    assert (found.silent, found.unnoted) == (False, False)


def test_what_was_added_or_cut_beside_a_note_is_not_held_against_it() -> None:
    old = (TOLL[0], "About 300 volunteers, most of them from Hull, came to help in the valley that evening.")
    found = change(old, (TOLL[1], "Correction: An earlier version gave the toll as 12."))
    assert not found.unnoted


def head(last_modified: datetime | None, *, last_check: datetime) -> Head:
    stated = format_datetime(last_modified, usegmt=True) if last_modified else None
    return Head(
        article_id="paper/1", source="paper", guid="1", url="https://paper.example/1", number=1, wording_digest="w",
        display_digest="d", stamp="s", chain="c", payload_digest="p", seen_at=SEEN, headline="h", state=State.WATCHED,
        check_history=CheckHistory("paper", SEEN, last_checked_at=last_check), validators=Validators(None, stated),
    )  # fmt: skip


def capture(last_modified: datetime | str | None) -> Capture:
    stated = format_datetime(last_modified, usegmt=True) if isinstance(last_modified, datetime) else last_modified
    headers = (("last-modified", stated),) if stated else ()
    return Capture("https://paper.example/1", "https://paper.example/1", 200, headers, b"", SEEN + timedelta(hours=3))


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("before", "last_check", "after", "is_dated"),
    [
        (SEEN - HOUR, SEEN + HOUR, SEEN + 2 * HOUR, True),
        (SEEN - HOUR, SEEN + HOUR, SEEN + 3 * HOUR, False),  # the time of the request
        (SEEN - HOUR, SEEN + HOUR, SEEN + 4 * HOUR, False),  # later than the request
        (SEEN - HOUR, SEEN + HOUR, SEEN + HOUR / 2, False),  # before a check that found the old wording
        (SEEN - HOUR, SEEN, SEEN + 2 * HOUR, False),  # no check since shows that the date stands
        (SEEN, SEEN + HOUR, SEEN + 2 * HOUR, False),  # it was the time of the request before
        (SEEN + HOUR, SEEN + HOUR, SEEN + 2 * HOUR, False),  # it moved while the text stood
        (SEEN - HOUR, SEEN + HOUR, SEEN - HOUR, False),  # it stood although the text changed
        (None, SEEN + HOUR, SEEN + 2 * HOUR, False),
        (SEEN - HOUR, SEEN + HOUR, None, False),
        (SEEN - HOUR, SEEN + HOUR, "yesterday", False),
    ],
)
def test_last_modified_is_believed_if_it_stood_with_the_text_and_moved_between_two_checks(
    before: datetime | None, last_check: datetime, after: datetime | str | None, is_dated: bool
) -> None:
    assert is_served_as_modified(head(before, last_check=last_check), capture(after)) is is_dated
