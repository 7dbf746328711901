"""What an operator and a reader do on the command line, on an archive of the demo newspaper."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from newscrawl.config import PROJECT_ROOT
from newscrawl.demo import Newsroom
from newscrawl.items import article_id

Run = Callable[..., subprocess.CompletedProcess[str]]
BRIDGE = article_id("demo", "10101")


def told(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout, "colour is for terminals"
    return done.stdout


def test_history_tells_versions_and_the_next_check(archive: Run) -> None:
    out = told(archive("history", BRIDGE))
    assert "2 versions, 1 change" in out
    assert "2 March 2026" in out
    data = json.loads(told(archive("history", BRIDGE, "--json")))
    assert [version["number"] for version in data["history"]] == [1, 2]
    assert data["history"][0]["headline"] != data["history"][1]["headline"]
    assert all(version["paragraphs"] for version in data["history"])


def test_history_is_found_by_address_too(archive: Run) -> None:
    url = json.loads(told(archive("history", BRIDGE, "--json")))["url"]
    assert told(archive("history", url + "?utm_source=x")) == told(archive("history", BRIDGE))


def test_diff_marks_words_and_folds_what_stayed(archive: Run) -> None:
    out = told(archive("diff", BRIDGE))
    assert "{+" in out
    assert "[-" in out
    assert "unchanged" in out
    assert told(archive("diff", BRIDGE, "1", "2")) == out


def test_diff_names_the_versions_there_are(archive: Run) -> None:
    done = archive("diff", BRIDGE, "1", "7")
    assert done.returncode == 1
    assert "has versions 1 to 2; there is no version 7" in done.stderr


def test_diff_of_files_prints_rows(archive: Run, tmp_path: Path) -> None:
    old, new = tmp_path / "a.txt", tmp_path / "b.txt"
    old.write_text("Head\nThe first paragraph stays.\nThe second one goes away soon.\n")
    new.write_text("Head\nThe first paragraph stays.\nA wholly different thing is here.\n")
    rows = json.loads(told(archive("diff", "--files", str(old), str(new), "--json")))
    assert rows
    assert all({"op", "a", "b", "segments"} <= set(row) for row in rows)


def test_explain_tells_policy_past_and_last_looks(archive: Run) -> None:
    out = told(archive("explain", BRIDGE))
    for words in ("Policy", "1 edit in 2 checks", "changed", "new (first sight)"):
        assert words in out
    assert json.loads(told(archive("explain", BRIDGE, "--json")))["state"] == "watched"


def test_schedule_counts_what_is_due_by_host(archive: Run) -> None:
    data = json.loads(told(archive("schedule", "--json")))
    (host,) = data["hosts"]
    assert host["host"] == "127.0.0.1"
    assert host["due"] == 19, "the editions' clock lies in the past"


def test_quarantine_is_listed_shown_and_dismissed(archive: Run) -> None:
    (entry,) = json.loads(told(archive("quarantine", "list", "--json")))
    assert entry["kind"] == "consent"
    assert "consent" in told(archive("quarantine", "show", entry["id"]))
    told(archive("quarantine", "dismiss", entry["id"]))
    assert json.loads(told(archive("quarantine", "list", "--json"))) == []
    assert archive("quarantine", "confirm", entry["id"]).returncode == 1, "it is decided already"
    assert archive("quarantine", "show", "nonsense").returncode == 1


def test_archive_is_proved_sound(archive: Run) -> None:
    report = json.loads(told(archive("verify", "--json")))
    assert report["problems"] == []
    assert report["versions"] > report["articles"] > 15


def test_todays_rules_read_every_stored_page_the_same(archive: Run) -> None:
    report = json.loads(told(archive("rebase", "demo", "--dry-run", "--json")))
    assert report["results"] == {"same": report["stories"]}


def test_hidden_article_is_gone_from_history_and_comes_back(archive: Run) -> None:
    key = article_id("demo", "10104")
    told(archive("hide", key, "--reason", "court order 7"))
    hidden = archive("history", key)
    assert hidden.returncode == 1
    assert "court order 7" in hidden.stderr
    told(archive("unhide", key, "--reason", "order lifted"))
    assert told(archive("history", key))


def test_withheld_passage_is_a_mark_in_the_history_and_comes_back(archive: Run) -> None:
    words = json.loads(told(archive("history", BRIDGE, "--json")))["history"][0]["headline"]
    assert "withheld everywhere" in told(archive("hide", BRIDGE, "--passage", words, "--reason", "order 8"))
    history = told(archive("history", BRIDGE, "--json"))
    assert "[passage withheld: order 8]" in history
    assert words not in history
    assert archive("hide", BRIDGE, "--passage", "words of nobody", "--reason", "order 9").returncode == 1
    assert archive("hide", BRIDGE, "--passage", words, "--version", "1", "--reason", "order 9").returncode == 2
    assert archive("hide", BRIDGE, "--passage", words, "--reason", f"for {words}").returncode == 2
    assert json.loads(told(archive("verify", "--json")))["problems"] == []
    told(archive("unhide", BRIDGE, "--passage", words, "--reason", "lifted"))
    assert words in told(archive("history", BRIDGE, "--json"))


def test_recheck_makes_a_story_due(archive: Run) -> None:
    assert "1 story is due now" in told(archive("recheck", BRIDGE))
    assert "asked for by a person" in told(archive("history", BRIDGE))
    assert archive("recheck").returncode == 2
    assert archive("recheck", "--since", "yesterday").returncode == 2


def test_paused_source_says_so_until_it_is_unpaused(archive: Run) -> None:
    told(archive("pause", "demo", "--reason", "moving house"))
    assert "The source is paused: moving house." in told(archive("explain", BRIDGE))
    told(archive("unpause", "demo"))
    assert "paused" not in told(archive("explain", BRIDGE))
    assert archive("pause", "nowhere").returncode == 2


def test_rates_are_learnt_from_the_archive(archive: Run) -> None:
    assert "demo" in json.loads(told(archive("policy", "fit", "--json")))


def test_policies_are_compared_on_ones_own_archive(archive: Run) -> None:
    rows = json.loads(told(archive("simulate", "--from-store", "--policy", "sniffer", "hazard", "--json")))
    assert [row["policy"] for row in rows] == ["sniffer", "hazard"]


def test_try_shows_what_would_be_recorded_and_writes_nothing(archive: Run, newsroom: Newsroom) -> None:
    before = told(archive("verify", "--json"))
    url = json.loads(told(archive("history", BRIDGE, "--json")))["url"]
    data = json.loads(told(archive("try", url, "--source", "demo", "--json")))
    assert (data["kind"], data["rules"]) == ("article", "Classic2019")
    assert len(data["paragraphs"]) > 3
    assert told(archive("verify", "--json")) == before


def test_try_shows_which_rule_gave_what(archive: Run, newsroom: Newsroom) -> None:
    url = json.loads(told(archive("history", BRIDGE, "--json")))["url"]
    origins = json.loads(told(archive("try", url, "--source", "demo", "--json")))["origins"]
    assert origins["paragraphs"]
    shown = told(archive("try", url, "--source", "demo"))
    assert f"  ← {origins['paragraphs']}\n" in shown
    assert f"  ← {origins['headline']}\n" in shown


def test_new_source_is_found_written_and_crawled(archive: Run, newsroom: Newsroom) -> None:
    path = PROJECT_ROOT / "spiders" / "tidewick_probe.py"
    try:
        out = told(archive("add-source", newsroom.base + "/", "--name", "tidewick_probe"))
        assert "paragraphs:" in out
        text = path.read_text()
        assert "/feed.xml" in text
        assert len(text.splitlines()) <= 25
    finally:
        path.unlink(missing_ok=True)


def test_scrapy_commands_work_from_the_root(archive: Run) -> None:
    def scrapy(*arguments: str) -> str:
        command = [sys.executable, "-m", "scrapy", *arguments]
        done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert {"washpo", "demo"} <= set(scrapy("list").split())
    scrapy("check", "washpo")
    assert "news" in scrapy("genspider", "--list")
    assert "class $classname(NewsSpider)" in scrapy("genspider", "-d", "news")
