"""Memento over real HTTP, as the client library memento_client walks it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import requests

from tests.conftest import missing
from tests.faults.waiting import PATIENCE_SECONDS
from tests.web.press import START, SharedArchive

try:
    from memento_client import MementoClient
except ImportError:
    MementoClient = None

ORIGINAL = "https://www.harbour.example/news/swing-bridge-2026"
HOURS = (0, 3, 9)  # at which the versions were seen


@pytest.fixture
def memento(reader_url: str) -> Any:
    if MementoClient is None:
        missing("memento_client is not installed")
    return MementoClient(timegate_uri=f"{reader_url}/timegate/", check_native_timegate=False)


def moment(hours: float) -> datetime:
    """Return a moment as the client has them: without a time zone, in UTC."""
    return (START + timedelta(hours=hours)).replace(tzinfo=None)


@pytest.mark.parametrize(("hours", "number"), [(-5, 1), (0, 1), (2.9, 1), (3, 2), (8, 2), (9, 3), (5000, 3)])
def test_timegate_leads_the_client_to_the_version_of_that_time(
    memento: Any, reader_url: str, shared: SharedArchive, hours: float, number: int
) -> None:
    # From any memento the client finds the original, and by that the TimeGate.
    info = memento.get_memento_info(f"{reader_url}/article/{shared.bridge}/2", moment(hours))
    assert info["original_uri"] == ORIGINAL
    closest = info["mementos"]["closest"]
    assert closest["uri"] == [f"{reader_url}/article/{shared.bridge}/{number}"]
    assert closest["datetime"] == moment(HOURS[number - 1])
    assert closest["http_status_code"] == 200


def test_client_walks_the_history_from_first_to_last(memento: Any, reader_url: str, shared: SharedArchive) -> None:
    datetimes = []
    info = memento.get_memento_info(f"{reader_url}/article/{shared.bridge}/3", moment(-1))
    datetimes.append(info["mementos"]["closest"]["datetime"])
    while (following := info["mementos"].get("next")) is not None:
        assert memento.is_memento(following["uri"][0])
        info = memento.get_memento_info(following["uri"][0], following["datetime"])
        datetimes.append(info["mementos"]["closest"]["datetime"])
    assert datetimes == [moment(hours) for hours in HOURS]
    assert info["mementos"]["first"]["datetime"] == moment(0)


def test_client_reads_the_timemap(memento: Any, reader_url: str, shared: SharedArchive) -> None:
    response = requests.head(f"{reader_url}/article/{shared.bridge}/1", timeout=PATIENCE_SECONDS)
    links = memento.parse_link_header(response.headers["link"])
    [timemap] = [uri for uri, attributes in links.items() if "timemap" in attributes["rel"]]
    listed = memento.parse_link_header(requests.get(timemap, timeout=PATIENCE_SECONDS).text)
    datetimes = [attributes["datetime"][0] for attributes in listed.values() if "memento" in attributes["rel"]]
    assert [memento.convert_to_datetime(when) for when in datetimes] == [moment(hours) for hours in HOURS]
    assert listed[ORIGINAL]["rel"] == ["original"]
    assert memento.is_timegate(f"{reader_url}/timegate/{ORIGINAL}")
