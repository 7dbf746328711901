"""What docs/subscriptions.md states of webhooks is what they have."""

from __future__ import annotations

import json
import tomllib

from newscrawl.config import PROJECT_ROOT
from newscrawl.notify import messages
from newscrawl.notify.definitions import _KEYS, define
from tests.manual import blocks
from tests.notify.test_channels import NOW, message

PAGE = PROJECT_ROOT / "docs" / "subscriptions.md"


def test_the_example_of_a_webhook_has_the_fields_of_one() -> None:
    [stated] = [json.loads(block.text) for block in blocks(PAGE) if block.language == "json"]
    sent = messages.value(message())
    assert stated.keys() == sent.keys()
    assert stated["data"].keys() == sent["data"].keys()
    assert list(stated["data"]["items"][0]) == list(sent["data"]["items"][0])


def test_the_example_of_a_file_is_valid_and_every_key_is_documented() -> None:
    [stated] = [tomllib.loads(block.text) for block in blocks(PAGE) if block.language == "toml"]
    for name, table in stated["subscriptions"].items():
        define(name, table, NOW, is_of_file=True)
    text = PAGE.read_text("utf-8")
    undocumented = [key for key in _KEYS if key not in text and f"--{key.replace('_', '-')}" not in text]
    assert undocumented == []
