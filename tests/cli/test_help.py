"""The help of every command: one way to say a thing, so that an option means the same wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from docs.reference.commands import commands
from newscrawl.jobs.supervisor import CRAWLS_AT_ONCE

COMMANDS = dict(commands())
# What a help must not say → what it says instead.
SECOND_WAYS = {
    r"\bby default\b": "default: …",
    r"\b(?:exits|ends) with \d": "exits with code N",
    r"\bgiven several times\b": "may be repeated",
    r"\bmade if it\b": "created if it does not exist",
    r"\bonce more\b": "run again",
    r"^Of (?:a|--)": "With …",
    r"\b(?:one|requests) a (?:line|minute|source)\b": "per",
}


def parameters(command: Any) -> Iterator[Any]:
    yield from (each for each in command.params if not getattr(each, "hidden", False) and each.name != "help")


def helps() -> Iterator[tuple[str, str]]:
    for name, command in COMMANDS.items():
        yield name, " ".join(command.help.split())
        for each in parameters(command):
            yield f"{name} {each.name}", each.help or ""


def test_every_help_is_a_sentence() -> None:
    bad = [where for where, text in helps() if not re.match(r"[A-Z\-].*\.$", text, re.S)]
    assert not bad


@pytest.mark.parametrize("second", SECOND_WAYS)
def test_one_way_to_say_it(second: str) -> None:
    bad = [(where, text) for where, text in helps() if re.search(second, text, re.I)]
    assert not bad, f"say: {SECOND_WAYS[second]}"


@pytest.mark.parametrize("name", COMMANDS)
def test_arguments_and_options_show_what_they_take(name: str) -> None:
    for each in parameters(COMMANDS[name]):
        if each.param_type_name == "option":
            says = "may be repeated." in each.help
            assert says == each.multiple, f"{name} {each.opts[0]}"
            assert not each.secondary_opts, f"{name} {each.secondary_opts[0]}: a switch has one name"
        else:  # click itself adds the dots of an argument that may be repeated
            assert re.fullmatch(r"[A-Z|]+", each.metavar or ""), f"{name} {each.name}: no name in capitals"


def test_default_of_crawls_at_once() -> None:
    (option,) = [each for each in parameters(COMMANDS["worker"]) if each.name == "at_once"]
    assert option.help.endswith(f"default: {CRAWLS_AT_ONCE}.")
