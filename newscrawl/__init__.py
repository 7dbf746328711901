"""Version control for the news."""

import importlib
from typing import Any

__version__ = "0.2.0"


def __getattr__(name: str) -> Any:
    """Return `Addon`, which Scrapy's setting ADDONS names; it is loaded when it is asked for, and Scrapy with it."""
    if name == "Addon":
        return importlib.import_module("newscrawl.addon").Addon
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
