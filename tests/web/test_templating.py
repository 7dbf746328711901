"""Templates: escaping is always on, undefined names are errors, and no template can switch that off."""

from __future__ import annotations

import re

import pytest
from jinja2 import DictLoader, UndefinedError

from newscrawl.web import templating


@pytest.mark.parametrize("name", ["a.html", "a.txt", "a.xml", "a", "a.html.j2"])
def test_escaping_does_not_depend_on_the_suffix(name: str) -> None:
    environment = templating.environment()
    environment.loader = DictLoader({name: "{{ text }}"})
    assert environment.get_template(name).render(text="<b>&'\"") == "&lt;b&gt;&amp;&#39;&#34;"


FORBIDDEN = r"\|\s*safe|autoescape|<script|\bstyle=|\bon\w+=|javascript:"


def test_an_undefined_name_is_an_error() -> None:
    environment = templating.environment()
    environment.loader = DictLoader({"a.html": "{{ nothing }}"})
    with pytest.raises(UndefinedError):
        environment.get_template("a.html").render()


def test_no_template_declares_text_safe() -> None:
    templates = list((templating.HERE / "templates").glob("*"))
    assert len(templates) > 10
    for path in templates:
        text = path.read_text()
        keys = '<script src="{{ keys }}" defer></script>'  # our only one; it holds nothing of a page
        assert re.search(FORBIDDEN, text.replace(keys, "")) is None, path.name


def test_only_templating_makes_markup() -> None:
    modules = [path.name for path in templating.HERE.glob("*.py") if "Markup(" in path.read_text()]
    assert modules == ["templating.py"]


def test_the_style_sheet_requests_nothing() -> None:
    text = (templating.STATIC / "newscrawl.css").read_text()
    assert re.search(r"url\(|@import|@font-face", text) is None
