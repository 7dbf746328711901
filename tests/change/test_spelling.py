"""A typo is a word that no dictionary has beside one that it has; two real words state two things."""

from __future__ import annotations

from itertools import combinations

import pytest
from rapidfuzz.distance import OSA

from newscrawl.change import wordnet
from newscrawl.change.spelling import Spelling, is_spelt_otherwise, respelled

# Slips of the keyboard and the ear, as in any newspaper; the first of each pair is in no dictionary.
MISSPELT = [
    tuple(pair.split())
    for pair in (
        "goverment government", "recieve receive", "occured occurred", "seperate separate",
        "definately definitely", "accomodation accommodation", "wich which", "teh the", "becuase because",
        "untill until", "begining beginning", "commitee committee", "embarass embarrass",
        "enviroment environment", "foriegn foreign", "happend happened", "independant independent",
        "jewelery jewellery", "knowlege knowledge", "liason liaison", "maintainance maintenance",
        "neccessary necessary", "ocasion occasion", "parliment parliament", "posession possession",
        "publically publicly", "refered referred", "rythm rhythm", "succesful successful", "suprise surprise",
        "tommorow tomorrow", "truely truly", "wierd weird", "adress address", "appearence appearance",
        "artic arctic", "buisness business", "calender calendar", "cemetary cemetery", "collegue colleague",
        "concious conscious", "existance existence", "firey fiery", "gaurd guard", "harrass harass",
        "imediately immediately", "interupt interrupt", "mispell misspell", "minature miniature",
        "noticable noticeable", "persistant persistent", "politican politician", "probaly probably",
        "reccommend recommend", "religous religious", "resistence resistance", "sargent sergeant",
        "siezed seized", "thier their", "threshhold threshold", "unfortunatly unfortunately", "vaccum vacuum",
        "witheld withheld", "policemen's policemne's", "casualities casualties", "miltary military",
        "presidnet president", "electoin election",
    )
]  # fmt: skip


def test_most_misspelt_words_are_typos_that_were_corrected_or_slipped_in() -> None:
    corrected = [respelled(old, new, "en") for old, new in MISSPELT]
    slipped_in = [respelled(new, old, "en") for old, new in MISSPELT]
    assert sum(way is not None for way in (*corrected, *slipped_in)) >= 0.9 * 2 * len(MISSPELT)
    assert Spelling.SLIPPED_IN not in corrected[:-5]
    assert Spelling.CORRECTED not in slipped_in[:-5]


def real_words(first: str) -> list[str]:
    return sorted(
        word for word in wordnet._table().words if word.startswith(first) and word.isalpha() and len(word) > 3
    )


@pytest.mark.parametrize("first", ["str", "bra", "con", "mar", "ple"])
def test_no_real_word_is_a_typo_of_another(first: str) -> None:
    pairs = [
        (one, other)
        for one, other in combinations(real_words(first), 2)
        if OSA.distance(one, other) <= 2 and not is_spelt_otherwise(one, other, "en")
    ]
    assert len(pairs) > 50
    assert [pair for pair in pairs if respelled(*pair, "en") is not None] == []


@pytest.mark.parametrize(
    "pair",
    [
        "officer office",
        "driver drive",
        "fell fall",
        "hours hour",
        "closed close",
        "killed filled",
        "form firm",
        "nit not",
    ],
)
def test_another_form_is_another_statement(pair: str) -> None:
    one, other = pair.split()
    assert respelled(one, other, "en") is None


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("de", "schuldig", "unschuldig"), ("de", "wurde", "würde"), ("de", "schon", "schön"), ("de", "Haus", "Maus"),
        ("nl", "schuldig", "onschuldig"), ("ru", "виновен", "невиновен"), ("fr", "possible", "impossible"),
        ("es", "legal", "ilegal"), ("ru", "нашла", "нашли"), ("ru", "мой", "мои"),
    ],
)  # fmt: skip
def test_word_of_another_language_that_states_something_else_is_no_spelling(
    language: str, one: str, other: str
) -> None:
    assert respelled(one, other, language) is None


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("de", "daß", "dass"), ("de", "Schiffahrt", "Schifffahrt"), ("de", "Strasse", "Straße"),
        ("de", "Muenchen", "München"), ("de", "Photographie", "Fotografie"), ("pt", "acção", "ação"),
        ("pt", "director", "diretor"), ("ru", "ещё", "еще"), ("ar", "أعلن", "اعلن"), ("es", "sólo", "solo"),
        ("fr", "événement", "évènement"), ("en", "defence", "defense"), ("fr", "Etat", "État"),
        ("nl", "coördinatie", "coordinatie"),
    ],
)  # fmt: skip
def test_both_spellings_of_a_word_are_one(language: str, one: str, other: str) -> None:
    assert is_spelt_otherwise(one, other, language)
    assert respelled(one, other, language) is Spelling.OTHER
