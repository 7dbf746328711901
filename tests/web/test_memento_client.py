"""The Memento side as a client library walks it that others wrote, over real HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import requests

from tests.conftest import missing
from tests.web.press import START, Shelf

try:
    from memento_client import MementoClient
except ImportError:
    MementoClient = None

ORIGINAL = "https://www.harbour.example/news/swing-bridge-2026"
HOURS = (0, 3, 9)  # at which the versions were seen


@pytest.fixture
def memento(site: str) -> Any:
    if MementoClient is None:
        missing("memento_client is not installed")
    return MementoClient(timegate_uri=f"{site}/timegate/", check_native_timegate=False)


def moment(hours: float) -> datetime:
    """Return a moment as the client has them: without a time zone, in UTC."""
    return (START + timedelta(hours=hours)).replace(tzinfo=None)


@pytest.mark.parametrize(("hours", "number"), [(-5, 1), (0, 1), (2.9, 1), (3, 2), (8, 2), (9, 3), (5000, 3)])
def test_timegate_leads_the_client_to_the_version_that_stood(
    memento: Any, site: str, shelf: Shelf, hours: float, number: int
) -> None:
    # From any memento the client finds the original, and from there the TimeGate.
    info = memento.get_memento_info(f"{site}/article/{shelf.bridge}/2", moment(hours))
    assert info["original_uri"] == ORIGINAL
    closest = info["mementos"]["closest"]
    assert closest["uri"] == [f"{site}/article/{shelf.bridge}/{number}"]
    assert closest["datetime"] == moment(HOURS[number - 1])
    assert closest["http_status_code"] == 200


def test_client_walks_the_history_from_first_to_last(memento: Any, site: str, shelf: Shelf) -> None:
    walked = []
    info = memento.get_memento_info(f"{site}/article/{shelf.bridge}/3", moment(-1))
    walked.append(info["mementos"]["closest"]["datetime"])
    while (following := info["mementos"].get("next")) is not None:
        assert memento.is_memento(following["uri"][0])
        info = memento.get_memento_info(following["uri"][0], following["datetime"])
        walked.append(info["mementos"]["closest"]["datetime"])
    assert walked == [moment(hours) for hours in HOURS]
    assert info["mementos"]["first"]["datetime"] == moment(0)


def test_client_reads_the_timemap(memento: Any, site: str, shelf: Shelf) -> None:
    answer = requests.head(f"{site}/article/{shelf.bridge}/1", timeout=10)
    links = memento.parse_link_header(answer.headers["link"])
    [timemap] = [uri for uri, told in links.items() if "timemap" in told["rel"]]
    listed = memento.parse_link_header(requests.get(timemap, timeout=10).text)
    found = {uri: told["datetime"][0] for uri, told in listed.items() if "memento" in told["rel"]}
    assert [memento.convert_to_datetime(when) for when in found.values()] == [moment(hours) for hours in HOURS]
    assert listed[ORIGINAL]["rel"] == ["original"]
    assert memento.is_timegate(f"{site}/timegate/{ORIGINAL}")
