"""Names in credits that look like something else stay whole, and what is no name beside them goes."""

from __future__ import annotations

import pytest

from newscrawl.items import Source
from newscrawl.normalize import authors

SOURCE = Source("courier", "The Tidewick Courier", ("courier.example",))


@pytest.mark.parametrize(
    "name",
    [
        "Frank Weekly",
        "April Bishop",
        "Paris Hilton",
        "Nga Tran",
        "Van Anh",
        "Per Brandt",
        "Abdullah bin Khalid al-Suwaidi",
        "Siobhán O'Hanlon",
        "Máire Ní Bhriain",
        "Inês d'Ávila",
        "Lucia degli Alberti",
        "Sipho kaMagwaza-Ndlovu",
        "Noor aan het Veer",
        "Jörg Groß-Weiß",
        "Harlan B. Cobb III",
        "Nagy-Kovács Ágnes",
        "Guðrún Helga Jónsdóttir",
        "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
        "மீனா குமார்",
    ],
)
def test_a_name_that_looks_like_a_label_or_has_particles_stays_whole(name: str) -> None:
    assert authors([name], None, SOURCE) == (name,)
    assert authors([], name, SOURCE) == (name,)


@pytest.mark.parametrize(
    "name",
    [
        "Médecins Sans frontières",
        "Avocats Sans frontières",
        "Gröna Havet ungdom",
        "Bread for the World",
        "Boats for Tomorrow",
        "Reporters sans frontières",
        "Virginia Editor",
        "Christian Post",
    ],
)
def test_an_organisation_keeps_the_words_of_its_name(name: str) -> None:
    assert authors([name], None, SOURCE) == (name,)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Ada Lind skriver", ["Ada Lind"]),
        ("Ada Lind sosiolog", ["Ada Lind"]),
        ("Ada Lind freelance", ["Ada Lind"]),
        ("Ada Lind kommentoi", ["Ada Lind"]),
        ("Ada Lind for The Weir Herald", ["Ada Lind"]),
        ("Reuters for The Courier", ["Reuters"]),
        ("Illustrasjon: Kåre Moe\nTekst: Liv Aas", ["Liv Aas"]),
        ("Kuvitus: Aino Ek, teksti: Väinö Lind", ["Väinö Lind"]),
        ("Text: Ada Lind, Zeichnungen: Bo Ek", ["Ada Lind"]),
        ("Texto: Ada Lind | Dibujos: Bo Ek", ["Ada Lind"]),
        ("Марина Зуева, Глеб Юрьев, РИА Вести", ["Марина Зуева", "Глеб Юрьев"]),
        ("Από τους Νίκο Ράλλη και Έλλη Δήμου", ["Νίκο Ράλλη", "Έλλη Δήμου"]),
        ("هدى منصور وسامي الخطيب", ["هدى منصور", "سامي الخطيب"]),
        ("هدى وسام الخطيب", ["هدى وسام الخطيب"]),
        ("新华社北京3月5日电（记者王小明、李大华）", ["王小明", "李大华"]),
        ("本报讯（记者 王小明 通讯员 李大华）", ["王小明", "李大华"]),
        ("聞き手・高橋健一、写真・鈴木純", ["高橋健一"]),
        ("撰文 / 王小明　插畫 / 李大華", ["王小明"]),
        ("글 박서연 그림 최민호", ["박서연"]),
        ("Илюстрация: Петя Колева; текст: Борис Славов", ["Борис Славов"]),
    ],
)
def test_a_credit_gives_its_authors_and_no_other_word(line: str, names: list[str]) -> None:
    assert list(authors([line], None, SOURCE)) == names
