"""One changed toll, name or verdict among forty paragraphs reaches the lowest filter of lists and feeds: 25 of 100."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newscrawl.change import describe
from newscrawl.diff import compare
from newscrawl.items import Article, Change, Instant, PageKind, Precision

LOWEST = 0.25
STATED = Instant(datetime(2026, 3, 2, 7, tzinfo=UTC), Precision.SECOND, "2026-03-02T07:00:00Z")
# A sentence of each language in forty wordings, twelve and twenty among its numbers, so that no fact is unique.
FILLERS = {
    "en": "On the {} of these days the council met in hall {}, and 12 members and 20 guests were there.",
    "de": "Am {}. dieser Tage tagte der Rat in Saal {}, und 12 Mitglieder und 20 Gäste waren da.",
    "fr": "Le {} de ces jours, le conseil a siégé salle {}, et 12 membres et 20 invités étaient là.",
    "es": "El día {} el consejo se reunió en la sala {}, y había 12 miembros y 20 invitados.",
    "pt": "No dia {} o conselho reuniu-se na sala {}, e estavam lá 12 membros e 20 convidados.",
    "it": "Il giorno {} il consiglio si è riunito nella sala {}, e c'erano 12 membri e 20 ospiti.",
    "nl": "Op dag {} kwam de raad bijeen in zaal {}, en er waren 12 leden en 20 gasten.",
    "ru": "В день {} совет собрался в зале {}, и там было 12 членов и 20 гостей.",
    "ar": "في اليوم {} اجتمع المجلس في القاعة {} وكان هناك 12 عضوا و20 ضيفا.",
    "ja": "{}回目の会議は第{}会議室で開かれ、委員12人と客20人が出席した。",
    "zh": "第{}次会议在{}号会议厅举行，12名委员和20名来宾出席。",
}
FACTS = [
    ("en", "The flood killed 12 people.", "The flood killed 20 people."),
    ("en", "Twelve people died in the flood.", "Thirteen people died in the flood."),
    ("en", "Hundreds died in the flood.", "Thousands died in the flood."),
    ("en", "At least 1,200 people died.", "At least 1,250 people died."),
    ("en", "The victim is Peter Marsh.", "The victim is Philip Grant."),
    ("en", "Police named the driver as Olga Brandt of Leeds.", "Police named the driver as Irina Falk of Leeds."),
    ("en", "The jury found him guilty.", "The jury found him not guilty."),
    ("en", "The court convicted the mayor.", "The court acquitted the mayor."),
    ("en", "The judge upheld the sentence.", "The judge overturned the sentence."),
    ("en", "The crash was in Leeds.", "The crash was in Hull."),
    ("de", "Bei der Flut starben 12 Menschen.", "Bei der Flut starben 20 Menschen."),
    ("de", "Das Opfer heißt Peter Marsch.", "Das Opfer heißt Philip Grantz."),
    ("de", "Das Gericht sprach ihn schuldig.", "Das Gericht sprach ihn nicht schuldig."),
    ("de", "Der Angeklagte ist schuldig.", "Der Angeklagte ist unschuldig."),
    ("fr", "La crue a fait 12 morts.", "La crue a fait 20 morts."),
    ("fr", "La victime est Pierre Marchand.", "La victime est Philippe Granger."),
    ("fr", "Le tribunal l'a jugé coupable.", "Le tribunal l'a jugé innocent."),
    ("es", "La riada dejó 12 muertos.", "La riada dejó 20 muertos."),
    ("es", "La víctima es Pedro Marín.", "La víctima es Felipe Granado."),
    ("es", "El jurado lo declaró culpable.", "El jurado lo declaró inocente."),
    ("pt", "A cheia fez 12 mortos.", "A cheia fez 20 mortos."),
    ("pt", "A vítima é Pedro Marques.", "A vítima é Filipe Grande."),
    ("pt", "O tribunal considerou-o culpado.", "O tribunal considerou-o inocente."),
    ("it", "La piena ha ucciso 12 persone.", "La piena ha ucciso 20 persone."),
    ("it", "La vittima è Pietro Marchi.", "La vittima è Filippo Grandi."),
    ("it", "La corte lo ha giudicato colpevole.", "La corte lo ha giudicato innocente."),
    ("nl", "Bij de overstroming kwamen 12 mensen om.", "Bij de overstroming kwamen 20 mensen om."),
    ("nl", "Het slachtoffer is Pieter Marsman.", "Het slachtoffer is Filip Grootaert."),
    ("nl", "De rechter vond hem schuldig.", "De rechter vond hem onschuldig."),
    ("ru", "При наводнении погибли 12 человек.", "При наводнении погибли 20 человек."),
    ("ru", "Жертву зовут Пётр Маршев.", "Жертву зовут Филипп Грантов."),
    ("ru", "Суд признал его виновным.", "Суд признал его невиновным."),
    ("ar", "قتل 12 شخصا في الفيضان.", "قتل 20 شخصا في الفيضان."),
    ("ar", "قضت المحكمة بأنه مذنب.", "قضت المحكمة بأنه غير مذنب."),
    ("ja", "洪水で12人が死亡した。", "洪水で20人が死亡した。"),
    ("ja", "裁判所は有罪と判断した。", "裁判所は無罪と判断した。"),
    ("zh", "洪水造成12人死亡。", "洪水造成20人死亡。"),
    ("zh", "法院判他有罪。", "法院判他无罪。"),
]  # fmt: skip


def article(fact: str, language: str, place: int) -> Article:
    paragraphs = [FILLERS[language].format(number, 40 + number) for number in range(1, 40)]
    paragraphs.insert(place, fact)
    return Article(
        source="paper", guid="1", url="https://paper.example/1", headline=FILLERS[language].format(1, 41),
        paragraphs=tuple(paragraphs), wording_digest=fact, display_digest=fact, stamp="s", kind=PageKind.ARTICLE,
        rules="r", date_modified=STATED, in_language=language,
    )  # fmt: skip


def change(old: str, new: str, language: str, place: int) -> Change:
    before, after = article(old, language, place), article(new, language, place)
    return describe(before, after, compare(before, after))


@pytest.mark.parametrize(("language", "old", "new"), FACTS, ids=[f"{language} {new}" for language, _, new in FACTS])
@pytest.mark.parametrize("place", [17, 39])
def test_one_fact_of_a_long_story_reaches_the_lowest_filter(language: str, old: str, new: str, place: int) -> None:
    for before, after in ((old, new), (new, old)):
        found = change(before, after, language, place)
        assert found.significance >= LOWEST, found.reasons
