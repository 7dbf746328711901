"""Every kind of takedown against every output: a warm reader of two processes, and the commands, as they are run."""

from __future__ import annotations

import asyncio
import gzip
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote

import pytest
from pymongo import MongoClient

from newscrawl.config import Config
from newscrawl.items import Capture, Check, Extraction, Hold, PageKind, ParsedPage, RunRecord, SourceState
from newscrawl.items import Outcome as CheckOutcome
from newscrawl.store import Store
from tests.cli.conftest import runner
from tests.cli.test_serve import get, served
from tests.web.press import LEDE, START, Draft, Press

pytestmark = pytest.mark.slow

# The words of each kind stand in one article, and in no other.
KINDS = {"article": "Zyxalpha", "version": "Zyxbravo", "passage": "Zyxcharlie"}
ORDER = "court order 21/26"
ROUNDS = 3  # so that both processes answer each path, before and after
SITE = "https://www.harbour.example/news"
FORMATS = ("jsonl", "parquet", "warc", "wacz")

LISTS = (
    "/", "/first", "/?source=harbour", "/?kind=added", "/changes.atom", "/changes.rss", "/changes.json", "/first.atom",
    "/first.json", "/changes.atom?source=harbour", "/changes.json?least=25", "/changes.atom?day=2026-03-02", "/sources",
    "/source/harbour", "/robots.txt", "/about", "/api/v1/changes", "/api/v1/changes?limit=1", "/api/v1/articles",
    "/api/v1/articles?limit=1", "/api/v1/sources/harbour", "/api/v1/openapi.json",
)  # fmt: skip
SEARCHES = (
    "/search?q={q}&in={scope}", "/search.atom?q={q}&in={scope}", "/search.rss?q={q}&in={scope}",
    "/search.json?q={q}&in={scope}", "/api/v1/search?q={q}&in={scope}", "/api/v1/search?q={q}&in={scope}&limit=1",
)  # fmt: skip
OF_ARTICLE = (
    "/article/{key}", "/article/{key}/changes.atom", "/article/{key}/changes.rss", "/article/{key}/changes.json",
    "/article/{key}/diff?a=1&b=2", "/api/v1/articles/{key}", "/api/v1/articles/{key}/versions",
    "/api/v1/articles/{key}/versions?limit=1", "/api/v1/articles/{key}/events", "/url/{url}", "/timegate/{url}",
    "/timemap/link/{url}", "/timemap/json/{url}", "/api/v1/lookup?url={url}",
)  # fmt: skip
OF_VERSION = (
    "/article/{key}/{n}", "/article/{key}/{n}/payload", "/article/{key}/{n}/warc",
    "/api/v1/articles/{key}/versions/{n}",
)  # fmt: skip
OF_PAIR = ("/article/{key}/{a}/{b}", "/article/{key}/{a}/{b}?view=inline", "/api/v1/articles/{key}/diffs/{a}/{b}")
COMMANDS = (("history",), ("history", "--json"), ("diff", "--json"), ("blame",), ("explain",), ("explain", "--json"))
COMMANDS_FOR_ALL = (
    ("held",), ("held", "--json"), ("quarantine", "list"), ("quarantine", "list", "--json"), ("schedule",),
    ("verify", "--reread", "0"), ("status", "harbour"), ("status", "harbour", "--json"), ("run", "4a5b"),
    ("run", "4a5b", "--json"),
)  # fmt: skip


def history_of(secret: str) -> list[Draft]:
    """Return four versions: the second has the words in its headline and text, and the fourth is held."""
    guilty = [LEDE, f"{secret} Person declined to comment."]
    return [
        Draft(0, "Harbour master on leave", [LEDE]),
        Draft(1, f"Harbour master {secret} Person away", guilty),
        Draft(2, "Harbour master back", [LEDE]),
        Draft(3, "Harbour master stays", [LEDE, "A new clerk came."], hold=Hold.MASS_CHANGE),
    ]


def doubtful_page(key: str, slug: str, secret: str) -> ParsedPage:
    capture = Capture(
        target_uri=f"{SITE}/{slug}",
        final_uri=f"{SITE}/{slug}",
        status=200,
        headers=(),
        body=f"<p>{secret} Person</p>".encode(),
        fetched_at=START,
        redirects=(),
        elapsed_ms=1,
    )
    texts = {"headline": f"On {secret} Person", "paragraphs": (f"{secret} Person again.",)}
    extraction = Extraction(rules="generic", kind=PageKind.ARTICLE, evidence=(f"{secret} Person",), **texts)  # type: ignore[arg-type]
    return ParsedPage(
        source="harbour", guid=slug, article_id=key, capture=capture, extraction=extraction, article=None,
        problem=f"about {secret} Person",
    )  # fmt: skip


