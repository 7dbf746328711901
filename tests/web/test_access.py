"""Who may read: with a token, or named by a trusted proxy, everything; without, only whether the reader lives."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio

from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.errors import ConfigError
from newscrawl.items import AccessToken
from newscrawl.store import Store
from newscrawl.web import create_app
from newscrawl.web.access import TOKENS_MAX_AGE_SECONDS, require_access_rule
from tests.web.press import NOW

PATHS = ("/", "/search?q=bridge", "/changes.atom", "/api/v1/changes", "/api/v1/openapi.json", "/static/newscrawl.css",
         "/article/a", "/nowhere", "/robots.txt", "/HEALTHZ", "/healthz/", "//healthz", "/export")  # fmt: skip
Serve = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def serve(config: Config, store: Store) -> Serve:
    """Serves a reader with a rule of access, to a client with an address."""

    @asynccontextmanager
    async def served(client: str = "127.0.0.1", **settings: object) -> AsyncIterator[httpx.AsyncClient]:
        app = create_app(replace(config, **settings), SteppingClock(NOW))  # type: ignore[arg-type]
        transport = httpx.ASGITransport(app, client=(client, 1))
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://localhost") as http,
        ):
            yield http

    return served


@pytest_asyncio.fixture
async def token(store: Store) -> str:
    made, text = AccessToken.create("anna", NOW, NOW + timedelta(days=1))
    assert await store.add_token(made)
    return text


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def basic(user: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


async def test_without_a_token_nothing_is_read(serve: Serve, token: str) -> None:
    async with serve(serve_access="token") as client:
        for path in PATHS:
            for method in ("GET", "HEAD", "POST"):
                answer = await client.request(method, path)
                assert (answer.status_code, answer.headers["cache-control"]) == (401, "no-store"), (method, path)
                assert answer.headers.get_list("www-authenticate") == [
                    'Basic realm="newscrawl", charset="UTF-8"', 'Bearer realm="newscrawl"',
                ]  # fmt: skip
        assert [(await client.get(path)).status_code for path in ("/healthz", "/readyz")] == [200, 200]


@pytest.mark.parametrize("path", ["/", "/changes.atom", "/api/v1/changes", "/static/newscrawl.css"])
async def test_token_reads_everything_and_no_cache_keeps_it_for_others(serve: Serve, token: str, path: str) -> None:
    async with serve(serve_access="token") as client:
        for headers in (bearer(token), basic("anyone", token), basic(token, "")):
            answer = await client.get(path, headers=headers)
            assert answer.status_code == 200
            assert "private" in answer.headers["cache-control"].split(", ")
            assert "authorization" in answer.headers["vary"].lower()
        again = await client.get(path, headers={**bearer(token), "if-none-match": answer.headers["etag"]})
        assert (again.status_code, "private" in again.headers["cache-control"]) == (304, True)


def _others(token: str) -> Mapping[str, list[tuple[str, str]]]:
    wrong = token[:-1] + ("A" if token[-1] != "A" else "B")
    named = token.split("_", 2)
    return {
        "wrong": [("authorization", f"Bearer {wrong}")],
        "of another id": [("authorization", f"Bearer ncr_000000000000_{named[2]}")],
        "its digest": [("authorization", f"Bearer ncr_{named[1]}_{AccessToken.create('x', NOW)[0].digest[:43]}")],
        "bare": [("authorization", token)],
        "twice": [("authorization", f"Bearer {token}"), ("authorization", f"Bearer {token}")],
        "no base64": [("authorization", f"Basic {token}!")],
        "no UTF-8": [("authorization", "Basic " + base64.b64encode(b"\xff:\xff").decode())],
        "more than it": [("authorization", f"Bearer {token} {token}")],
        "in a cookie": [("cookie", f"token={token}")],
    }


@pytest.mark.parametrize("kind", _others("ncr_0123456789ab_" + "x" * 43))
async def test_anything_but_a_token_is_refused(serve: Serve, token: str, kind: str) -> None:
    async with serve(serve_access="token") as client:
        assert (await client.get("/", headers=_others(token)[kind])).status_code == 401
        assert (await client.get(f"/?token={token}")).status_code == 401


async def test_expired_token_is_refused(serve: Serve, store: Store) -> None:
    made, text = AccessToken.create("intern", NOW - timedelta(days=2), NOW)
    await store.add_token(made)
    async with serve(serve_access="token") as client:
        assert (await client.get("/", headers=bearer(text))).status_code == 401


async def test_rotated_token_is_valid_beside_the_next_until_it_ends(serve: Serve, store: Store, token: str) -> None:
    second, text = AccessToken.create("anna", NOW)
    assert await store.rotate_token(second, old_until=NOW + timedelta(hours=1))
    async with serve(serve_access="token") as client:
        assert [(await client.get("/", headers=bearer(one))).status_code for one in (token, text)] == [200, 200]
    third, last = AccessToken.create("anna", NOW)
    assert await store.rotate_token(third, old_until=NOW)
    async with serve(serve_access="token") as client:
        codes = [(await client.get("/", headers=bearer(one))).status_code for one in (token, text, last)]
    assert codes == [401, 401, 200]
    assert [(one.name, one.expires_at) for one in await store.tokens()][-1] == ("anna", None)
    later = NOW + timedelta(days=1)
    fourth, _ = AccessToken.create("anna", later)
    assert await store.rotate_token(fourth, old_until=later + timedelta(hours=1))
    assert [one.token_id for one in await store.tokens()] == [third.token_id, fourth.token_id]
    fifth, _ = AccessToken.create("anna", later + timedelta(hours=2))
    assert await store.rotate_token(fifth, old_until=later + timedelta(hours=3))
    assert [one.token_id for one in await store.tokens()] == [fourth.token_id, fifth.token_id]


async def test_revoked_token_is_refused_by_a_running_reader(
    serve: Serve, store: Store, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newscrawl.web.access.TOKENS_MAX_AGE_SECONDS", 0.0)
    assert TOKENS_MAX_AGE_SECONDS <= 5
    async with serve(serve_access="token") as client:
        assert (await client.get("/", headers=bearer(token))).status_code == 200
        assert await store.revoke_tokens("anna")
        assert (await client.get("/", headers=bearer(token))).status_code == 401


async def test_a_name_has_one_token_and_an_unknown_one_none(store: Store, token: str) -> None:
    other, _ = AccessToken.create("anna", NOW)
    assert not await store.add_token(other)
    nobody, _ = AccessToken.create("nobody", NOW)
    assert not await store.rotate_token(nobody, old_until=NOW)
    assert not await store.revoke_tokens("nobody")
    stored = [document async for document in store.db.access_tokens.find()]
    assert token.split("_", 2)[2] not in str(stored)


async def test_proxy_names_the_user(serve: Serve) -> None:
    async with serve(serve_access="proxy") as client:
        for path in PATHS:
            assert (await client.get(path)).status_code == 401, path
            assert (await client.get(path, headers={"x-forwarded-user": " "})).status_code == 401, path
        answer = await client.get("/", headers={"X-Forwarded-User": "editor"})
        assert (answer.status_code, "private" in answer.headers["cache-control"]) == (200, True)
        twice = [("x-forwarded-user", "mallory"), ("x-forwarded-user", "editor")]
        assert (await client.get("/", headers=twice)).status_code == 401
        assert (await client.get("/healthz")).status_code == 200


@pytest.mark.parametrize(
    ("address", "status"),
    [("10.1.2.3", 200), ("::ffff:10.1.2.3", 200), ("10.2.0.1", 403), ("127.0.0.1", 403), ("fe80::1%eth0", 403)],
)
async def test_header_counts_from_trusted_addresses_alone(serve: Serve, address: str, status: int) -> None:
    trust = {"serve_access": "proxy", "serve_user_header": "Remote-User", "trusted_proxies": ("10.1.0.0/16",)}
    headers = {"remote-user": "editor", "x-forwarded-for": "10.1.2.3", "forwarded": "for=10.1.2.3"}
    async with serve(address, **trust) as client:
        assert (await client.get("/", headers=headers)).status_code == status
        assert (await client.get("/", headers={"x-forwarded-user": "editor"})).status_code in (401, 403)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "archive.example"])
def test_who_may_read_must_be_said_beyond_loopback(host: str) -> None:
    with pytest.raises(ConfigError, match=rf"NEWSCRAWL_SERVE_HOST={host}.*NEWSCRAWL_SERVE_ACCESS"):
        require_access_rule(Config(serve_host=host))
    for rule in ("open", "token", "proxy"):
        require_access_rule(Config(serve_host=host, serve_access=rule))
    for loopback in ("127.0.0.1", "::1", "127.8.8.8", "localhost"):
        require_access_rule(Config(serve_host=loopback))
