"""Evidence files: what they prove with `cryptography` alone, and that nothing of them can be altered unnoticed."""

from __future__ import annotations

import io
import json
import os
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from newscrawl.config import Config
from newscrawl.items import Cause, article_id
from newscrawl.jobs import log_keys
from newscrawl.jobs.log_appending import NotStamped, append, stamp
from newscrawl.secret_text import SecretUrl
from newscrawl.store import Store, chain_of, takedowns
from newscrawl.store.erasure import Order, What, erase
from newscrawl.store.reader import Reader
from newscrawl.store.reader.visibility import Absent, Hidden
from newscrawl.store.tlog import checkpoints, state, tree
from newscrawl.tlog import Signer, evidence_check, key_file, parse_checkpoint
from newscrawl.tlog.evidence_check import check, packed
from newscrawl.tlog.stamps import request as stamp_request
from tests.store.samples import NOON, SOURCE, article, first_version, next_version
from tests.store.samples import append as append_version
from tests.tlog import authority as authorities
from tests.tlog.archive import NAME, record
from tests.tlog.authority import Authority, served

SCRIPT = Path(evidence_check.__file__)
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
PIER = article_id(SOURCE, "pier")
Members = dict[str, bytes]


@pytest.fixture(scope="module", params=["ec", "rsa"])
def authority(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    folder = tmp_path_factory.mktemp("authority") / request.param
    digest = "sha512" if request.param == "rsa" else "sha256"
    with served(authorities.make(folder, kind=request.param, digest=digest)) as made:
        yield made


async def stamped(store: Store, config: Config, authority: Authority) -> tuple[bytes, str]:
    """Return the evidence of the second of three versions, whose checkpoint has a stamp, and the log's key."""
    version = await record(store, "pier", 3)
    await log_keys.create(store, config, NAME)
    await append(store, config)
    config = with_authority(config, authority)
    assert await stamp(store, config, now=NOW) is not None
    await record(store, "later", 4)
    await append(store, config)
    seen = await state(store.db)
    assert seen is not None
    return await Reader.of_store(store).log.evidence(version.article_id, 2), seen.key


def with_authority(config: Config, authority: Authority) -> Config:
    return replace(config, timestamp_url=authority.url)


def members_of(data: bytes) -> Members:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def lacks(data: bytes, **given: Any) -> bool:
    """Return whether a file proves nothing."""
    try:
        check(data, **given)
    except Exception:  # noqa: BLE001  of any kind
        return True
    return False


def test_the_script_has_less_than_150_lines() -> None:
    assert len(SCRIPT.read_text("utf-8").splitlines()) < 150


async def test_evidence_proves_a_version_and_when_it_was_seen(
    store: Store, config: Config, authority: Authority, tmp_path: Path
) -> None:
    data, key = await stamped(store, config, authority)
    lines = check(data, key, authority.certificate.read_bytes())
    assert "number 2," in lines[0]
    assert "2026-01-05T13:00:00.123+00:00" in lines[0]
    assert key in lines[1]
    assert "CN=tsa" in lines[2]
    members = members_of(data)
    assert b"Wording 1 of pier." in members["payload"]
    assert json.loads(members["version.json"])["values"]["paragraphs:0"] == "Wording 1 of pier."
    assert ["etag", '"lamp"'] in json.loads(members["version.json"])["values"]["capture"]["headers"]
    for name in ("checkpoint", "stamp.tsr"):
        (tmp_path / name).write_bytes(members[name])
    assert authority.verify(tmp_path / "checkpoint", tmp_path / "stamp.tsr")
    (tmp_path / "checkpoint").write_bytes(members["checkpoint"].replace(b"log", b"lot"))
    assert not authority.verify(tmp_path / "checkpoint", tmp_path / "stamp.tsr")


async def test_the_script_needs_cryptography_alone(
    store: Store, config: Config, authority: Authority, tmp_path: Path
) -> None:
    data, key = await stamped(store, config, authority)
    (tmp_path / "evidence.zip").write_bytes(data)
    (tmp_path / "altered.zip").write_bytes(packed({**members_of(data), "payload": b"<p>Another page</p>"}))
    good = run_alone(tmp_path, "evidence.zip", key, str(authority.certificate))
    assert good.returncode == 0, good.stderr
    assert "entry 2 in the log of" in good.stdout
    without = run_alone(tmp_path, "evidence.zip")
    assert without.returncode == 0, without.stderr
    bad = run_alone(tmp_path, "altered.zip", key)
    assert bad.returncode == 1
    assert bad.stderr.startswith("NOT PROVED: ValueError: payload is not the page in the log")
    assert run_alone(tmp_path, "missing.zip").returncode == 1
    of_nothing = run_alone(tmp_path)
    assert of_nothing.returncode == 1
    assert "python evidence_check.py FILE" in of_nothing.stderr
    assert "NOT PROVED" not in of_nothing.stderr
    assert run_alone(tmp_path, "evidence.zip", str(Signer.generate(NAME).verifier)).returncode == 1


def run_alone(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script in an isolated interpreter that imports, beside the standard library, what cryptography is of."""
    allowed = {"cryptography", "cffi", "_cffi_backend", "pycparser", "typing_extensions"}
    site = next(path for path in sys.path if (Path(path) / "cryptography").is_dir())
    guard = f"""
import sys, importlib.abc
class Guard(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in sys.stdlib_module_names and top not in {allowed!r}:
            raise ImportError(f"{{name}} is not for the script")
sys.meta_path.insert(0, Guard())
sys.path.append({site!r})
sys.argv = sys.argv[1:]
exec(compile(open(sys.argv[0]).read(), sys.argv[0], "exec"), {{"__name__": "__main__"}})
"""
    script = folder / "evidence_check.py"
    script.write_bytes(SCRIPT.read_bytes())
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", guard, str(script), *arguments],
        cwd=folder, capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]},
    )  # fmt: skip


async def test_every_altered_byte_is_found(store: Store, config: Config, authority: Authority) -> None:
    data, key = await stamped(store, config, authority)
    chance = random.Random(7)
    for at in range(0, len(data), 3 if len(data) < 9_000 else 7):
        altered = bytearray(data)
        altered[at] ^= chance.randrange(1, 256)
        assert lacks(bytes(altered)), f"byte {at} of {len(data)}"
    for at in (1, 100, len(data) // 2, len(data) - 1):
        assert lacks(data[:at])
        assert lacks(data[:at] + b"\0" + data[at:])
    assert lacks(data + b"\0")
    assert lacks(b"\0" + data)
    assert lacks(b"")
    assert not lacks(data, key=key)


PROTECTED = ("version.json", "payload", "proof.tlog-proof", "checkpoint", "key")


async def test_every_altered_byte_is_found_in_a_file_that_was_packed_again(
    store: Store, config: Config, authority: Authority
) -> None:
    """A forger packs what he altered as it must be packed: hashes and signatures find it."""
    data, key = await stamped(store, config, authority)
    members, chance = members_of(data), random.Random(8)
    for name in PROTECTED:
        content = members[name]
        for at in range(len(content)):
            altered = bytearray(content)
            altered[at] ^= 1 << chance.randrange(8)
            forged = packed({**members, name: bytes(altered)})
            # Alone, a key and its signature prove that they fit: the key that was published says whose they are.
            assert lacks(forged, key=key), f"byte {at} of {name}: {content[max(0, at - 9) : at + 9]!r}"


async def test_no_altered_stamp_states_another_time(store: Store, config: Config, authority: Authority) -> None:
    """Bytes that nothing signs may differ, such as of the status; what a stamp says may not."""
    data, key = await stamped(store, config, authority)
    members, chance = members_of(data), random.Random(9)
    trusted = authority.certificate.read_bytes()
    told = check(data, key, trusted)[2]
    found = 0
    for at in range(len(members["stamp.tsr"])):
        altered = bytearray(members["stamp.tsr"])
        altered[at] ^= 1 << chance.randrange(8)
        forged = packed({**members, "stamp.tsr": bytes(altered)})
        try:
            assert check(forged, key, trusted)[2] == told
        except AssertionError:
            raise
        except Exception:  # noqa: BLE001  of any kind
            found += 1
    assert found > len(members["stamp.tsr"]) * 0.6


async def test_members_that_do_not_belong_together_are_found(
    store: Store, config: Config, authority: Authority
) -> None:
    data, key = await stamped(store, config, authority)
    other = members_of(await Reader.of_store(store).log.evidence(PIER, 3))
    members = members_of(data)
    for name in ("version.json", "payload", "proof.tlog-proof"):
        assert lacks(packed({**members, name: other[name]}), key=key), name
        assert lacks(packed({n: each for n, each in members.items() if n != name})) == (name != "payload")
    newest = await checkpoints.newest(store.db)
    assert newest is not None
    assert lacks(packed({**members, "checkpoint": newest.note.encode()}), key=key)
    assert lacks(packed({**members, "more": b""}), key=key)


def altered_version(change: Callable[[dict[str, Any]], None]) -> Callable[[Members], Members]:
    def alter(members: Members) -> Members:
        version = json.loads(members["version.json"])
        change(version)
        text = json.dumps(version, ensure_ascii=False, indent=1) + "\n"
        return {**members, "version.json": text.encode()}

    return alter


def _move_to_withheld(version: dict[str, Any]) -> None:
    version["withheld"]["headline"] = "0" * 64


FORGERIES = {
    "a value": altered_version(lambda version: version["values"].update(headline="Another")),
    "a value more": altered_version(lambda version: version["values"].update(editor="Nobody")),
    "a value and its salt more": altered_version(
        lambda version: (version["values"].update(editor="x"), version["salts"].update(editor="00"))  # type: ignore[func-returns-value]
    ),
    "a value less": altered_version(lambda version: version["values"].pop("byline")),
    "shown and withheld": altered_version(_move_to_withheld),
    "a header": altered_version(lambda version: version["values"]["capture"]["headers"].append(["x", "y"])),
    "no salts": altered_version(lambda version: version.update(salts={})),
    "as an old one": altered_version(
        lambda version: version.update(values={"version": version["values"]}, salts={}, blind="00")
    ),
    "the previous chain": altered_version(lambda version: version.update(previous="")),
    "spaces": lambda members: {**members, "version.json": members["version.json"] + b" "},
    "no list": lambda members: {**members, "version.json": b"[]\n"},
}


@pytest.mark.parametrize("name", list(FORGERIES))
async def test_a_forged_version_is_found(store: Store, config: Config, name: str) -> None:
    data, key = await plain(store, config)
    assert check(data, key)
    assert lacks(packed(FORGERIES[name](members_of(data))), key=key)


async def plain(store: Store, config: Config, *, is_of_0_1: bool = False) -> tuple[bytes, str]:
    version = await record(store, "pier", 2, is_of_0_1=is_of_0_1)
    await log_keys.create(store, config, NAME)
    await append(store, config)
    seen = await state(store.db)
    assert seen is not None
    return await Reader.of_store(store).log.evidence(version.article_id, 2), seen.key


async def test_versions_of_older_releases_have_evidence_too(store: Store, config: Config) -> None:
    data, key = await plain(store, config, is_of_0_1=True)
    assert "number 2," in check(data, key)[0]
    members = members_of(data)
    assert b"Wording 1 of pier" in members["version.json"]
    forged = altered_version(lambda version: version["values"]["version"].update(headline="Another"))(members)
    assert lacks(packed(forged), key=key)


async def test_the_same_version_gives_the_same_file(store: Store, config: Config) -> None:
    data, _ = await plain(store, config)
    assert await Reader.of_store(store).log.evidence(PIER, 2) == data


async def test_a_page_that_scripts_drew_has_the_response_beside_it(store: Store, config: Config) -> None:
    response = b"<html>before scripts</html>"
    first = first_version(article("pier", "Drawn by scripts."))
    assert first.capture is not None
    capture = replace(first.capture, response_body=response, response_digest=sha256(response).hexdigest())
    await append_version(store, replace(first, capture=capture))
    await log_keys.create(store, config, NAME)
    await append(store, config)
    data = await Reader.of_store(store).log.evidence(PIER, 1)
    members = members_of(data)
    assert members["response"] == response
    assert "with its payload, with its response" in check(data)[0]
    assert lacks(packed({**members, "response": response + b" "}))


async def test_a_version_without_a_page_of_its_own_has_that_which_it_was_read_from(
    store: Store, config: Config
) -> None:
    """A re-extraction: the page is that of the version before, and there are no headers."""
    first = first_version(article("pier", "A"))
    await append_version(store, first)
    second = next_version(first, article("pier", "A", "B"), NOON, Cause.REBASE)
    second = replace(second, capture=None, payload_digest=first.payload_digest)
    await append_version(store, replace(second, chain=chain_of(first.chain, second)))
    await log_keys.create(store, config, NAME)
    await append(store, config)
    data = await Reader.of_store(store).log.evidence(PIER, 2)
    assert "with its payload" in check(data)[0]
    assert "capture" not in json.loads(members_of(data)["version.json"])["values"]


async def test_any_of_the_published_keys_may_be_given(store: Store, config: Config) -> None:
    data, old = await plain(store, config)
    new = await log_keys.rotate(store, config, is_lost=False)
    assert check(data, f"{new}\n{old}\n")
    assert lacks(data, key=new)
    rotated = await Reader.of_store(store).log.evidence(PIER, 2)
    assert check(rotated, f"{new}\n{old}\n")
    assert lacks(rotated, key=old)


async def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("checkpoint", "key", "proof.tlog-proof", "version.json"):
            archive.writestr(name, b"0" * 50_000_000)
    with pytest.raises(ValueError, match="no evidence file"):
        check(file.getvalue())


# What is taken down, or erased


async def test_redacted_words_are_not_in_the_evidence_which_stays_valid(store: Store, config: Config) -> None:
    version = await record(store, "pier", 2)
    await log_keys.create(store, config, NAME)
    await append(store, config)
    await takedowns.redact(store.db, version.article_id, "Wording 1 of pier", reason="order", by="clerk", at=NOON)
    data = await Reader.of_store(store).log.evidence(version.article_id, 2)
    members = members_of(data)
    assert b"Wording 1" not in data
    assert "payload" not in members
    assert json.loads(members["version.json"])["withheld"].keys() == {"paragraphs:0", "payload", "wording"}
    assert "number 2," in check(data)[0]


async def test_what_was_erased_is_proved_without_it(store: Store, config: Config) -> None:
    version = await record(store, "pier", 3)
    await log_keys.create(store, config, NAME)
    await append(store, config)
    order = Order(version.article_id, SOURCE, What.PASSAGE, None, "order", "clerk", datetime.now(UTC))
    assert await erase(store.db, order, "Wording 1 of pier")
    reader = Reader.of_store(store)
    data = await reader.log.evidence(version.article_id, 2)
    assert b"Wording 1" not in data
    assert "number 2," in check(data)[0]
    assert "number 3," in check(await reader.log.evidence(version.article_id, 3))[0]
    later = datetime.now(UTC) + timedelta(seconds=1)
    order = Order(version.article_id, SOURCE, What.VERSION, 2, "order", "clerk", later)
    await erase(store.db, order)
    for asked in (reader.log.evidence, reader.log.proof):
        with pytest.raises(Hidden, match="erased by order"):
            await asked(version.article_id, 2)
    assert "number 3," in check(await reader.log.evidence(version.article_id, 3))[0]


@pytest.mark.parametrize("number", [None, 2])
async def test_hidden_versions_have_no_evidence_and_keep_their_leaf(
    store: Store, config: Config, number: int | None
) -> None:
    version = await record(store, "pier", 3)
    await log_keys.create(store, config, NAME)
    size = (await append(store, config)).size
    await takedowns.hide(store.db, version.article_id, number, reason="order", by="clerk", at=NOON)
    reader = Reader.of_store(store)
    for asked in (reader.log.evidence, reader.log.proof):
        with pytest.raises(Hidden):
            await asked(version.article_id, 2)
    assert await tree.entry(store.db, size - 1) is not None
    if number is not None:
        assert "number 3," in check(await reader.log.evidence(version.article_id, 3))[0]


async def test_evidence_of_old_versions_beside_what_was_taken_down_is_refused(store: Store, config: Config) -> None:
    """Their chains cover whole texts: with them a guess at what was taken down could be confirmed."""
    version = await record(store, "pier", 3, is_of_0_1=True)
    await log_keys.create(store, config, NAME)
    await append(store, config)
    await takedowns.hide(store.db, version.article_id, 2, reason="order", by="clerk", at=NOON)
    with pytest.raises(Hidden, match="its hashes cover"):
        await Reader.of_store(store).log.evidence(version.article_id, 3)


async def test_what_the_log_has_not_yet_has_no_proof(store: Store, config: Config) -> None:
    version = await record(store, "pier")
    reader = Reader.of_store(store)
    with pytest.raises(Absent, match="not covered"):
        await reader.log.proof(version.article_id, 1)
    for number, key in ((2, version.article_id), (1, "a" * 16)):
        with pytest.raises(Absent):
            await reader.log.proof(key, number)


# Stamps


async def test_a_checkpoint_a_day_is_stamped(store: Store, config: Config, authority: Authority) -> None:
    await stamped(store, config, authority)
    config = with_authority(config, authority)
    asked = len(authority.requests)
    assert await stamp(store, config, now=NOW + timedelta(hours=23)) is None
    assert len(authority.requests) == asked
    assert "CN=tsa" in str(await stamp(store, config, now=NOW + timedelta(hours=25)))
    assert await stamp(store, config, now=NOW + timedelta(days=9)) is None  # nothing new
    assert await stamp(store, config, now=NOW, is_forced=True) is None


BAD_ANSWERS = {
    "status": (500, b"sorry"),
    "nothing": (200, b""),
    "no DER": (200, b"<html>a page</html>"),
    "rejected": (200, bytes.fromhex("30053003020102")),
    "too long": (200, b"\x30" * 200_000),
}


@pytest.mark.parametrize("name", list(BAD_ANSWERS))
async def test_an_authority_that_fails_is_asked_again(
    store: Store, config: Config, authority: Authority, name: str
) -> None:
    await plain(store, config)
    config = with_authority(config, authority)
    authority.answers.append(BAD_ANSWERS[name])
    with pytest.raises(NotStamped) as caught:
        await stamp(store, config, now=NOW)
    assert "/tsr" not in str(caught.value)  # the address may be a secret
    assert await stamp(store, config, now=NOW) is not None


async def test_a_stamp_over_something_else_is_refused(store: Store, config: Config, authority: Authority) -> None:
    await plain(store, config)
    config = with_authority(config, authority)
    authority.answers.append((200, authority.reply(stamp_request("another checkpoint"))))
    with pytest.raises(NotStamped):
        await stamp(store, config, now=NOW)


async def test_an_authority_that_is_away_is_named_without_its_secret(store: Store, config: Config) -> None:
    await plain(store, config)
    away = replace(config, timestamp_url=SecretUrl("http://127.0.0.1:9/secret"))
    with pytest.raises(NotStamped, match=r"http://127\.0\.0\.1:9"):
        await stamp(store, away, now=NOW)


async def test_the_stamp_of_another_authority_is_found(
    store: Store, config: Config, authority: Authority, tmp_path: Path
) -> None:
    data, key = await stamped(store, config, authority)
    other = authorities.make(tmp_path / "other")
    assert lacks(data, key=key, trusted=other.certificate.read_bytes())
    members = members_of(data)
    key_file.write(config.log_key, key_file.read(config.log_key))
    replaced = {**members, "stamp.tsr": other.reply(stamp_request(members["checkpoint"].decode()))}
    assert "CN=tsa" in check(packed(replaced), key)[2]
    assert lacks(packed(replaced), key=key, trusted=authority.certificate.read_bytes())
    assert parse_checkpoint(members["checkpoint"].decode()).origin == NAME
