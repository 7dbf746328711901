"""The condition of hosts, for people: what each permits now, which process has it, and who waits for it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from pymongo.asynchronous.database import AsyncDatabase

from newscrawl.normalize import domain_as_compared
from newscrawl.store.documents import Document
from newscrawl.store.host_allowance import HostState
from newscrawl.store.hosts import state_of

Database = AsyncDatabase[Document]


@dataclass(frozen=True, slots=True)
class HostCondition:
    """What is stored about a host, for people: what it permits, who has it, and who waits for it."""

    state: HostState
    delay_seconds: float  # between two requests: as configured, or a longer Crawl-delay of its robots.txt
    owner_pid: int | None = None  # of the process that has its lease
    owner_process: str = ""  # machine, start and namespace of that process (`process_identity`)
    leased_until: datetime | None = None
    last_at: datetime | None = None  # latest exchange, as its last owner knew it
    waiting: int = 0  # processes in line


async def conditions(db: Database, domains: Sequence[str], names: Collection[str]) -> list[HostCondition]:
    """Return the hosts on these domains, and those with these names, in the order of their names.

    The expression is matched against the ids alone, in their index: there is one for each host ever requested.
    """
    hosts = [urlsplit(f"//{domain_as_compared(domain)}").hostname or domain for domain in domains]
    endings = "|".join(map(re.escape, hosts))
    on_domain: list[Document] = [{"_id": {"$regex": rf"(^|\.)({endings})$"}}] if endings else []
    query = {"$or": [{"_id": {"$in": list(names)}}, *on_domain]}
    return [_condition(document) async for document in db.hosts.find(query).sort("_id", 1)]


def _condition(document: Mapping[str, Any]) -> HostCondition:
    is_owned = document.get("owner") is not None
    return HostCondition(
        state=state_of(document["_id"], document),
        delay_seconds=(document.get("delay_ms") or 0) / 1000,
        owner_pid=document.get("pid") if is_owned else None,
        owner_process=(document.get("process") or "") if is_owned else "",
        leased_until=document.get("until") if is_owned else None,
        last_at=document.get("last_at"),
        waiting=len(document.get("wanted") or ()),
    )
