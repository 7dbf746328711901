"""Passwords and tokens are in no output: not in logs, errors, reports, doctor, settings or run records."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymongo import MongoClient

from newscrawl.config import Config
from newscrawl.errors import ConfigError, SpiderFileError
from newscrawl.secret_text import SecretUri, has_unescaped_credentials, masked
from newscrawl.spider import NewsSpider
from newscrawl.store import Store
from tests.fetch.conftest import Wire, crawl, environment, page
from tests.forked import commands as forked

SECRET = "hunter2"
ODD = [
    f"mongodb://user:{SECRET}@127.0.0.1:1/",
    f"mongodb://{SECRET}@127.0.0.1:1/",
    f"mongodb://user:a@{SECRET}@127.0.0.1:1/",
    f"mongodb://user:a/{SECRET}@127.0.0.1:1/",
    f"mongodb://user:a?{SECRET}@127.0.0.1:1/",
    f"mongodb://user:a#{SECRET}@127.0.0.1:1/",
    f"mongodb://user:a:{SECRET}@127.0.0.1:1/",
    f"mongodb://user:27017/{SECRET}@127.0.0.1:1/",
    f"mongodb://user:[{SECRET}]@127.0.0.1:1/",
    f"mongodb://user:%zz{SECRET}@127.0.0.1:1/",
    f"mongodb://user: {SECRET}@127.0.0.1:1/",
    f"mongodb://127.0.0.1:1/?tls=true&tlsCertificateKeyFilePassword={SECRET}",
    f"mongodb://127.0.0.1:1/?{SECRET}",
    f"mongodb://127.0.0.1:1/?authMechanismProperties=AWS_SESSION_TOKEN:{SECRET}@x",
    f"mongodb+srv://user:{SECRET}@127.0.0.1/",
    f"user:{SECRET}@127.0.0.1:1",
    f"http://user:{SECRET}@127.0.0.1/",
    SECRET,
]


@pytest.mark.parametrize("uri", ODD)
async def test_an_unusable_uri_is_refused_without_its_secret(uri: str, tmp_path: Path) -> None:
    values = {"NEWSCRAWL_MONGO_URI": uri, "NEWSCRAWL_MONGO_TIMEOUT_SECONDS": "0.2", "NEWSCRAWL_HOME": str(tmp_path)}
    with pytest.raises(Exception) as caught:
        await Store.open(Config.from_env(values))
    error: BaseException | None = caught.value
    while error is not None:
        assert SECRET not in f"{error} {error!r}"
        error = error.__cause__


@pytest.mark.parametrize("uri", ODD)
def test_no_form_of_a_configuration_shows_it(uri: str) -> None:
    secret = Config(mongo_uri=SecretUri(uri)).mongo_uri
    assert secret is not None
    record = logging.LogRecord("x", logging.INFO, "x", 1, "%s %r", (secret, Config(mongo_uri=secret)), None)
    shown = [str(secret), repr(secret), f"{secret} {secret!r:>9}", "%s" % secret, record.getMessage()]  # noqa: UP031
    assert SECRET not in "".join(shown)


def test_a_plain_text_becomes_a_secret() -> None:
    assert SECRET not in repr(Config(mongo_uri=ODD[0]))  # type: ignore[arg-type]


def test_a_library_gets_the_uri_itself_also_in_another_process() -> None:
    secret = SecretUri(ODD[0])
    for copied in (secret, copy.deepcopy(secret), pickle.loads(pickle.dumps(secret))):  # noqa: S301 - our own
        assert (copied == ODD[0], type(copied), SECRET in str(copied)) == (True, SecretUri, False)
    with MongoClient(secret, connect=False) as client:
        assert client.options.pool_options._credentials.password == SECRET


@given(st.text(min_size=1), st.text(min_size=1))
def test_whatever_stands_before_the_last_at_is_masked(user: str, password: str) -> None:
    shown = masked(f"mongodb://{user}:{password}@db.example/")
    assert shown == "mongodb://***@db.example/"
    if any(character in password for character in "/?#[]@:"):
        assert has_unescaped_credentials(f"mongodb://{user}:{password}@db.example/")


def test_what_is_no_secret_is_shown() -> None:
    for uri in ("mongodb://h1:27017,h2/db", "mongodb://%2Ftmp%2Fmongo.sock/"):
        assert str(SecretUri(uri)) == uri
        assert not has_unescaped_credentials(uri)
    assert not has_unescaped_credentials("mongodb://us%40er:p%2Fw@h1,h2/db?replicaSet=a")


@pytest.mark.parametrize("command", [["doctor"], ["doctor", "--json"], ["status"], ["crawl", "washpo"], ["serve"]])
@pytest.mark.parametrize("uri", [ODD[0], ODD[3], ODD[11]])
def test_commands_do_not_print_it(command: list[str], uri: str, tmp_path: Path) -> None:
    values = {"NEWSCRAWL_MONGO_URI": uri, "NEWSCRAWL_MONGO_TIMEOUT_SECONDS": "0.2", "NEWSCRAWL_HOME": str(tmp_path)}
    ended = forked.run(command, env=environment(**values))
    assert ended.returncode in {2, 4}, ended.stderr
    written = [path.read_text("utf-8", "replace") for path in tmp_path.rglob("*") if path.is_file()]
    assert SECRET not in "".join([ended.stdout, ended.stderr, *written])


def test_scrapy_does_not_print_it() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "scrapy", "settings", "--get", "NEWSCRAWL_CONFIG"],
        env=environment(NEWSCRAWL_MONGO_URI=ODD[0]), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "mongodb://***@127.0.0.1:1/" in ended.stdout
    assert SECRET not in ended.stdout + ended.stderr


@pytest.mark.parametrize("name", ["CONTACT_URL", "PUBLIC_URL"])
def test_a_public_address_has_no_password(name: str) -> None:
    for password in (SECRET, f"[{SECRET}]", f"a/{SECRET}"):
        with pytest.raises(ConfigError, match=name) as caught:
            Config.from_env({f"NEWSCRAWL_{name}": f"https://user:{password}@paper.example/"})
        assert SECRET not in str(caught.value)


@pytest.mark.parametrize("name", ["feeds", "sitemaps", "sections"])
def test_a_listing_has_no_password(name: str) -> None:
    with pytest.raises(SpiderFileError, match=name) as caught:
        type("QuaySpider", (NewsSpider,), {"name": "quay", name: (f"https://user:{SECRET}@quay.example/feed",)})
    assert SECRET not in str(caught.value)


def test_a_proxy_of_the_environment_is_neither_used_nor_named(wire: Wire) -> None:
    proxy = Wire()
    wire.answers["/"] = page(b"<html></html>")
    address = f"http://user:{SECRET}@{proxy.authority}"
    crawled = crawl(
        wire.url("/"),
        settings={"NEWSCRAWL_EGRESS_ALLOW": [wire.authority, proxy.authority]},
        env=dict.fromkeys(("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"), address),
    )
    proxy.close()
    assert (crawled[wire.url("/")]["status"], proxy.connections) == (200, 0)
    assert SECRET not in crawled.log + json.dumps(crawled.results)
    assert not [name for request in wire.requests for name in request.headers if name.startswith("proxy")]


@pytest.fixture(scope="module")
def wire() -> Wire:
    return Wire()
