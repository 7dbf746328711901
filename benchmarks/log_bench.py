"""Measure the transparency log: appending, proofs and their verification, in a tree of a million and in a database.

`python benchmarks/log_bench.py [--leaves 1000000] [--versions 20000]` builds a tree in memory in batches of 256, as the
sequencer does, and takes proofs from it; then it appends invented versions from an embedded MongoDB, in which an
ordinary document of a version has 5 KB. CPU time of this process; in the database also by the clock.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import random
import tempfile
import time
from pathlib import Path

from newscrawl.config import Config
from newscrawl.jobs import log_keys
from newscrawl.jobs.log_appending import append
from newscrawl.store import Store
from newscrawl.store.tlog import COLLECTIONS
from newscrawl.store.tlog.verification import verify_log
from newscrawl.tlog import Checkpoint, Signer, is_signed_by, merkle, proof_text, tiles, version_entry
from newscrawl.tlog.evidence_check import check_inclusion, check_note
from tests.store.samples import append as record
from tests.store.samples import article, first_version

NAME = "archive.example/log"
PROOFS = 2_000
CHUNK = 5_000


def entry(number: int) -> bytes:
    return version_entry(hashlib.sha256(str(number).encode()).hexdigest(), hashlib.sha256(b"c%d" % number).hexdigest())


def in_memory(leaves: int) -> None:
    kept: dict[tiles.Tile, bytes] = {}
    began = time.process_time()
    for size in range(0, leaves, tiles.WIDTH):
        entries = [entry(number) for number in range(size, min(leaves, size + tiles.WIDTH))]
        last = {level: count // tiles.WIDTH for level, count in tiles.sizes(size) if count % tiles.WIDTH}
        partial = {level: kept[level, at] for level, at in last.items()}
        kept |= tiles.extended(size, [merkle.leaf_hash(each) for each in entries], partial)
    _print(f"append, tree of {leaves:,} in memory", (time.process_time() - began) / leaves, "a leaf")
    signer = Signer.generate(NAME)
    root = merkle.root((0, leaves), lambda node: tiles.hash_of(kept, node))
    note = signer.signed(Checkpoint(NAME, leaves, root).text)
    indexes = random.Random(7).sample(range(leaves), min(PROOFS, leaves))
    began = time.process_time()
    proofs = [
        proof_text(
            at, [merkle.root(p, lambda n: tiles.hash_of(kept, n)) for p in merkle.inclusion_parts(at, leaves)], note
        )
        for at in indexes
    ]
    _print("proof of inclusion, made from tiles", (time.process_time() - began) / PROOFS, "a proof")
    sizes = sorted(len(proof.encode()) for proof in proofs)
    print(f"{'proof with its checkpoint':<44} {sizes[-1]:>9,} bytes")
    key = str(signer.verifier)
    began = time.process_time()
    for at, proof in zip(indexes, proofs, strict=True):
        check_inclusion(proof, note, entry(at), leaves, root)
    _print("proof verified, without the signature", (time.process_time() - began) / PROOFS, "a proof")
    began = time.process_time()
    for _ in range(PROOFS):
        check_note(note, key)
    _print("signature of a checkpoint verified", (time.process_time() - began) / PROOFS, "a checkpoint")
    assert is_signed_by(note, signer.verifier)


async def in_database(versions: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        config = Config(home=Path(folder))
        store = await Store.open(config)
        try:
            await _fill(store, versions)
            await log_keys.create(store, config, NAME)
            began, cpu = time.perf_counter(), time.process_time()
            done = await append(store, config)
            seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
            _print(f"append, {versions:,} versions of a database", cpu / versions, "a leaf")
            _print("  by the clock", seconds / versions, "a leaf")
            assert done.size == versions + 1
            stored = 0
            for name in COLLECTIONS:
                stats = await store.db.command("collStats", name)
                stored += stats["storageSize"] + stats["totalIndexSize"]
            print(f"{'stored in the database, with indexes':<44} {stored / versions:>9,.0f} bytes a leaf")
            began = time.perf_counter()
            assert (await verify_log(store, store.db)).problems == []
            _print("`newscrawl verify` of the log, by the clock", (time.perf_counter() - began) / versions, "a leaf")
        finally:
            await store.close()


async def _fill(store: Store, versions: int) -> None:
    await record(store, first_version(article("lamp", *("The lamp went out at dusk, as it does. " * 9,) * 12)))
    version = await store.db.versions.find_one({}, {"_id": 0})
    head = await store.db.articles.find_one({}, {"_id": 0})
    assert version is not None
    assert head is not None
    await store.db.versions.delete_many({})
    for start in range(0, versions, CHUNK):
        keys = [f"copy-{number:08}" for number in range(start, min(versions, start + CHUNK))]
        await store.db.articles.insert_many([{**head, "_id": key} for key in keys])
        await store.db.versions.insert_many(
            [
                {**version, "_id": f"{key}:1", "article_id": key, "chain": hashlib.sha256(key.encode()).hexdigest()}
                for key in keys
            ]
        )


def _print(what: str, seconds: float, unit: str) -> None:
    print(f"{what:<44} {seconds * 1e6:>9,.1f} µs {unit}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leaves", type=int, default=1_000_000)
    parser.add_argument("--versions", type=int, default=20_000)
    arguments = parser.parse_args()
    in_memory(arguments.leaves)
    asyncio.run(in_database(arguments.versions))


if __name__ == "__main__":
    main()
