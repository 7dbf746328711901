"""`newscrawl log` and what `newscrawl verify` says of it: as commands, on an archive in a real MongoDB."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from newscrawl.config import Config
from newscrawl.items import article_id
from newscrawl.jobs import log_keys
from newscrawl.jobs.log_appending import append
from newscrawl.store import Store, commitments
from newscrawl.store.documents import Document
from newscrawl.store.tlog import COLLECTIONS, state, tree
from newscrawl.tlog import (
    Checkpoint,
    KeyEvent,
    Signer,
    Verifier,
    is_signed_by,
    key_entry,
    key_file,
    parse_checkpoint,
    version_entry,
)
from newscrawl.tlog.merkle import leaf_hash, node_hash
from newscrawl.tlog.tiles import ENTRIES, bundle, entries_of, path, sizes, split
from tests.store.samples import SOURCE
from tests.tlog.archive import NAME, record, with_log

from .conftest import Run

PIER = article_id(SOURCE, "article-0")


async def checkpoint_of(store: Store, config: Config, file: Path) -> Path:
    file.write_text((await append(store, config)).checkpoint)
    return file


def faults(newscrawl: Run, *arguments: object) -> list[str]:
    """Return the problems that `newscrawl verify` finds."""
    done = newscrawl("verify", "--reread", "0", "--json", *map(str, arguments))
    assert done.returncode in (0, 1), done.stderr
    problems: list[str] = json.loads(done.stdout)["problems"]
    assert done.returncode == (1 if problems else 0)
    return problems


async def rewritten(store: Store, config: Config, change: Callable[[Document], None], number: int = 1) -> None:
    """Rewrite a version as somebody does who has the database and the key: all that follows from it is made anew."""
    await _forge_chain(store, change, number)
    await _forge_log(store, key_file.read(config.log_key))


async def _forge_chain(store: Store, change: Callable[[Document], None], number: int) -> None:
    versions = await store.db.versions.find({"article_id": PIER}).sort("number", 1).to_list()
    change(versions[number - 1])
    previous = ""
    for version in versions:
        version["chain"] = previous = commitments.chain(previous, version)
        await store.db.versions.replace_one({"_id": version["_id"]}, version)
    await store.db.articles.update_one({"_id": PIER}, {"$set": {"head.chain": previous}})


async def _forge_log(store: Store, signer: Signer) -> None:
    """Make entries, tiles and checkpoints of what the versions are now, and sign them."""
    db = store.db
    seen = await state(db)
    assert seen is not None
    leaves = {leaf["index"]: leaf["_id"] async for leaf in db.tlog_leaves.find({})}
    entries = []
    for index in range(seen.size):
        version = await db.versions.find_one({"_id": leaves.get(index)})
        old = await tree.entry(db, index)
        assert old is not None
        made = version and version_entry(version["chain"], commitments.capture_digest(version))
        entries.append(made or old)
    await db.tlog_tiles.delete_many({})
    await tree.extend(db, 0, entries)
    async for document in db.tlog_checkpoints.find({}):
        size = document["_id"]
        note = signer.signed(Checkpoint(seen.name, size, await tree.root(db, size)).text)
        await db.tlog_checkpoints.update_one({"_id": size}, {"$set": {"note": note}})


async def test_a_rewritten_past_is_found_by_a_kept_checkpoint(
    store: Store, config: Config, newscrawl: Run, tmp_path: Path
) -> None:
    await with_log(store, config)
    kept = await checkpoint_of(store, config, tmp_path / "kept")
    await record(store, "since", 2)
    await append(store, config)
    assert faults(newscrawl, "--checkpoint", kept) == []
    await rewritten(store, config, lambda version: version.update(headline="Nothing ever happened"))
    assert faults(newscrawl) == [], "whoever has the key can forge all that the archive itself has"
    (fault,) = faults(newscrawl, "--checkpoint", kept)
    assert fault.startswith("the past was rewritten")
    assert str(kept) in fault


async def test_another_header_is_a_rewritten_past_too(
    store: Store, config: Config, newscrawl: Run, tmp_path: Path
) -> None:
    await with_log(store, config)
    kept = await checkpoint_of(store, config, tmp_path / "kept")
    await rewritten(store, config, lambda version: version["capture"].update(status=404))
    assert faults(newscrawl) == []
    assert "the past was rewritten" in faults(newscrawl, "--checkpoint", kept)[0]


async def test_a_version_that_was_altered_beside_the_log_is_found_without_a_checkpoint(
    store: Store, config: Config, newscrawl: Run
) -> None:
    await with_log(store, config)
    await _forge_chain(store, lambda version: version.update(headline="Another"), 1)
    assert [fault.partition(" of another content")[0] for fault in faults(newscrawl)] == [
        "entry 1 of the log is", "entry 2 of the log is",
    ]  # fmt: skip


async def test_a_split_view_is_found(store: Store, config: Config, newscrawl: Run, tmp_path: Path) -> None:
    """Two readers were shown different trees of one size, both signed."""
    await with_log(store, config)
    ours = await checkpoint_of(store, config, tmp_path / "ours")
    signer = key_file.read(config.log_key)
    theirs = tmp_path / "theirs"
    theirs.write_text(signer.signed(Checkpoint(NAME, 7, b"\x07" * 32).text))
    found = faults(newscrawl, "--checkpoint", ours, "--checkpoint", theirs)
    assert found == [f"split view: {ours} and {theirs} are of different trees of 7 entries, both signed"]
    assert "the past was rewritten" in faults(newscrawl, "--checkpoint", theirs)[0]


async def test_a_missing_leaf_is_found(store: Store, config: Config, newscrawl: Run, tmp_path: Path) -> None:
    await with_log(store, config)
    kept = await checkpoint_of(store, config, tmp_path / "kept")
    await store.db.tlog_leaves.delete_one({"index": 3})
    found = faults(newscrawl)
    assert "entry 3 of the log is of a version, which is missing" in found
    assert any("is missing in the log" in fault for fault in found)
    # Taken out of the log altogether, with everything behind it made anew.
    entries = [await tree.entry(store.db, index) or b"" for index in range(7)]
    leaves = await store.db.tlog_leaves.find({}).to_list()
    await store.db.tlog_tiles.delete_many({})
    await tree.extend(store.db, 0, [each for index, each in enumerate(entries) if index != 3])
    await store.db.tlog_leaves.delete_many({})
    await store.db.tlog_leaves.insert_many([{**leaf, "index": leaf["index"] - (leaf["index"] > 3)} for leaf in leaves])
    await store.db.tlog.update_one({}, {"$set": {"size": 6}})
    await store.db.tlog_checkpoints.delete_many({})
    (fault,) = [each for each in faults(newscrawl, "--checkpoint", kept) if str(kept) in each]
    assert "is of 7 entries and the log has 6" in fault


@pytest.mark.parametrize("what", ["a bundle", "a byte of a bundle", "a tile", "a byte of a tile", "an upper tile"])
async def test_a_damaged_log_is_found(store: Store, config: Config, newscrawl: Run, what: str) -> None:
    await with_log(store, config, articles=1)
    entries = [version_entry(f"{number:064x}", None) for number in range(300)]
    await tree.extend(store.db, 3, entries)
    await store.db.tlog.update_one({}, {"$set": {"size": 303}})
    before = faults(newscrawl)  # of the entries that are of no version
    name = "entries:0" if what.endswith("bundle") else "1:0" if what == "an upper tile" else "0:0"
    document = await store.db.tlog_tiles.find_one({"_id": name})
    assert document is not None
    data = bytearray(document["data"])
    data[40 if what == "a byte of a bundle" else 31] ^= 1
    if what in ("a bundle", "a tile"):
        await store.db.tlog_tiles.delete_one({"_id": name})
    else:
        await store.db.tlog_tiles.update_one({"_id": name}, {"$set": {"data": bytes(data)}})
    new = [fault for fault in faults(newscrawl) if fault not in before]
    assert any(fault.startswith(("tile/0/000", "tile/entries/000", "tile/1/000")) for fault in new), new


async def test_a_checkpoint_of_a_rotated_key_is_accepted(
    store: Store, config: Config, newscrawl: Run, tmp_path: Path
) -> None:
    await with_log(store, config)
    kept = await checkpoint_of(store, config, tmp_path / "kept")
    done = newscrawl("log", "rotate")
    assert done.returncode == 0, done.stderr
    done = newscrawl("verify", "--reread", "0", "--checkpoint", str(kept))
    assert done.returncode == 0, done.stdout
    assert "is signed by a key of the log that was replaced since" in done.stdout
    assert "log: 8 entries" in done.stdout


async def test_a_log_that_was_made_anew_with_other_keys_is_found(
    store: Store, config: Config, newscrawl: Run, tmp_path: Path
) -> None:
    await with_log(store, config)
    kept = await checkpoint_of(store, config, tmp_path / "kept")
    for name in COLLECTIONS:
        await store.db[name].delete_many({})
    for file in config.home.glob("log.key*"):
        file.unlink()
    await log_keys.create(store, config, NAME)
    await append(store, config)
    assert faults(newscrawl) == []
    assert "signed by a key that this log never had" in faults(newscrawl, "--checkpoint", kept)[0]


def _note(signer: Signer, size: int) -> str:
    return signer.signed(Checkpoint(signer.name, size, b"x" * 32).text)


CHECKPOINTS: dict[str, tuple[Callable[[Signer], str], str]] = {
    "of another log": (lambda _: _note(Signer.generate("other.example"), 3), "is of the log 'other.example'"),
    "larger": (lambda signer: _note(signer, 99), "is of 99 entries and the log has 7"),
    "forged": (lambda signer: _note(signer, 7).replace("\n7\n", "\n6\n"), "it was altered"),
    "of a stranger": (lambda _: _note(Signer.generate(NAME), 3), "a key that this log never had"),
    "empty tree": (lambda signer: _note(signer, 0), "the past was rewritten"),
}


@pytest.mark.parametrize("name", list(CHECKPOINTS))
async def test_a_checkpoint_that_does_not_fit_is_a_fault(
    store: Store, config: Config, newscrawl: Run, tmp_path: Path, name: str
) -> None:
    await with_log(store, config)
    made, message = CHECKPOINTS[name]
    (tmp_path / "kept").write_text(made(key_file.read(config.log_key)))
    (fault,) = faults(newscrawl, "--checkpoint", tmp_path / "kept")
    assert str(tmp_path / "kept") in fault
    assert message in fault


@pytest.mark.parametrize("content", [b"", b"a\nb\nc\n", b"\xff\xfe", b"PK\x03\x04" * 99, None])
async def test_what_is_no_checkpoint_ends_the_command(
    store: Store, config: Config, newscrawl: Run, tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "kept").write_bytes(content)
    done = newscrawl("verify", "--checkpoint", str(tmp_path / "kept"))
    assert done.returncode == 2
    assert done.stderr.startswith(f"newscrawl: --checkpoint {tmp_path / 'kept'}")
    assert len(done.stderr.splitlines()) == 1


async def test_forged_entries_about_keys_are_found(
    store: Store, config: Config, newscrawl: Run, tmp_path: Path
) -> None:
    await with_log(store, config)
    thief = Signer.generate(NAME)
    forged = key_entry(KeyEvent.ROTATED, thief, Signer.generate(NAME))
    await tree.extend(store.db, 7, [forged])
    await store.db.tlog.update_one({}, {"$set": {"size": 8}, "$push": {"keys": str(thief.verifier)}})
    assert any("does not follow the key before" in fault for fault in faults(newscrawl))


# The commands


async def test_a_log_from_its_beginning_to_evidence(
    store: Store, config: Config, newscrawl: Run, tmp_path: Path
) -> None:
    await record(store, "article-0", 2)
    assert json.loads(newscrawl("log", "status", "--json").stdout)["name"] is None
    refused = newscrawl("log", "init")
    assert (refused.returncode, "--name is needed" in refused.stderr) == (2, True)
    begun = newscrawl("log", "init", NEWSCRAWL_PUBLIC_URL="https://archive.example/news/")
    assert begun.returncode == 0, begun.stderr
    assert begun.stdout.splitlines()[0] == "2 entries appended; the log has 3"
    assert "\n— archive.example/news/log " in begun.stdout
    await record(store, "since")
    assert newscrawl("log", "append").stdout.startswith("1 entry appended; the log has 4")
    status = json.loads(newscrawl("log", "status", "--json").stdout)
    assert (status["entries"], status["waiting"], status["complete"], status["checkpoint"]) == (4, 0, True, 4)
    assert "archive.example/news/log" in newscrawl("log", "status").stdout
    file = tmp_path / "evidence.zip"
    assert newscrawl("log", "evidence", PIER, "2", str(file)).returncode == 0
    away = {"NEWSCRAWL_MONGO_URI": "mongodb://127.0.0.1:9/", "cwd": tmp_path}
    proved = newscrawl("verify", "--proof", str(file), "--key", status["keys"][0], **away)
    assert proved.returncode == 0, proved.stderr
    assert "number 2" in proved.stdout
    told = newscrawl("verify", "--proof", str(file), **away)
    assert "compare the key" in told.stdout
    (tmp_path / "publi+shed").write_text("\n".join(["archive.example/old+00+xx", *status["keys"]]))
    published = newscrawl("verify", "--proof", str(file), "--key", str(tmp_path / "publi+shed"), **away)
    assert published.returncode == 0, published.stdout
    for key, code in (("missing", 2), ("a+b+c", 1)):
        assert newscrawl("verify", "--proof", str(file), "--key", key, **away).returncode == code
    stamped = newscrawl("verify", "--proof", str(file), "--authority", str(file), **away)
    assert (stamped.returncode, "there is no stamp" in stamped.stdout) == (1, True)
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    altered = newscrawl("verify", "--proof", str(file), "--json", **away)
    assert altered.returncode == 1
    assert json.loads(altered.stdout)["proved"] == []
    missing = newscrawl("verify", "--proof", str(tmp_path / "none.zip"), **away)
    assert missing.returncode == 2
    assert "--proof" in missing.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["append"], "there is no key of the log here"),
        (["append", "--stamp"], "set NEWSCRAWL_TIMESTAMP_URL"),
        (["rotate"], "no transparency log"),
        (["export", "out"], "no checkpoint"),
        (["evidence", PIER, "1", "out.zip"], "not covered by a checkpoint"),
        (["init", "--name", "a b"], "cannot be the name"),
    ],
)
async def test_without_a_log_commands_say_so(
    store: Store, config: Config, newscrawl: Run, tmp_path: Path, arguments: list[str], message: str
) -> None:
    await record(store, "article-0")
    done = newscrawl("log", *arguments, cwd=tmp_path)
    assert done.returncode in (1, 2)
    assert message in done.stderr
    assert not (tmp_path / "out").exists()


async def test_an_export_is_what_anybody_can_verify(
    store: Store, config: Config, newscrawl: Run, tmp_path: Path
) -> None:
    """All hashes are computed from the exported entries, without anything of the archive."""
    await with_log(store, config, articles=2)
    assert newscrawl("log", "export", str(tmp_path / "site")).returncode == 0
    await tree_of(tmp_path / "site", 5)
    await record(store, "since", 3)
    await append(store, config)
    again = newscrawl("log", "export", str(tmp_path / "site"), "--json")
    assert json.loads(again.stdout) == {"folder": str(tmp_path / "site"), "files": 2, "entries": 8}
    await tree_of(tmp_path / "site", 8)
    assert (tmp_path / "site" / "tile" / "entries" / "000.p" / "5").is_file()
    assert (tmp_path / "site" / "key").read_text().startswith(f"{NAME}+")
    other = tmp_path / "other"
    other.mkdir()
    other.joinpath("checkpoint").write_text(Signer.generate(NAME).signed(Checkpoint(NAME, 3, b"x" * 32).text))
    refused = newscrawl("log", "export", str(other))
    assert (refused.returncode, "does not begin" in refused.stderr) == (2, True)


async def tree_of(folder: Path, size: int) -> None:
    """Compute the root of an exported log from its entries, and compare it with the checkpoint and the tiles."""
    note = (folder / "checkpoint").read_text("utf-8")
    checkpoint = parse_checkpoint(note)
    entries = list(entries_of((folder / path(ENTRIES, 0, size)).read_bytes()))
    hashes = [leaf_hash(entry) for entry in entries]
    assert sizes(size) == [(0, size)]
    assert split((folder / path(0, 0, size)).read_bytes()) == hashes
    assert (folder / path(ENTRIES, 0, size)).read_bytes() == bundle(entries)
    while len(hashes) > 1:
        pairs = [hashes[at : at + 2] for at in range(0, len(hashes), 2)]
        hashes = [node_hash(*pair) if len(pair) == 2 else pair[0] for pair in pairs]
    assert (checkpoint.size, checkpoint.root) == (size, hashes[0])
    assert is_signed_by(note, Verifier.parse((folder / "key").read_text().splitlines()[0]))
