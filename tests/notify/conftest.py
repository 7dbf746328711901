from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.notify.receivers import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as opened:
        yield opened
