"""The `newscrawl` command."""

from newscrawl.cli.main import main

__all__ = ["main"]
