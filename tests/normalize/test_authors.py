from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.items import Source
from newscrawl.normalize import authors

SOURCE = Source("courier", "The Tidewick Courier", ("courier.example",))


@pytest.mark.parametrize(
    ("stated", "names"),
    [
        ("By Jane Doe", ["Jane Doe"]),
        ("BY JANE DOE AND JOHN ROE", ["JANE DOE", "JOHN ROE"]),
        ("Travis Loller, Kimberlee Kruesi", ["Travis Loller", "Kimberlee Kruesi"]),
        ("A B, C D, and E F", ["A B", "C D", "E F"]),
        ("Von Hans Müller und Eva Kern", ["Hans Müller", "Eva Kern"]),
        ("Par Luc Durand et Zoé Petit", ["Luc Durand", "Zoé Petit"]),
        ("Por Ana Díaz y Juan Ruiz", ["Ana Díaz", "Juan Ruiz"]),
        ("José Ortega y Gasset", ["José Ortega y Gasset"]),
        ("Jane Doe; John Roe", ["Jane Doe", "John Roe"]),
        ("Jane Doe, Political Editor", ["Jane Doe"]),
        ("Adam Quill Media Correspondent", ["Adam Quill"]),
        ("Jane Doe in Berlin and John Roe in Paris", ["Jane Doe", "John Roe"]),
        ("Jane Doe, Associated Press", ["Jane Doe"]),
        ("Jane Doe for The Tidewick Courier", ["Jane Doe"]),
        ("Jane Doe @janedoe", ["Jane Doe"]),
        ("Jane Doe (dpa)", ["Jane Doe"]),
        ("Sam Smith, Jr., Eva Kern", ["Sam Smith, Jr.", "Eva Kern"]),
        ("Staff and agencies", ["Staff and agencies"]),
        ("구현모 기자", ["구현모"]),
        ("山田太郎、佐藤花子", ["山田太郎", "佐藤花子"]),
        ("Reuters", ["Reuters"]),
        ("MATT QUILL and AP Technology Writer", ["MATT QUILL"]),
        ("Editors", ["Editors"]),
        ("Jane Doe For The Mail on Sunday", ["Jane Doe"]),
        ("Courier online", ["Courier online"]),
        ("https://www.facebook.com/janedoe", []),
        ("courier.example", []),
        ("The Tidewick Courier", ["The Tidewick Courier"]),
        ("Words: Jane Doe. Photos: Max Roe", ["Jane Doe"]),
        ("Text und Fotos: Anna Frei", ["Anna Frei"]),
        ("Text: Anna Frei, Fotos: Max Roe", ["Anna Frei"]),
        ("Jane Doe; Illustration by Max Roe", ["Jane Doe"]),
        ("Translated by Max Roe", []),
        ("Ein Kommentar von Jan Sellner", ["Jan Sellner"]),
        ("Kommentar von\nJan Sellner\nStuttgart", ["Jan Sellner", "Stuttgart"]),
        ("Propos recueillis par Luc Durand", ["Luc Durand"]),
        ("Skrevet av Kari Dahl", ["Kari Dahl"]),
        ("Na Yohana Shida, Geita", ["Yohana Shida"]),
        ("Автор: Ярослав Кузишин", ["Ярослав Кузишин"]),
        ("Oleh Budi Santoso", ["Budi Santoso"]),
        ("Tuesday May 24, 2016 1:54 pm PDT by Jane Doe", ["Jane Doe"]),
        ("Updated by Jane Doe@janedoe", ["Jane Doe"]),
        ("Josh Dawsey Reporter covering the White House Email Bio Follow", ["Josh Dawsey"]),
        ("Josh Dawsey\nReporter covering the White House\nEmail\nBio\nFollow", ["Josh Dawsey"]),
        ("Jane Doe Email Bio Follow", ["Jane Doe"]),
        ("Jane Doe jane.doe@courier.example", ["Jane Doe"]),
        ("Doe, Jane", ["Jane Doe"]),
        ("van Dijk, Anna", ["Anna van Dijk"]),
        ("Müller-Lüdenscheidt, Hans; Kern, Eva", ["Hans Müller-Lüdenscheidt", "Eva Kern"]),
        ("Reuters, AFP", ["Reuters"]),
        ("AFP, MANILA", ["AFP"]),
        ("Por Eva Kern — São Paulo", ["Eva Kern"]),
        ("Sydney", ["Sydney"]),
        ("admin", []),
        ("undefined undefined", []),
        ("null", []),
        ("Eva Kern Jr, Jan Roe III", ["Eva Kern Jr", "Jan Roe III"]),
        ("記者 山田太郎", ["山田太郎"]),
        ("本报记者 林爱达", ["林爱达"]),
        ("Testo di Ada Lind", ["Ada Lind"]),
        ("מאת עדה לינד", ["עדה לינד"]),
        ("Από την Ada Lind", ["Ada Lind"]),
        ("Eva Kern Follow @evakern", ["Eva Kern"]),
        ("Eva Kern Published 3 March 2026", ["Eva Kern"]),
        ("By Eva Kern\nMarch 3, 2026", ["Eva Kern"]),
        ("As told to Eva Kern", ["Eva Kern"]),
        ("<a href='/eva'>Eva Kern</a>", ["Eva Kern"]),
        ("dpa/Eva Kern", ["dpa", "Eva Kern"]),
        ("20 Minutes", ["20 Minutes"]),
        ("Jane Doe, Berlin", ["Jane Doe"]),
        ("David Straub, MDR THÜRINGEN", ["David Straub"]),
        ("Sarah Hinger, Staff Attorney, Justice Program", ["Sarah Hinger"]),
        ("Mathatisi Sebusi/Mohalenyane Phakela", ["Mathatisi Sebusi", "Mohalenyane Phakela"]),
        ("Ana García-Ortiz y María de la Fuente", ["Ana García-Ortiz", "María de la Fuente"]),
        ("Ludwig van der Rohe und Anne-Marie von Berg", ["Ludwig van der Rohe", "Anne-Marie von Berg"]),
        ("Jane Doe Jane Doe", ["Jane Doe"]),
        ("순천, 광양 구현모 기자 ninek@courier.example", ["구현모"]),
        ("Max Roe | The Denver Post | Getty Images", []),
        ("Holger Kern, Leitender Wirtschaftsredakteur", ["Holger Kern"]),
        ("Tidewick Courier staff", ["Tidewick Courier staff"]),
        ("Jane &amp; Co Doe&nbsp;", ["Jane", "Co Doe"]),
        ("", []),
    ],
)
def test_a_line_gives_names_only(stated: str, names: list[str]) -> None:
    assert list(authors([stated], None, SOURCE)) == names


