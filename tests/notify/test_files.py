"""subscriptions.toml: what it states is what there is; what is wrong has its line and a near name."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from newscrawl.errors import ConfigError
from newscrawl.items import Every, Extra, Schedule, Subject, Wanted, WordsIn
from newscrawl.notify import files, load_file
from newscrawl.notify.files import sync_project_file, unknown_sources
from newscrawl.project import PACKAGE
from newscrawl.store import Store

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
VALID = """
[subscriptions.quay]
webhook_env = "QUAY_URL"
secret_env = "QUAY_SECRET"
about = ["edits", "first"]
sources = ["courier"]
words = '"the quay" shut'
words_in = "added"
kinds = ["numbers"]
min_significance = 25
include = ["late"]
every = "week"
at = "7:30"
on = "friday"
zone = "Europe/Oslo"
quiet = "22:00-06:00"

[subscriptions.everything]
feed = true
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "subscriptions.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_file_states_subscriptions(tmp_path: Path) -> None:
    loaded = load_file(written(tmp_path, VALID), NOW)
    assert loaded.problems == ()
    quay, everything = loaded.subscriptions
    assert quay.wanted == Wanted(
        about=frozenset({Subject.EDITS, Subject.FIRST}), sources=("courier",), words='"the quay" shut',
        words_in=WordsIn.ADDED, kinds=("numbers",), min_significance=25, include=frozenset({Extra.LATE}),
    )  # fmt: skip
    assert quay.schedule == Schedule(Every.WEEK, time(7, 30), 4, "Europe/Oslo")
    assert (quay.channel.kind, quay.channel.address_env, quay.channel.secret_env) == (
        "webhook", "QUAY_URL", "QUAY_SECRET",
    )  # fmt: skip
    assert (everything.channel.kind, everything.wanted) == ("feed", Wanted())


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("[subscriptions.a]\nfeed = true\nwrods = 'x'", 3, "did you mean words?"),
        ("[subscriptions.a]\nfeed = true\n\nkinds = ['nubmers']", 4, "did you mean numbers?"),
        ("[subscriptions.a]\nfeed = true\nzone = 'Europe/Olso'", 3, "did you mean Europe/Oslo?"),
        ("[subscriptions.a]\nfeed = true\nevery = 'dayly'", 3, "must be one of change, day, week"),
        ("[subscriptions.a]\nfeed = true\nquiet = '22:00'", 3, "22:00-07:00"),
        ("[subscriptions.a]\nfeed = true\nat = '25:00'\nevery = 'day'", 3, "07:30"),
        ("[subscriptions.a]\nfeed = true\nat = '7:00'", 3, 'every = "day"'),
        ("[subscriptions.a]\nfeed = true\nmin_significance = 101", 3, "0 to 100"),
        ("[subscriptions.a]\nfeed = true\nwords = '!?'", 3, "no word"),
        ("[subscriptions.a]\nfeed = true\nsources = 'courier'", 3, "list of texts"),
        ("[subscriptions.a]\nfeed = true\nabout = ['everything']", 3, "alarms"),
        ("\n[subscriptions.a]\nwords = 'x'", 2, "states no channel"),
        ("[subscriptions.a]\nfeed = true\napprise = 'mailto://x'", 1, "exactly one of"),
        ("[subscriptions.a]\nwebhook = 'https://x.example/'", 1, "secret_env"),
        ("[subscriptions.a]\nwebhook = 'ftp://x.example/'\nsecret_env = 'A'", 2, "https://"),
        ("[subscriptions.a]\napprise_env = 'no name'", 2, "environment variable"),
        ("[subscriptions.'A b']\nfeed = true", 1, "lower-case"),
        ("[subscription.a]\nfeed = true", 1, "[subscriptions.NAME]"),
        ("subscriptions = 1", None, "must be tables"),
        ("[subscriptions]\na = 1", 2, "must be a table"),
        ("[subscriptions.a]\nfeed = yes", 2, "Invalid value"),
    ],
)
def test_what_is_wrong_in_a_file_has_its_line_and_a_way_out(
    tmp_path: Path, text: str, line: int | None, reason: str
) -> None:
    [problem] = load_file(written(tmp_path, text), NOW).problems
    assert reason in problem.text
    assert problem.line == line
    assert str(problem).startswith("subscriptions.toml")


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    [problem] = load_file(tmp_path / "subscriptions.toml").problems
    assert problem.text == "No such file or directory"
    (tmp_path / "subscriptions.toml").write_bytes(b"\xff")
    [problem] = load_file(tmp_path / "subscriptions.toml").problems
    assert problem.text == "is not UTF-8"


def test_the_examples_of_a_new_project_are_valid(tmp_path: Path) -> None:
    template = (PACKAGE / "templates" / "project" / "subscriptions.toml.tmpl").read_text("utf-8")
    assert load_file(written(tmp_path, template)).subscriptions == ()
    lines = [
        line.removeprefix("# ") for line in template.splitlines() if line.startswith(("# [", '# "')) or " = " in line
    ]
    loaded = load_file(written(tmp_path, "\n".join(lines)))
    assert loaded.problems == ()
    assert [each.name for each in loaded.subscriptions] == ["corrections", "alarms", "weekly"]


def test_a_source_that_there_is_not_has_its_line_and_a_near_name(tmp_path: Path) -> None:
    path = written(tmp_path, VALID)
    assert list(unknown_sources(path, ["courier"])) == []
    [problem] = unknown_sources(path, ["couriers", "gazette"])
    assert (problem.line, problem.near) == (6, "couriers")


async def test_stored_subscriptions_follow_the_file(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, VALID)
    monkeypatch.setattr(files, "project_file", lambda: path)
    await sync_project_file(store, NOW)
    before = {each.name: each for each in await store.subscriptions()}
    await store.pause_subscription("quay", is_paused=True)
    path.write_text(VALID.replace("min_significance = 25", "min_significance = 75"), "utf-8")
    await sync_project_file(store, datetime(2026, 4, 1, tzinfo=UTC))
    after = {each.name: each for each in await store.subscriptions()}
    quay = after["quay"]
    assert (quay.wanted.min_significance, quay.is_paused) == (75, True)
    assert (quay.created_at, quay.feed_token) == (NOW, before["quay"].feed_token)
    assert after["everything"] == before["everything"]
    path.write_text("[subscriptions.everything]\nfeed = true\n", "utf-8")
    assert await sync_project_file(store, NOW) == ["quay"]
    assert [each.name for each in await store.subscriptions()] == ["everything"]


async def test_a_file_that_is_not_valid_changes_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, VALID)
    monkeypatch.setattr(files, "project_file", lambda: path)
    await sync_project_file(store, NOW)
    path.write_text("[subscriptions.quay]\nfeed = true\nwrods = 'x'\n", "utf-8")
    with pytest.raises(ConfigError, match=r"subscriptions\.toml, line 3: quay: wrods"):
        await sync_project_file(store, NOW)
    assert [each.name for each in await store.subscriptions()] == ["everything", "quay"]
