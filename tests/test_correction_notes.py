"""Notes of corrections are found by their words, whatever rules most texts out before."""

from __future__ import annotations

import pytest

from newscrawl.correction_notes import CORRECTION, is_correction_note

_BEHIND = ", after a reader wrote to us on 3 May"


@pytest.mark.parametrize(
    "words",
    [
        "Correction", "Corrections", "CLARIFICATION", "Editor’s note", "Editors note", "Korrektur", "Berichtigung",
        "Richtigstellung", "Anmerkung der Redaktion", "Rectificatif", "Précision", "Corrección", "Correccion",
        "Fe de errores", "Rectificación", "Correção", "Correçao", "Errata", "Rettifica", "Correctie", "Rättelse",
        "Rettelse", "Oikaisu", "Sprostowanie", "Helyesbítés", "Düzeltme", "Ralat", "Koreksi", "Đính chính",
        "Исправление", "Поправка", "It was updated to correct a name", "It was amended to clarify this",
        "It was edited to fix a link", "It was revised to reflect that", "It was changed to correct a name",
        "An earlier version of this text", "A previous version of the text", "This article has been corrected",
        "This story was amended", "This report was clarified", "This post was changed", "This page was edited",
        "We have corrected the name", "We regret the error", "So stand es in einer früheren Version",
        "So stand es in einer ersten Fassung", "Dans une version précédente", "Dans une première version antérieure",
        "En una versión anterior", "Em uma versão anterior", "In una versione precedente", "In een eerdere versie",
        "訂正", "更正", "订正", "お詫び", "바로잡습니다", "تصحيح",
    ],
)  # fmt: skip
def test_each_way_to_begin_a_note_is_found_in_any_case(words: str) -> None:
    for written in (words, words.upper(), words.replace("i", "ı"), words.upper().replace("I", "İ")):
        text = written + _BEHIND
        assert is_correction_note(text) == bool(CORRECTION.search(text))
    assert is_correction_note(words + _BEHIND)


def test_other_lines_of_a_page_are_none() -> None:
    assert not is_correction_note("Sign up for our newsletter, and read the news each morning")
    assert not is_correction_note("Our editor for the new edition writes about what changed in town")