def test_names_keep_their_order_without_duplicates() -> None:
    assert authors(["Eva Kern", "Jane Doe", "EVA KERN"], None, SOURCE) == ("Eva Kern", "Jane Doe")


def test_the_byline_is_used_if_only_the_publisher_is_stated() -> None:
    assert authors(["The Tidewick Courier"], "By Jane Doe", SOURCE) == ("Jane Doe",)


def test_a_house_is_the_author_where_no_person_is_named() -> None:
    assert authors(["The Tidewick Courier"], "By The Tidewick Courier", SOURCE) == ("The Tidewick Courier",)
    assert authors(["The Tidewick Courier"], "Published today", SOURCE) == ("The Tidewick Courier",)
    assert authors(["Tidewick Courier Editorial"], "14 min read", SOURCE) == ()
    assert authors([], "Staff and agencies", SOURCE) == ("Staff and agencies",)
    assert authors([], "By AFP", SOURCE) == ("AFP",)


def test_a_byline_adds_names_only_if_it_shares_one_or_is_labelled() -> None:
    assert authors(["Eva Kern"], "By EVA KERN and JAN ROE", SOURCE) == ("Eva Kern", "JAN ROE")
    assert authors(["Eva Kern"], "Jan Roe", SOURCE) == ("Eva Kern",)
    assert authors(["Desk User"], "By Jan Roe", SOURCE) == ("Jan Roe",)
    assert authors(["The Weir Post"], "By Jan Roe, The Weir Post", SOURCE) == ("The Weir Post", "Jan Roe")
    assert authors(["Jan Roe"], "By Jan Roe Tidewick Courier", SOURCE) == ("Jan Roe",)
    assert authors(["Jan Roe"], "By Jan Roe\nWearable Tech", SOURCE) == ("Jan Roe",)
    assert authors(["Robert Smith"], "By Rob Smith", SOURCE) == ("Robert Smith",)


def test_a_source_is_recognized_by_its_name_with_spaces() -> None:
    herald = Source("nzherald", "nzherald", ("nzherald.example",))
    assert authors(["NZ Herald"], "By Jane Doe", herald) == ("Jane Doe",)


def test_words_of_the_user_interface_are_no_authors() -> None:
    assert authors([], "By Watch Live", SOURCE) == ()
    assert authors([], "Watch Our Report", SOURCE) == ()
    assert authors([], "By Jane Doe", SOURCE) == ("Jane Doe",)


def test_endless_lines_are_read_quickly() -> None:
    started = time.process_time()
    authors(["and " * 100_000, "a b " * 100_000, "(" * 100_000, "x," * 100_000], None, SOURCE)
    assert time.process_time() - started < 2


@given(st.lists(st.text(max_size=80), max_size=4), st.none() | st.text(max_size=80))
def test_no_text_ever_raises_and_every_name_has_a_letter(stated: list[str], byline: str | None) -> None:
    names = authors(stated, byline, SOURCE)
    assert all(any(map(str.isalpha, name)) for name in names)
    assert len({name.casefold() for name in names}) == len(names)
