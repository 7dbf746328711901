"""Hostile text in any field is harmless on a terminal, in logs and in JSON: no escape and no reordering of text."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
import regex

from newscrawl.config import Config
from newscrawl.items import Instant, OptionalText, OptionalType, Precision
from newscrawl.logs import JsonLine, OneLine
from tests.cli.conftest import runner
from tests.web.press import LEDE, NOW, Draft, Press
from tests.web.test_hostile_text import HOSTILE

ALL = " ".join(HOSTILE.values())
# Colour is off, as the output is no terminal's: whatever escape there is comes from the article.
FORBIDDEN = regex.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
COMMANDS = (("history",), ("diff", "1", "2"), ("blame",), ("explain",))


async def hostile_article(press: Press) -> str:
    """Record an article of which twelve fields are hostile."""
    extra: dict[str, Any] = {
        "byline": ALL,
        "author": (ALL,),
        "article_section": ALL,
        "description": ALL,
        "alternative_headlines": (ALL,),
        "date_published": Instant(NOW, Precision.DAY, ALL),
        "optional": (OptionalText(OptionalType.CAPTION, ALL),),
    }
    drafts = [Draft(hours, ALL, [LEDE, words, ALL], extra=extra) for hours, words in enumerate(("It rained.", ALL))]
    url = "https://www.harbour.example/news/hostile"
    return await press.publish(ALL, drafts, url=url, publisher=ALL, language=ALL)


async def test_commands_print_no_control_of_an_article(press: Press, config: Config) -> None:
    key = await hostile_article(press)
    for name, *rest in COMMANDS:
        done = runner(config)(name, key, *rest)
        assert done.returncode == 0, done.stderr
        assert "onerror" in done.stdout or name == "explain", f"{name} shows nothing of it"
        assert FORBIDDEN.findall(done.stdout) == [], name


async def test_json_of_commands_is_json(press: Press, config: Config) -> None:
    key = await hostile_article(press)
    done = runner(config)("history", key, "--json")
    assert done.returncode == 0, done.stderr
    assert FORBIDDEN.findall(done.stdout) == []
    assert json.loads(done.stdout)["history"][0]["headline"]


@pytest.mark.parametrize("formatter", [OneLine, JsonLine])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_line_of_the_log_is_one_line(formatter: Callable[[], logging.Formatter], name: str) -> None:
    text = f"{HOSTILE[name]}\r\ndecision=forged source=other\u2028x"
    record = logging.LogRecord("newscrawl", logging.INFO, __file__, 1, "decision=%s reason=%s", ("new", text), None)
    line = formatter().format(record)
    assert len(line.splitlines()) == 1
    assert FORBIDDEN.findall(line) == []
