from __future__ import annotations

import pytest

from newscrawl.languages import arrow, language_tag, text_direction


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("pt_br", "pt-BR"), ("zh-hans-cn", "zh-Hans-CN"), ("english", None), ("", None), (None, None), ("EN", "en")],
)
def test_language_tags_have_one_spelling(tag: str | None, expected: str | None) -> None:
    assert language_tag(tag) == expected


@pytest.mark.parametrize(
    "tag",
    [
        "ar",
        "ar-EG",
        "fa",
        "he",
        "ur",
        "ps",
        "ckb",
        "dv",
        "yi",
        "pa-Arab",
        "az-Arab",
        "uz_Arab",
        "syr",
        "ku-Arab",
        "nqo",
    ],
)
def test_right_to_left_tags(tag: str) -> None:
    assert text_direction(tag) == "rtl"


@pytest.mark.parametrize(
    "tag",
    ["en", "ur-Latn", "he-Latn", "ar-Latn-EG", "pa", "az", "az-Latn", "uz", "uz-Cyrl", "ja", "zh-Hant", "", None, "??"],
)
def test_left_to_right_tags(tag: str | None) -> None:
    assert text_direction(tag) == "ltr"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("open", "shut", "→"),
        ("مفتوح", "مغلق", "←"),
        ("4", "5", "→"),
        ("كلفته 4", "5", "←"),  # numbers go with the letters in front of them
        ("cost 4", "5", "→"),
        ("٤", "٥", "←"),
        ("مفتوح", "shut", "←"),  # of both directions: as the paragraph is read
        ("open", "مغلق", "→"),
        ("A bridge: “مفتوح", "مغلق”", "←"),
        ("جسر: “open", "shut”", "→"),
        ("", "", "→"),
    ],
)
def test_an_arrow_points_to_what_is_read_next(before: str, after: str, expected: str) -> None:
    assert arrow(before, after) == expected
