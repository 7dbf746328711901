"""What an edit turns round is named and weighs; what only is written otherwise is neither."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from newscrawl.change import describe
from newscrawl.change.fact_changes import MAX_READ_EDITS
from newscrawl.diff import compare
from newscrawl.items import Article, Change, Instant, PageKind, Precision

AROUND = (
    "The council met in the old hall by the river, and the meeting was open to the public as always.",
    "Members read the minutes, and the clerk noted who had come and who had sent apologies.",
    "A choir from the school sang before the session began, as is the custom at this time of the year.",
)
STATED = Instant(datetime(2026, 3, 2, 7, tzinfo=UTC), Precision.SECOND, "2026-03-02T07:00:00Z")


def article(text: str, language: str, modified: Instant | None) -> Article:
    return Article(
        source="paper", guid="1", url="https://paper.example/1", headline="Council meets in the old hall",
        paragraphs=(*AROUND, text, *AROUND[::-1]), wording_digest=text, display_digest=text, stamp="s",
        kind=PageKind.ARTICLE, rules="r", date_modified=modified, in_language=language,
    )  # fmt: skip


def change(old: str, new: str, language: str = "en", *, modified: Instant | None = STATED) -> Change:
    before, after = article(old, language, modified), article(new, language, modified)
    return describe(before, after, compare(before, after))


REVERSALS = [
    ("negation", "The council will not close the pool this winter.", "The council will close the pool this winter."),
    ("negation", "The suspect pleaded not guilty on Monday.", "The suspect pleaded guilty on Monday."),
    ("negation", "The vaccine was found to be safe.", "The vaccine was found to be unsafe."),
    ("negation", "She said she didn't know of the letter.", "She said she knew of the letter."),
    ("negation", "Nobody was on board.", "Somebody was on board."),
    ("opposite", "Unemployment rose in the spring.", "Unemployment fell in the spring."),
    ("opposite", "The court upheld the ban.", "The court overturned the ban."),
    ("opposite", "All staff, including the guards, were paid.", "All staff, excluding the guards, were paid."),
    ("opposite", "The union was reluctant to sign.", "The union was willing to sign."),
    ("opposite", "Harlow won the seat by a few votes.", "Harlow lost the seat by a few votes."),
    ("roles", "Redford United beat Barton City in the final.", "Barton City beat Redford United in the final."),
    ("numbers", "It was the third fire this year.", "It was the seventh fire this year."),
    ("numbers", "Most members voted for the deal.", "Few members voted for the deal."),
    ("numbers", "Five men were killed in the crash.", "Seven men were killed in the crash."),
    ("names", "Minister Anna Lindberg met Tom Harlow there.", "Minister Anna Lindberg met Eva Stone there."),
    ("place", "The crash happened in Leeds that night.", "The crash happened in Hull that night."),
    ("speaker", "City officials said the plan was sound.", "City critics said the plan was sound."),
    ("thing", "The fire began in the kitchen.", "The fire began in the bedroom."),
    ("thing", "He was charged with murder.", "He was charged with manslaughter."),
    ("cause", "The delay was caused by snow.", "The delay was caused by a strike."),
    ("time", "The council meets on 7 May to vote.", "The council meets in April 2031 to vote."),
    ("time", "Trains start at 10:15.", "Trains start at 11:45."),
    ("modality", "The mayor will resign.", "The mayor may resign."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "old", "new"), REVERSALS, ids=[f"{kind} {new[-20:]}" for kind, _, new in REVERSALS])
def test_reversal_is_named_and_weighs(kind: str, old: str, new: str) -> None:
    for before, after in ((old, new), (new, old)):
        found = change(before, after)
        assert kind in found.types, found.reasons
        assert found.significance >= 0.2
        assert any("→" in reason for reason in found.reasons)


def test_number_is_no_speaker_and_what_another_clause_says_makes_none() -> None:
    day = "植樹は今月二十{}日に行われ、およそ八十人が参加する。市の園芸課によると、品種が選ばれたという。"
    for language, old, new, types in (
        ("ja", day.format("一"), day.format("八"), {"numbers"}),
        ("ja", "議員二十一人が述べた。", "議員二十八人が述べた。", {"numbers"}),
        ("en", "Three officials said the plan was sound.", "Four officials said the plan was sound.", {"numbers"}),
        ("ja", "警察によると、事故は朝だった。", "消防によると、事故は朝だった。", {"speaker"}),
    ):
        assert set(change(old, new, language).types) & {"numbers", "speaker"} == types, old


ELSEWHERE = [
    ("de", "negation", "Das Gericht sprach ihn schuldig.", "Das Gericht sprach ihn nicht schuldig."),
    ("de", "opposite", "Die Preise stiegen im Frühjahr.", "Die Preise sanken im Frühjahr."),
    ("fr", "negation", "Le maire n'a pas signé.", "Le maire a signé."),
    ("fr", "opposite", "Le ministre a approuvé le projet.", "Le ministre a rejeté le projet."),
    ("es", "negation", "La ciudad no cerrará la piscina.", "La ciudad cerrará la piscina."),
    ("pt", "negation", "O tribunal não aceitou o recurso.", "O tribunal aceitou o recurso."),
    ("it", "negation", "Il sindaco non ha firmato.", "Il sindaco ha firmato."),
    ("nl", "negation", "De raad sluit het zwembad niet.", "De raad sluit het zwembad."),
    ("ru", "negation", "Суд не признал его виновным.", "Суд признал его виновным."),
    ("ar", "negation", "لم يوقع الوزير الاتفاق.", "وقع الوزير الاتفاق."),
    ("ja", "negation", "市はプールを閉鎖しない。", "市はプールを閉鎖する。"),
    ("zh", "negation", "市政府不会关闭泳池。", "市政府会关闭泳池。"),
    ("de", "numbers", "Zwei Menschen starben.", "Fünf Menschen starben."),
    ("ja", "numbers", "500万円を支払った。", "700万円を支払った。"),
]


@pytest.mark.parametrize(("language", "kind", "old", "new"), ELSEWHERE, ids=[f"{row[0]} {row[1]}" for row in ELSEWHERE])
def test_reversal_in_another_language_is_named_and_weighs(language: str, kind: str, old: str, new: str) -> None:
    for before, after in ((old, new), (new, old)):
        found = change(before, after, language)
        assert kind in found.types, found.reasons
        assert found.significance >= 0.2


NEUTRAL = [
    ("en", "Police said three people were hurt.", "Police said 3 people were hurt."),
    ("en", "It happened in the first week.", "It happened in the 1st week."),
    ("en", "The fund is worth 2,000,000 euros.", "The fund is worth 2 million euros."),
    ("en", "The fund is worth 2 million euros.", "The fund is worth €2m."),
    ("en", "Prices rose by 5 per cent.", "Prices rose by 5%."),
    ("en", "About 1,000 people came.", "About 1000 people came."),
    ("en", "The colour of the harbour was grey.", "The color of the harbor was gray."),
    ("en", "Updated 10:15 GMT", "Updated 11:45 GMT"),
    ("en", "Good news for all 👍🏽", "Good news for all 👍🏿"),
    ("en", "He said the ‘plan’ was “not good at all” today.", "He said the 'plan' was \"not good at all\" today."),
    ("en", "“The plan is dead and all know it,” she said.", "“The plan is dead,” she said, “and all know it.”"),
    ("en", "It will open on 7 May, she may add.", "It will open on 7 May, she may add!"),
    ("en", "The girl looked glad at the big dog.", "The girl looked happy at the large dog."),
    ("en", "The girl looked unhappy that day.", "The girl looked sad that day."),
    ("en", "They met on the main street of the town.", "They met on the main road of the town."),
    ("en", "The office wrote each of the boats down.", "The office wrote all of the boats down."),
    ("en", "On Monday the minister met the mayor.", "The minister met the mayor on Monday."),
    ("de", "Ein Plus von 1.500 Euro wurde gemeldet.", "Ein Plus von 1500 Euro wurde gemeldet."),
    ("de", "Zwei Menschen starben.", "2 Menschen starben."),
    ("fr", "Quatre-vingt-dix personnes sont venues.", "90 personnes sont venues."),
    ("es", "Vinieron 2.000 personas.", "Vinieron dos mil personas."),
    ("ru", "Пришли двадцать пять человек.", "Пришли 25 человек."),
    ("pt", "Vieram quarenta e cinco pessoas.", "Vieram 45 pessoas."),
]


@pytest.mark.parametrize(("language", "old", "new"), NEUTRAL, ids=[f"{row[0]} {row[2][-24:]}" for row in NEUTRAL])
def test_what_is_only_written_otherwise_states_nothing_else(language: str, old: str, new: str) -> None:
    for before, after in ((old, new), (new, old)):
        found = change(before, after, language)
        assert not found.silent
        assert not found.unnoted
        assert found.significance < 0.1, found.reasons


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("The center opens today.", "The centee opens today.", "a typo slipped in"),
        ("The Center opens today.", "The Centee opens today.", "spelling differs"),
        ("The goverment fell silent.", "The government fell silent.", "a typo was corrected"),
        ("He lead the party for years.", "He led the party for years.", "spelling differs"),
        ("It was on on the table.", "It was on the table.", "a typo was corrected"),
    ],
)
def test_a_typo_is_said_to_go_one_way_or_none(old: str, new: str, said: str) -> None:
    found = change(old, new)
    assert found.types == ("typo",)
    assert said in found.summary


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("All staff, including the guards, were paid.", "All staff, excluding the guards, were paid."),
        ("It makes tomatoes into sauce.", "It makes potatoes into sauce."),
        ("It was not the plan that had failed.", "It was the plan that had not failed."),
        ("He was in Iran.", "He was in Iraq."),
    ],
)
def test_real_words_that_state_something_else_are_no_typos(old: str, new: str) -> None:
    assert "typo" not in change(old, new).types


def test_silent_is_said_only_where_the_page_states_when_it_was_modified() -> None:
    old, new = "Five men were killed in the crash.", "Seven men were killed in the crash."
    assert (change(old, new).silent, change(old, new).unnoted) == (True, False)
    undated = change(old, new, modified=None)
    assert (undated.silent, undated.unnoted) == (False, True)


def test_an_exchange_in_one_paragraph_hides_no_name_in_another() -> None:
    old = ("Redford United beat Barton City in the final.", "Minister Anna Lindberg met Tom Harlow there.")
    new = ("Barton City beat Redford United in the final.", "Minister Anna Lindberg met Eva Stone there.")
    before, after = (replace(article("-", "en", STATED), paragraphs=(*AROUND, *texts, *AROUND)) for texts in (old, new))
    assert {"roles", "names"} <= set(describe(before, after, compare(before, after)).types)


def test_the_facts_of_so_many_edits_are_read_and_no_more() -> None:
    """The rest of a text that is edited throughout is counted and weighed: reading all took minutes."""
    texts = [
        tuple(
            f"On day {day} the harbour office counted {day * 7 + more} boats and wrote them down."
            for day in range(1200)
        )
        for more in (0, 1)
    ]
    before, after = (replace(article("-", "en", STATED), paragraphs=text) for text in texts)
    found = describe(before, after, compare(before, after))
    assert found.paragraphs_edited == 1200
    assert any(f"and {MAX_READ_EDITS - 2} more" in reason for reason in found.reasons)
    assert len(found.excerpts) == 2


def test_a_new_clause_that_denies_something_turns_no_statement_round() -> None:
    old = "It is widely believed that the mayor and her party were out to get him."
    new = (
        "The protests of that spring arose without any help from the town hall, but it is widely believed that the "
        "mayor and her party were out to get him."
    )
    assert "negation" not in change(old, new).types


def test_words_of_two_places_that_were_each_replaced_are_no_opposites() -> None:
    old = "The assistant is capable of answering follow-up questions there. It hands those types of queriers over."
    new = "The assistant can answer follow-up questions. It hands those types of queries over."
    assert "opposite" not in change(old, new).types
