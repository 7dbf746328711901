"""Captures to be imported, written as files; and what the store holds then."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newscrawl.config import Config
from newscrawl.jobs.importing import ImportPlan, ImportReport, import_captures
from newscrawl.store.session import Store
from newscrawl.store.verify import verify

START = datetime(2025, 3, 2, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
BASE = "http://127.0.0.1:8765"
FERRY, LAKE = f"{BASE}/2025/03/ferry-sails-1", f"{BASE}/2025/03/lake-rises-2"


def page(title: str, *sentences: str) -> bytes:
    text = [f"{title}: the harbour board met on Sunday and heard what the wardens had to say of it.", *sentences]
    paragraphs = "".join(f"<p>{each}</p>" for each in text)
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title></head><body class=classic><h1>{title}</h1>"
        f"<div class=story-body>{paragraphs}</div></body></html>"
    ).encode()


@dataclass(frozen=True)
class Shot:
    """A capture to be written."""

    url: str
    hours: int
    body: bytes
    status: str = "200 OK"
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)
    is_revisit: bool = False


FIRST = Shot(FERRY, 0, page("Ferry sails", "The morning crossing resumes on Monday, and the fare stays."))
SAME = replace(FIRST, hours=5)
EDITED = Shot(FERRY, 9, page("Ferry sails", "The morning crossing resumes on Friday, and the fare rises to nine."))
OTHER = Shot(LAKE, 2, page("Lake rises", "Four jetties stand under water since the storm, and two more are at risk."))
ALL = (FIRST, SAME, EDITED, OTHER)


def write(path: Path, shots: Sequence[Shot]) -> Path:
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=path.name.endswith(".gz"), warc_version="1.1")
        for shot in shots:
            http = StatusAndHeaders(shot.status, list(shot.headers), protocol="HTTP/1.1")
            date = f"{START + shot.hours * HOUR:%Y-%m-%dT%H:%M:%SZ}"
            if shot.is_revisit:
                response = writer.create_warc_record(
                    shot.url, "response", payload=io.BytesIO(shot.body), http_headers=http
                )
                writer.ensure_digest(response, block=False, payload=True)
                digest = response.rec_headers.get_header("WARC-Payload-Digest")
                record = writer.create_revisit_record(shot.url, digest, shot.url, date, http_headers=http)
                record.rec_headers.replace_header("WARC-Date", date)
            else:
                record = writer.create_warc_record(
                    shot.url, "response", payload=io.BytesIO(shot.body), http_headers=http,
                    warc_headers_dict={"WARC-Date": date},
                )  # fmt: skip
            writer.write_record(record)
    return path


def run(config: Config, *paths: Path, **options: Any) -> ImportReport:
    return import_captures(ImportPlan(paths=[str(path) for path in paths], **options), config, lambda *_: None)


def histories(config: Config) -> dict[str, list[dict[str, Any]]]:
    """Return what the histories say, without what is random (salts, and the chains over them)."""
    fields = ("number", "seen_at", "not_before", "cause", "headline", "paragraphs", "wording", "payload", "url", "late")
    found: dict[str, list[dict[str, Any]]] = {}
    with MongoClient[dict[str, Any]](str(config.mongo_uri), tz_aware=True) as client:
        for version in client[config.mongo_database].versions.find().sort([("article_id", 1), ("number", 1)]):
            found.setdefault(version["article_id"], []).append({name: version.get(name) for name in fields})
    return found


def documents(config: Config, name: str) -> list[dict[str, Any]]:
    with MongoClient[dict[str, Any]](str(config.mongo_uri), tz_aware=True) as client:
        return list(client[config.mongo_database][name].find())


def empty(config: Config) -> None:
    with MongoClient[dict[str, Any]](str(config.mongo_uri)) as client:
        database = client[config.mongo_database]
        for name in database.list_collection_names(filter={"name": {"$ne": "meta"}}):
            database[name].delete_many({})


def faults(config: Config) -> list[str]:
    return asyncio.run(found_faults(config))


async def found_faults(config: Config) -> list[str]:
    store = await Store.open(config)
    try:
        return list((await verify(store)).problems)
    finally:
        await store.close()


def environment(config: Config) -> dict[str, str]:
    return {
        "NEWSCRAWL_MONGO_URI": str(config.mongo_uri),
        "NEWSCRAWL_MONGO_DATABASE": config.mongo_database,
        "NEWSCRAWL_HOME": str(config.home),
    }


def without_not_before(found: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    return {key: [{**each, "not_before": None} for each in versions] for key, versions in found.items()}
