"""Batch work over an archive in shards, by the workers of a cluster: how a batch is cut, and what is done with a shard.

A shard that was begun and not ended is done again, with the same result: a range of ids and a date are all that it is
given, and what it writes is either repeated without effect (`rebase`) or put in its place as a whole (`export`).
"""

from __future__ import annotations

import shutil
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from newscrawl.archive.export import SINKS, Export
from newscrawl.config import Config
from newscrawl.errors import ConfigError, LeaseHeld, NotFound
from newscrawl.history import ReextractionResult, reextract_all
from newscrawl.history import rebase as rebase_article
from newscrawl.items import Cause
from newscrawl.jobs.import_shards import (
    IMPORT_FILE,
    IMPORT_SOURCE,
    LEFT_OUT,
    do_file,
    do_source,
    leave_out,
    make_import,
)
from newscrawl.sources.catalogue import check_source, load_spider
from newscrawl.spider import reader_of
from newscrawl.store.reader import Reader
from newscrawl.store.session import Store
from newscrawl.store.shards import Shard

REBASE, EXPORT, IMPORT = "rebase", "export", "import"
SHARD_ARTICLES = 500


async def make_rebase(store: Store, sources: Sequence[str], *, size: int | None = None) -> list[Shard]:
    """Cut the re-reading of all stored pages of some sources into shards, and store them."""
    made: list[Shard] = []
    batch, at = _new_batch(REBASE)
    for source in map(check_source, dict.fromkeys(sources)):
        made += await _cut(store, {"source": source}, size, batch, REBASE, at, {"source": source})
    await store.make_shards(made)
    return made


async def make_export(
    store: Store, folder: Path, form: str, source: str | None, *, size: int | None = None
) -> list[Shard]:
    """Cut an export into shards, and store them; each is a folder below `folder`, which all workers must see.

    Raises ConfigError for a name that no source has, and of which nothing is stored.
    """
    if form not in SINKS:
        raise ConfigError(f"{form} is no format of exports: {', '.join(SINKS)}")
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"{folder} is a file, not a folder")
    if source is not None and not await store.has_articles(source):
        check_source(source)
    batch, at = _new_batch(EXPORT)
    options = {"folder": str(folder.absolute()), "format": form, **({"source": source} if source else {})}
    made = await _cut(store, {"source": source} if source else {}, size, batch, EXPORT, at, options)
    await store.make_shards(made)
    return made


async def make_import_batch(
    store: Store, paths: Sequence[str], folder: Path, *, adopts: bool = False, announces: bool = False
) -> list[Shard]:
    """Cut an import into one shard a file, and store them; `folder` and files are where all workers see them."""
    batch, at = _new_batch(IMPORT)
    return await make_import(store, paths, folder, batch=batch, at=at, adopts=adopts, announces=announces)


def _new_batch(work: str) -> tuple[str, datetime]:
    at = datetime.now(UTC)
    return f"{work}-{at:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:4]}", at.replace(microsecond=0)


async def _cut(
    store: Store,
    query: Mapping[str, str],
    size: int | None,
    batch: str,
    work: str,
    at: datetime,
    options: Mapping[str, str],
) -> list[Shard]:
    bounds = [None, *await store.shard_boundaries(query, size or SHARD_ARTICLES), None]
    prefix = f"{batch}-{options['source']}" if work == REBASE else batch
    return [
        Shard(
            shard_id=f"{prefix}-{number:05d}", batch=batch, work=work, at=at,
            after_id=bounds[number], upto_id=bounds[number + 1], options=options,
        )
        for number in range(len(bounds) - 1)
    ]  # fmt: skip


async def do_shard(config: Config, shard_id: str) -> None:
    """Do one shard to its end, and store what it came to. Raises NotFound, and LeaseHeld if that was a late try."""
    store = await Store.open(config)
    try:
        shard = await store.shard(shard_id)
        if shard is None:
            raise NotFound(f"there is no shard {shard_id}")
        result = await _done(config, store, shard)
        if not await store.finish_shard(shard, result):
            raise _late(shard)
    finally:
        await store.close()


async def _done(config: Config, store: Store, shard: Shard) -> dict[str, int]:
    if shard.work == REBASE:
        return await _rebase(store, shard)
    if shard.work == IMPORT_FILE:
        return await do_file(store, shard)
    if shard.work == LEFT_OUT:
        return await leave_out(store, shard)
    if shard.work == IMPORT_SOURCE:
        return await do_source(config, store, shard)
    return await _export(config, store, shard)


async def _rebase(store: Store, shard: Shard) -> dict[str, int]:
    """Re-read each article; one that an earlier try of this shard rewrote counts as it did then."""
    reader = reader_of(load_spider(check_source(shard.options["source"])))
    counts: Counter[str] = Counter(articles=0, rewritten=0)
    async for article in reextract_all(store, reader, within=(shard.after_id, shard.upto_id)):
        counts["articles"] += 1
        was_rewritten = article.stored.cause is Cause.REBASE and article.stored.seen_at >= shard.at
        if await rebase_article(store, article, max(shard.at, article.stored.seen_at)):
            was_rewritten |= article.result is ReextractionResult.DIFFERENT
        counts[(ReextractionResult.DIFFERENT if was_rewritten else article.result).value] += 1
        counts["rewritten"] += was_rewritten
    return dict(counts)


def _late(shard: Shard) -> LeaseHeld:
    return LeaseHeld(f"another try of {shard.shard_id} was begun since, or has ended")


async def _export(config: Config, store: Store, shard: Shard) -> dict[str, int]:
    """Export into a folder of this try, and put it in its place when it is whole."""
    part = _part(shard, shard.tries)
    shutil.rmtree(part, ignore_errors=True)
    reader = await Reader.open(config)
    try:
        within = (shard.after_id, shard.upto_id)
        export = Export(reader, part, shard.options["format"], shard.options.get("source"), within)
        await export.run(lambda done: None)
    finally:
        await reader.close()
    if not await store.is_current_try(shard):
        shutil.rmtree(part, ignore_errors=True)
        raise _late(shard)
    _put_in_place(shard, part)
    for tries in range(1, shard.tries):
        shutil.rmtree(_part(shard, tries), ignore_errors=True)
    return export.counts


def _part(shard: Shard, tries: int) -> Path:
    return Path(shard.options["folder"]) / f".{shard.shard_id}.{tries}.part"


def _put_in_place(shard: Shard, part: Path) -> None:
    """Put a whole export in its place: an earlier try may have come so far, and not to the end of its record."""
    place, former = part.with_name(shard.shard_id), part.with_suffix(".former")
    if place.exists():
        place.rename(former)
    try:
        part.rename(place)
    except FileNotFoundError:  # a later try removed it in this moment
        former.rename(place)
        raise _late(shard) from None
    shutil.rmtree(former, ignore_errors=True)