async def checked(store: Store, key: str) -> None:
    """Record the checks of one run that saw all versions of an article, as the last that were read of the source."""
    run = RunRecord("4a5b", "harbour", datetime.now(UTC))
    await store.start_run(run)
    for version in await store.versions(key):
        url = version.article.url
        await store.check(Check(key, "harbour", url, version.seen_at, CheckOutcome.CHANGED, "text", run_id="4a5b"))
        doubt = f"says {version.article.headline}"
        await store.check(Check(key, "harbour", url, version.seen_at, CheckOutcome.QUARANTINED, doubt, run_id="4a5b"))
    await store.write_check_log()
    read = {"article_id": key, "number": 2, "at": START, "readers": "generic/tree/tree"}
    await store.save_source_state(SourceState("harbour", last_read=read), only=("last_read",))


async def recorded(config: Config) -> dict[str, str]:
    """Record an article of each kind with a page in quarantine, and one that stays; return their ids by kind."""
    store = await Store.open(config)
    press, keys = Press(store), {}
    for kind, secret in KINDS.items():
        keys[kind] = await press.publish(kind, history_of(secret), url=f"{SITE}/{kind}")
        await store.quarantine(doubtful_page(keys[kind], kind, secret), f"says {secret} Person")
        await checked(store, keys[kind])
    keys["open"] = await press.publish("open", history_of("Nobody"), url=f"{SITE}/open")
    await store.close()
    return keys


def paths_of(keys: dict[str, str]) -> list[str]:
    words = [*KINDS.values(), *(quote(f'"{secret} Person"') for secret in KINDS.values()), "harbour", "declined"]
    found = [*LISTS]
    found += [path.format(q=q, scope=s) for q in words for s in ("wordings", "added", "removed") for path in SEARCHES]
    for kind, key in keys.items():
        found += [path.format(key=key, url=f"{SITE}/{kind}") for path in OF_ARTICLE]
        found += [path.format(key=key, n=n) for n in range(1, 5) for path in OF_VERSION]
        pairs = [(a, b) for a in range(1, 5) for b in range(1, 5) if a != b]
        found += [path.format(key=key, a=a, b=b) for a, b in pairs for path in OF_PAIR]
    return found


@dataclass
class Answer:
    status: int
    etag: str | None
    text: str


def answer(url: str) -> Answer:
    try:
        response: Any = get(url)
    except HTTPError as error:
        response = error
    body = response.read()
    if response.headers.get("content-type") == "application/warc":
        body = gzip.decompress(body)
    return Answer(
        response.status, response.headers.get("etag"), f"{response.headers}\n{body.decode('utf-8', 'replace')}"
    )


@dataclass
class Outcome:
    """What every path answered before and after the takedowns, and what commands printed after them."""

    keys: dict[str, str]
    before: dict[str, list[Answer]] = field(default_factory=dict)
    after: dict[str, list[Answer]] = field(default_factory=dict)
    printed: dict[tuple[str, ...], str] = field(default_factory=dict)
    exports: Path = Path()


