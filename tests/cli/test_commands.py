"""Commands of operators and readers, run on an archive of the demo newspaper."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from newscrawl.demo import Newsroom
from newscrawl.items import article_id
from tests.forked import commands as forked
from tests.own_project import own_project

Run = Callable[..., subprocess.CompletedProcess[str]]
BRIDGE = article_id("demo", "10101")


def stdout_of(process: subprocess.CompletedProcess[str]) -> str:
    """Return what a successful command printed."""
    assert process.returncode == 0, process.stderr
    assert "\x1b" not in process.stdout, "colour is for terminals"
    return process.stdout


def test_history_shows_versions_and_the_next_check(archive: Run) -> None:
    out = stdout_of(archive("history", BRIDGE))
    assert "2 versions, 1 change" in out
    assert "2 March 2026" in out
    data = json.loads(stdout_of(archive("history", BRIDGE, "--json")))
    assert [version["number"] for version in data["history"]] == [1, 2]
    assert data["history"][0]["headline"] != data["history"][1]["headline"]
    assert all(version["paragraphs"] for version in data["history"])


def test_history_says_how_often_the_article_was_checked_in_each_month(archive: Run) -> None:
    assert "checked 2 times in 2026-03, first seen, changed once\n" in stdout_of(archive("history", BRIDGE))
    (month,) = json.loads(stdout_of(archive("history", BRIDGE, "--json")))["checks"]
    assert (month["month"], month["outcomes"]) == ("2026-03", {"new": 1, "changed": 1})


def test_history_accepts_a_url(archive: Run) -> None:
    url = json.loads(stdout_of(archive("history", BRIDGE, "--json")))["url"]
    assert stdout_of(archive("history", url + "?utm_source=x")) == stdout_of(archive("history", BRIDGE))


def test_diff_marks_changed_words_and_folds_unchanged_paragraphs(archive: Run) -> None:
    out = stdout_of(archive("diff", BRIDGE))
    assert "{+" in out
    assert "[-" in out
    assert "unchanged" in out
    assert stdout_of(archive("diff", BRIDGE, "1", "2")) == out


def test_diff_with_an_unknown_version_names_the_existing_ones(archive: Run) -> None:
    process = archive("diff", BRIDGE, "1", "7")
    assert process.returncode == 1
    assert "versions 1 to 2" in process.stderr
    assert "version 7" in process.stderr


def test_diff_of_files_prints_rows(archive: Run, tmp_path: Path) -> None:
    old, new = tmp_path / "a.txt", tmp_path / "b.txt"
    old.write_text("Head\nThe first paragraph stays.\nThe second one goes away soon.\n")
    new.write_text("Head\nThe first paragraph stays.\nA wholly different thing is here.\n")
    rows = json.loads(stdout_of(archive("diff", "--files", str(old), str(new), "--json")))
    assert rows
    assert all({"op", "a", "b", "segments"} <= set(row) for row in rows)


def test_explain_shows_policy_past_and_last_checks(archive: Run) -> None:
    out = stdout_of(archive("explain", BRIDGE))
    for text in ("Policy", "1 edit in 2 checks", "changed", "new (first sight)"):
        assert text in out
    assert json.loads(stdout_of(archive("explain", BRIDGE, "--json")))["state"] == "watched"


def test_schedule_counts_due_checks_by_host(archive: Run) -> None:
    data = json.loads(stdout_of(archive("schedule", "--json")))
    (host,) = [host for host in data["hosts"] if host["host"] == "127.0.0.1"]
    assert host["due"] == 19, "the dates of the editions are in the past"


def test_quarantined_page_is_listed_shown_and_dismissed(archive: Run) -> None:
    (entry,) = json.loads(stdout_of(archive("quarantine", "list", "--json")))
    assert entry["kind"] == "consent"
    assert "consent" in stdout_of(archive("quarantine", "show", entry["id"]))
    stdout_of(archive("quarantine", "dismiss", entry["id"]))
    assert json.loads(stdout_of(archive("quarantine", "list", "--json"))) == []
    assert archive("quarantine", "confirm", entry["id"]).returncode == 1, "it is dismissed already"
    assert archive("quarantine", "show", "nonsense").returncode == 1


def test_verify_finds_no_problem(archive: Run) -> None:
    report = json.loads(stdout_of(archive("verify", "--json")))
    assert report["problems"] == []
    assert report["versions"] > report["articles"] > 15


def test_rebase_with_unchanged_rules_finds_no_difference(archive: Run) -> None:
    report = json.loads(stdout_of(archive("rebase", "demo", "--dry-run", "--json")))
    assert report["results"] == {"same": report["stories"]}


def test_hidden_article_has_no_history_until_it_is_unhidden(archive: Run) -> None:
    hidden_id = article_id("demo", "10104")
    stdout_of(archive("hide", hidden_id, "--reason", "court order 7"))
    hidden = archive("history", hidden_id)
    assert hidden.returncode == 1
    assert "court order 7" in hidden.stderr
    stdout_of(archive("unhide", hidden_id, "--reason", "order lifted"))
    assert stdout_of(archive("history", hidden_id))


def test_redacted_passage_is_a_mark_in_the_history_until_it_is_unhidden(archive: Run) -> None:
    headline = json.loads(stdout_of(archive("history", BRIDGE, "--json")))["history"][0]["headline"]
    assert "redacted" in stdout_of(archive("hide", BRIDGE, "--passage", headline, "--reason", "order 8"))
    history = stdout_of(archive("history", BRIDGE, "--json"))
    assert "[passage withheld: order 8]" in history
    assert headline not in history
    assert archive("hide", BRIDGE, "--passage", "words in no version", "--reason", "order 9").returncode == 1
    assert archive("hide", BRIDGE, "--passage", headline, "--version", "1", "--reason", "order 9").returncode == 2
    assert archive("hide", BRIDGE, "--passage", headline, "--reason", f"for {headline}").returncode == 2
    assert json.loads(stdout_of(archive("verify", "--json")))["problems"] == []
    stdout_of(archive("unhide", BRIDGE, "--passage", headline, "--reason", "lifted"))
    assert headline in stdout_of(archive("history", BRIDGE, "--json"))


def test_recheck_makes_an_article_due(archive: Run) -> None:
    assert "1 article is due now" in stdout_of(archive("recheck", BRIDGE))
    assert "asked for by a person" in stdout_of(archive("history", BRIDGE))
    assert archive("recheck").returncode == 2
    assert archive("recheck", "--since", "yesterday").returncode == 2


def test_explain_names_the_pause_of_a_source_until_it_is_unpaused(archive: Run) -> None:
    stdout_of(archive("pause", "demo", "--reason", "moving house"))
    assert "paused: moving house" in stdout_of(archive("explain", BRIDGE))
    stdout_of(archive("unpause", "demo"))
    assert "paused" not in stdout_of(archive("explain", BRIDGE))
    assert archive("pause", "nowhere").returncode == 2


def test_rates_are_learnt_from_the_archive(archive: Run) -> None:
    assert "demo" in json.loads(stdout_of(archive("policy", "fit", "--json")))


def test_policies_are_compared_on_the_archive(archive: Run) -> None:
    rows = json.loads(stdout_of(archive("simulate", "--from-store", "--policy", "sniffer", "hazard", "--json")))
    assert [row["policy"] for row in rows] == ["sniffer", "hazard"]


def test_try_shows_what_would_be_recorded_and_writes_nothing(archive: Run, newsroom: Newsroom) -> None:
    before = stdout_of(archive("verify", "--json"))
    url = json.loads(stdout_of(archive("history", BRIDGE, "--json")))["url"]
    data = json.loads(stdout_of(archive("try", url, "--source", "demo", "--json")))
    assert (data["kind"], data["rules"]) == ("article", "Classic2019")
    assert len(data["paragraphs"]) > 3
    assert stdout_of(archive("verify", "--json")) == before


def test_try_shows_which_rule_gave_each_field(archive: Run, newsroom: Newsroom) -> None:
    url = json.loads(stdout_of(archive("history", BRIDGE, "--json")))["url"]
    origins = json.loads(stdout_of(archive("try", url, "--source", "demo", "--json")))["origins"]
    assert origins["paragraphs"]
    out = stdout_of(archive("try", url, "--source", "demo"))
    assert f"  ← {origins['paragraphs']}\n" in out
    assert f"  ← {origins['headline']}\n" in out


@pytest.mark.parametrize("command", ["try", "add-source"])
def test_url_with_a_password_is_refused_and_not_repeated(archive: Run, command: str) -> None:
    done = archive(command, "https://clerk:hunter2@news.example/2026/x")
    assert done.returncode == 2
    assert "without user name and password" in done.stderr
    assert "hunter2" not in done.stderr + done.stdout


def test_add_source_writes_a_spider_file(archive: Run, newsroom: Newsroom, tmp_path: Path) -> None:
    project = own_project(tmp_path / "project")  # other tests list the spiders of this checkout meanwhile
    arguments = ("add-source", newsroom.base + "/", "--name", "tidewick_probe")
    out = stdout_of(archive(*arguments, cwd=project))
    assert "paragraphs:" in out
    text = (project / "spiders" / "tidewick_probe.py").read_text()
    assert "/feed.xml" in text
    assert len(text.splitlines()) <= 25


def test_scrapy_commands_work_in_the_projects_root(archive: Run) -> None:
    def scrapy(*arguments: str) -> str:
        process = forked.run(arguments, env=os.environ, module="scrapy")
        assert process.returncode == 0, process.stderr
        return process.stdout

    assert {"washpo", "demo"} <= set(scrapy("list").split())
    scrapy("check", "washpo")
    assert "news" in scrapy("genspider", "--list")
    assert "class $classname(NewsSpider)" in scrapy("genspider", "-d", "news")
