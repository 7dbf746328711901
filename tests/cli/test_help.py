"""The help of every command: one way to say a thing, so that an option means the same wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from docs.reference.commands import commands
from newscrawl.archive.cdx_query import MAX_OF_WAYBACK
from newscrawl.jobs.shard_work import SHARD_ARTICLES
from newscrawl.jobs.supervisor import CRAWLS_AT_ONCE
from newscrawl.notify.definitions import DAYS, define

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


def stated(name: str, option: str) -> str:
    """Return the default that an option's help states."""
    (each,) = (each for each in COMMANDS[name].params if each.name == option)
    found = re.search(r"default: ([^;.]+)", each.help)
    assert found, f"{name} {option}"
    return found[1]


def test_defaults_of_subscriptions() -> None:
    code = define("pier", {"feed": True, "every": "week"}, datetime.now(UTC), is_of_file=False).subscription
    assert stated("subscribe", "at") == f"{code.schedule.at:%H:%M}"
    assert stated("subscribe", "on") == DAYS[code.schedule.weekday]
    assert stated("subscribe", "zone") == code.schedule.zone
    assert stated("subscribe", "burst") == str(code.burst.announcements)
    assert stated("subscribe", "words_in") == code.wanted.words_in
    assert set(stated("subscribe", "about").split(" and ")) == code.wanted.about


def test_defaults_of_imports_and_shards() -> None:
    assert stated("import", "per_minute") == str(MAX_OF_WAYBACK)
    assert stated("cluster rebase", "size") == stated("cluster export", "size") == str(SHARD_ARTICLES)


def test_default_of_crawls_at_once() -> None:
    assert stated("worker", "at_once") == str(CRAWLS_AT_ONCE)