@pytest.fixture(scope="module")
def outcome(mongo_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    folder = tmp_path_factory.mktemp("takedowns")
    config = Config(mongo_uri=mongo_uri, mongo_database=f"test-{uuid.uuid4().hex}", home=folder / "home")
    found = Outcome(asyncio.run(recorded(config)), exports=folder)
    newscrawl = runner(config)

    def run(*arguments: str) -> str:
        done = newscrawl(*arguments)
        assert done.returncode in {0, 1}, done.stderr
        return done.stdout + done.stderr

    for form in FORMATS:
        run("export", str(folder / f"resumed-{form}"), "--format", form)
    with served(config, folder, "--workers", "2") as (_, base):
        paths = paths_of(found.keys)
        for path in paths:
            found.before[path] = [answer(base + path) for _ in range(ROUNDS)]
        assert "hidden" in run("hide", found.keys["article"], "--reason", ORDER)
        assert "hidden" in run("hide", found.keys["version"], "--version", "2", "--reason", ORDER)
        assert "redacted" in run("hide", found.keys["passage"], "--passage", "Zyxcharlie Person", "--reason", ORDER)
        for path in paths:
            found.after[path] = [answer(base + path) for _ in range(ROUNDS)]
    for command in COMMANDS:
        for kind in KINDS:
            found.printed[*command, kind] = run(command[0], found.keys[kind], *command[1:])
    for command in COMMANDS_FOR_ALL:
        found.printed[command] = run(*command)
    for entry in json.loads(run("quarantine", "list", "--json")):
        found.printed["quarantine", "show", entry["article_id"]] = run("quarantine", "show", entry["id"])
    for form in FORMATS:
        run("export", str(folder / f"resumed-{form}"), "--format", form)
        run("export", str(folder / f"fresh-{form}"), "--format", form)
    yield found
    with MongoClient[dict[str, Any]](mongo_uri) as client:
        client.drop_database(config.mongo_database)


def without_question(text: str, path: str) -> str:
    """Return an answer without what it repeats of the question."""
    for secret in KINDS.values():
        if secret in path:
            for echo in (f"{secret} Person", secret):
                for form in (f"Search: {echo}", f"wordings: {echo}", f"added: {echo}", f"removed: {echo}"):
                    text = text.replace(form, "")
    return text


def secrets_in(text: str) -> set[str]:
    return {secret for secret in KINDS.values() if secret in text}


def test_the_words_were_in_most_outputs_before(outcome: Outcome) -> None:
    paths = [path for path, answers in outcome.before.items() if any(secrets_in(each.text) for each in answers)]
    assert len(paths) > 100
    assert all(len({each.status for each in answers}) == 1 for answers in outcome.before.values())


@pytest.mark.parametrize("kind", KINDS)
def test_no_answer_contains_what_was_taken_down(outcome: Outcome, kind: str) -> None:
    secret = KINDS[kind]
    leaks = [
        path
        for path, answers in outcome.after.items()
        if secret not in path and any(secret in each.text for each in answers)
    ]
    assert leaks == []


@pytest.mark.parametrize("kind", KINDS)
def test_search_for_the_words_lists_nothing(outcome: Outcome, kind: str) -> None:
    asked = [path for path in outcome.after if KINDS[kind] in path]
    assert len(asked) == 2 * 3 * len(SEARCHES)
    for path in asked:
        for each in outcome.after[path]:
            assert outcome.keys[kind] not in each.text, path
            if path.startswith("/api/"):
                assert json.loads(each.text.partition("\n\n")[2].strip()) == {"items": [], "after": None}, path


def test_nothing_of_a_hidden_article_is_answered_but_that_it_is_hidden(outcome: Outcome) -> None:
    key = outcome.keys["article"]
    for path, answers in outcome.after.items():
        for each in answers:
            if key in path or path.endswith(f"{SITE}/article"):
                assert each.status == 410, path
                assert each.etag is None, path
            else:
                assert key not in each.text, path


def test_no_answer_has_a_validator_of_before(outcome: Outcome) -> None:
    """Else a cache would go on showing it after it asked."""
    for path, answers in outcome.before.items():
        for old in answers:
            if secrets_in(without_question(old.text, path)) and old.etag is not None:
                assert old.etag not in {each.etag for each in outcome.after[path]}, path


def test_hashes_that_would_confirm_guesses_are_withheld(outcome: Outcome) -> None:
    def hashes(answers: dict[str, list[Answer]], kind: str, n: int) -> dict[str, str | None]:
        text = answers[f"/api/v1/articles/{outcome.keys[kind]}/versions/{n}"][0].text
        version = json.loads(text.partition("\n\n")[2])
        return {name: version[name] for name in ("chain", "payload_digest", "wording")}

    withheld = set()
    for kind, n in [("version", n) for n in (1, 3, 4)] + [("passage", n) for n in (1, 2, 3, 4)]:
        before, after = hashes(outcome.before, kind, n), hashes(outcome.after, kind, n)
        assert after["chain"] is None
        withheld.add(before["chain"])
        if kind == "passage":
            assert after["payload_digest"] is None
            withheld.add(before["payload_digest"])
    everything = "".join(each.text for answers in outcome.after.values() for each in answers)
    everything += "".join(outcome.printed.values())
    assert {digest for digest in withheld if digest and digest in everything} <= hashes_shown_elsewhere(outcome)


def hashes_shown_elsewhere(outcome: Outcome) -> set[str]:
    """Return the digests of pages of the article that stays: the same page has the same digest there."""
    key = outcome.keys["open"]
    texts = [outcome.after[f"/api/v1/articles/{key}/versions/{n}"][0].text.partition("\n\n")[2] for n in range(1, 5)]
    return {json.loads(text)["payload_digest"] for text in texts}


def test_article_beside_is_answered_as_before(outcome: Outcome) -> None:
    for path, answers in outcome.after.items():
        if outcome.keys["open"] in path and "lookup" not in path:
            assert [each.status for each in answers] == [each.status for each in outcome.before[path]], path


def test_no_command_prints_what_was_taken_down(outcome: Outcome) -> None:
    assert len(outcome.printed) > len(COMMANDS) * len(KINDS)
    assert {command: secrets_in(text) for command, text in outcome.printed.items() if secrets_in(text)} == {}


@pytest.mark.parametrize("state", ["resumed", "fresh"])
@pytest.mark.parametrize("form", FORMATS)
def test_no_export_contains_what_was_taken_down(outcome: Outcome, form: str, state: str) -> None:
    from tests.web.test_takedown_leaks import contents

    text = contents(outcome.exports / f"{state}-{form}").decode("utf-8", "replace")
    assert "Nobody Person" in text
    assert secrets_in(text) == set()
