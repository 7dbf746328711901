"""Templates: escaping is forced on, nothing undefined is let through, and no template can switch that off."""

from __future__ import annotations

import re

import pytest
from jinja2 import DictLoader, UndefinedError

from newscrawl.web import templating


@pytest.mark.parametrize("name", ["a.html", "a.txt", "a.xml", "a", "a.html.j2"])
def test_escaping_does_not_hang_on_a_suffix(name: str) -> None:
    made = templating.environment()
    made.loader = DictLoader({name: "{{ text }}"})
    assert made.get_template(name).render(text="<b>&'\"") == "&lt;b&gt;&amp;&#39;&#34;"


def test_what_is_undefined_is_a_fault() -> None:
    made = templating.environment()
    made.loader = DictLoader({"a.html": "{{ nothing }}"})
    with pytest.raises(UndefinedError):
        made.get_template("a.html").render()


def test_no_template_declares_text_safe() -> None:
    templates = list((templating.HERE / "templates").glob("*"))
    assert len(templates) > 10
    for path in templates:
        text = path.read_text()
        assert re.search(r"\|\s*safe|autoescape|<script|\bstyle=|\bon\w+=|javascript:", text) is None, path.name


def test_only_look_makes_markup() -> None:
    makers = [path.name for path in templating.HERE.glob("*.py") if "Markup(" in path.read_text()]
    assert makers == ["templating.py"]


def test_the_style_sheet_asks_nobody() -> None:
    text = (templating.STATIC / "newscrawl.css").read_text()
    assert re.search(r"url\(|@import|@font-face", text) is None
