"""English text of ours that is stored, or comes with an error of another room, in the language of the reader."""

from __future__ import annotations

import ast
from dataclasses import fields, replace
from itertools import product
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from markupsafe import escape

from newscrawl.change.fact_changes import FactChanges
from newscrawl.change.significance import Part, amount_part, fact_parts, total
from newscrawl.change.spelling import Spelling
from newscrawl.change.summary import summary
from newscrawl.humanize import LANGUAGES, Locale, recognised, translated, using
from newscrawl.items import Diff, DiffOp, DiffRow, NotedFact
from newscrawl.web.localization import unknown_language, unknown_zone
from newscrawl.web.templating import stored

GERMAN = Locale("de")
READER = Path(__file__).parents[2] / "newscrawl" / "store" / "reader"
RAISED = {"Absent", "Hidden", "Erased", "BadQuery", "BadCursor", "TooSlow", "refuse_hidden"}
KEPT = DiffRow(DiffOp.KEPT, (), ())
PAIRS = (
    [("4.1 million", "5.6 million")],
    [("", "Lorn")],
    [("Lorn", "")],
    [("a", "b"), ("c", "")],
    [("", "x"), ("y", "z")],
)


def _facts() -> list[FactChanges]:
    """Return facts of which one kind has changed: by a pair, on one side, and several times."""
    found = []
    for field in fields(FactChanges):
        if field.name in {"in_headline", "in_lede"}:
            continue
        is_text = field.name in {"quotes_added", "quotes_removed", "corrections", "updates"}
        for pairs in PAIRS:
            changed = [new or old for old, new in pairs] if is_text else pairs
            found.append(replace(FactChanges(), **{field.name: changed}))
    return found


def _diff(*ops: DiffOp) -> Diff:
    return Diff(KEPT, KEPT, tuple(DiffRow(op, (), ()) for op in ops))


@pytest.mark.parametrize("facts", _facts(), ids=lambda facts: repr(facts)[:0] or None)
def test_each_summary_and_reason_of_facts_is_recognised(facts: FactChanges) -> None:
    parts = fact_parts(facts)
    line = summary(["numbers"], facts, _diff(DiffOp.EDITED, DiffOp.EDITED, DiffOp.ADDED))
    assert recognised(line), line
    for reason in total([*parts, amount_part(0.34)])[1]:
        assert recognised(reason), reason
    with using(GERMAN):
        assert translated(line) != line
        assert "Absätze geändert" in translated(line)


def test_each_other_clause_is_recognised() -> None:
    nothing = FactChanges()
    kinds = ("typography", "boilerplate", "byline", "dates", "wording", "headline", "lede")
    lines = [summary([kind], nothing, _diff()) for kind in kinds]
    lines += [summary(["typo"], nothing, _diff(), [spelling]) for spelling in Spelling]
    lines += [
        summary(["added"], nothing, _diff(*[op] * count))
        for op, count in product(DiffOp, (1, 2, 1200))
        if op is not DiffOp.KEPT
    ]
    noted = [NotedFact("numbers", "5", "6", "Correction: it was 6."), NotedFact("numbers", "", "6", "note")]
    for fact, kind in product(noted, ("corrections", "updates")):
        lines.append(summary(["correction"], replace(nothing, **{kind: ["A note."]}), _diff(), noted=[fact]))
    assert [line for line in lines if line and recognised(line) is None] == []
    details = (
        "2 corrected",
        "1 slipped in",
        "3 lines",
        "1 paragraph",
        "reworded: a → b",
        "the first paragraph changed",
    )
    for part in (
        *(Part("wording", 0.1, detail) for detail in details),
        Part("sum limited to 1", -0.2),
        Part("byline", 0.03, "the stated authors differ"),
    ):
        assert recognised(str(part))
        with using(GERMAN):
            assert not part.detail or part.detail not in translated(str(part))


def test_each_error_of_the_reader_is_recognised() -> None:
    """The texts are read from the source: with another error there must be another message."""
    found = []
    for path in sorted(READER.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED:
                said = next((arg for arg in node.args if isinstance(arg, ast.JoinedStr | ast.Constant)), None)
                if said is not None:
                    found.append((node.func.id, _text(said)))
    assert len(found) > 12
    for name, text in found:
        is_part = name in {"Hidden", "Erased", "refuse_hidden"}
        for line in [f"{text} is hidden", f"{text} was erased by order on 2026-01-02: why"] if is_part else [text]:
            assert recognised(line), line
    assert recognised(unknown_language("xx"))
    assert recognised(unknown_zone("Europe/Berln"))
    assert recognised(unknown_zone("nowhere at all"))


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    assert isinstance(node, ast.JoinedStr)
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "x1" for part in node.values)


@given(
    st.text(max_size=80) | st.sampled_from(["number a → b", "Lede changed; number <b> → x", "; ; ", "3 x changed ("])
)
def test_any_text_is_told_in_any_language(text: str) -> None:
    for language in LANGUAGES:
        with using(Locale(language)):
            assert "<script" not in escape(stored(text + "<script>"))
            said = translated(text)
            assert said == text or recognised(text)


def test_values_are_escaped_and_apart() -> None:
    with using(Locale("ar")):
        markup = stored("Number <i>5</i> → <script>6; lede changed")
    assert markup == "رقم <bdi>&lt;i&gt;5&lt;/i&gt;</bdi> \u200f←\u200f <bdi>&lt;script&gt;6</bdi>؛ تغيّرت المقدمة"


def test_an_arrow_goes_as_the_page_is_read() -> None:
    """Isolated by bdi elements, values of either direction do not turn it round."""
    reason = "numbers: ٤ → ٥ (+0.45)"
    with using(Locale("en")):
        assert stored(reason) == "numbers: <bdi>٤</bdi> → <bdi>٥</bdi> (<bdi>+0.45</bdi>)"
    with using(Locale("ar")):
        assert "<bdi>٤</bdi> \u200f←\u200f <bdi>٥</bdi>" in stored(reason)


@pytest.mark.parametrize(("language", "weights"), [("en", "+0.45 -0.20"), ("de", "+0,45 -0,20"), ("ar", "+0.45 -0.20")])
def test_a_weight_is_written_as_the_language_writes_numbers(language: str, weights: str) -> None:
    reasons = [str(Part("numbers", 0.45, "٤ → ٥")), str(Part("sum limited to 1", -0.2))]
    with using(Locale(language)):
        found = [str(stored(reason)) for reason in reasons]
    for line, weight in zip(found, weights.split(), strict=True):
        assert weight in line


@pytest.mark.parametrize(
    "path", ["/", "/newest", "/article/{key}", "/article/{key}/1/2", "/article/nope", "/about", "/method"]
)
async def test_a_german_page_has_nothing_in_english(client: httpx.AsyncClient, bridge: str, path: str) -> None:
    answer = await client.get(path.format(key=bridge) + "?lang=de")
    page = html.fromstring(answer.text)
    assert page.get("lang") == "de"
    assert [element.text_content() for element in page.cssselect("main span[lang=en][dir=ltr]")] == []


async def test_a_feed_is_in_the_language_of_its_query(client: httpx.AsyncClient, bridge: str) -> None:
    english, german = (await client.get("/changes.json")).json(), (await client.get("/changes.json?lang=de")).json()
    assert english["items"][0]["id"] == german["items"][0]["id"]
    assert "Side by side" in english["items"][0]["content_html"]
    assert "Side by side" not in german["items"][0]["content_html"]
    assert english["items"][0]["summary"] != german["items"][0]["summary"]
