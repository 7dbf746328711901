"""What log lines are about: in JSON as keys, read from formats and arguments, which no text of a page can forge."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from scrapy.http import Request

from newscrawl import log_facts
from newscrawl.logs import JsonLine, OneLine


def record(form: str, *arguments: object, **own: object) -> logging.LogRecord:
    made = logging.LogRecord("newscrawl.x", logging.INFO, __file__, 1, form, arguments, None)
    made.__dict__.update(own)
    return made


def line(form: str, *arguments: object, **own: object) -> dict[str, Any]:
    (text,) = JsonLine().format(record(form, *arguments, **own)).splitlines()
    found: dict[str, Any] = json.loads(text)
    return found


@pytest.fixture
def running() -> Iterator[None]:
    log_facts.enter_run("washpo", "0f1e")
    yield
    log_facts.leave_run("washpo")


@pytest.mark.usefixtures("running")
def test_a_decision_has_run_source_article_host_and_url() -> None:
    form = "decision=%s source=%s article=%s version=%s url=%s reason=%r next_check=%s%s"
    url = "https://www.paper.example:8443/a?x=1"
    found = line(form, "changed", "washpo", "abcd", 2, url, "two words", "-", " detail=x")
    assert {name: found[name] for name in ("run", "decision", "source", "article", "host", "url", "reason")} == {
        "run": "0f1e", "decision": "changed", "source": "washpo", "article": "abcd", "host": "www.paper.example",
        "url": url, "reason": "two words",
    }  # fmt: skip
    assert found["message"].startswith("decision=changed source=washpo article=abcd version=2 url=https://www.paper")


@pytest.mark.usefixtures("running")
def test_a_line_about_another_source_or_none_has_no_run() -> None:
    assert "run" not in line("source=%s is set aside", "bbc")
    assert "run" not in line("store=away patience_seconds=%g", 1.0)


def test_text_of_a_page_forges_no_key() -> None:
    found = line("decision=%s source=%s reason=%r", "error", "bbc", 'x source=other article=forged\n{"run": "y"}')
    assert (found["source"], "article" in found, "run" in found) == ("bbc", False, False)


def test_an_article_that_is_not_known_is_no_key() -> None:
    assert "article" not in line("decision=%s article=%s url=%s", "error", "-", "https://paper.example/")


class Spider:
    name = "washpo"


@pytest.mark.usefixtures("running")
def test_lines_of_scrapy_have_the_source_of_their_spider_and_the_url_of_their_request() -> None:
    request = Request("https://www.paper.example/a")
    found = line("Crawled (%(status)s) %(request)s", {"status": 200, "request": request}, spider=Spider())
    assert (found["run"], found["source"], found["host"]) == ("0f1e", "washpo", "www.paper.example")
    assert line("Spider closed (%(reason)s)", {"reason": "finished"}, spider=Spider())["source"] == "washpo"


def test_what_a_line_is_about_can_be_said_beside_its_message() -> None:
    assert line("%s", "the database is away", source="bbc")["source"] == "bbc"


@pytest.mark.parametrize(
    ("form", "names"),
    [
        ("a=%s b=%-5d c=%r %s d=%.2f 100%% e=%*d", ("a", "b", "c", None, "d", "e")),
        ("source=%(source)s", ("source",)),
        ("nothing", ()),
    ],
)
def test_names_stand_in_front_of_their_placeholders(form: str, names: tuple[str | None, ...]) -> None:
    assert log_facts._names(form) == names


HOSTILE = 'a\nb\r\x1b[31m\u2028c\x85\x00 \udc80 "quoted" \\'


@pytest.mark.parametrize("form", ["%s", HOSTILE.replace("%", "%%") + "%s", "source=%s", "needs two %s %s"])
def test_a_record_is_one_line_of_json_whatever_it_holds(form: str) -> None:
    text = JsonLine().format(record(form, HOSTILE))
    assert len(text.splitlines()) == 1
    text.encode()  # a stream that is strict about surrogates takes it
    assert "quoted" in json.loads(text)["message"]


def test_a_traceback_is_a_key_and_no_further_line() -> None:
    try:
        raise RuntimeError("no\nsuch thing at mongodb://user:s3cret@db/")
    except RuntimeError as error:
        made = logging.LogRecord(
            "x", logging.ERROR, __file__, 1, "failed", (), (type(error), error, error.__traceback__)
        )
    text = JsonLine().format(made)
    assert len(text.splitlines()) == 1
    assert "RuntimeError" in json.loads(text)["traceback"]
    assert "s3cret" not in text
    assert "s3cret" not in OneLine().format(made)


@pytest.mark.parametrize("formatter", [OneLine, JsonLine])
@pytest.mark.parametrize(
    "url",
    ["https://user:s3cret@paper.example/a", "redis://:s3cret@broker:6379/0", "mongodb://u:a@s3cret@db/x",
     "https://s3cret@paper.example/"],
)  # fmt: skip
def test_credentials_of_a_url_are_in_no_line(formatter: type[logging.Formatter], url: str) -> None:
    text = formatter().format(record("fetch=failed url=%s reason=%r", url, f"cannot reach {url}"))
    assert "s3cret" not in text
    assert "***@" in text


def test_an_address_with_an_at_sign_in_its_path_stays_as_it_is() -> None:
    url = "https://social.example/@ada/posts?by=a@b.example"
    assert line("url=%s", url)["url"] == url


@pytest.mark.usefixtures("running")
def test_key_value_lines_end_with_source_and_run_unless_the_message_has_them() -> None:
    assert OneLine().format(record("source=%s is late", "washpo")).endswith("source=washpo is late run=0f1e")
    assert OneLine().format(record("%s", "away", source="washpo")).endswith("away source=washpo run=0f1e")
    assert OneLine().format(record("nothing of a source")).endswith("nothing of a source")
