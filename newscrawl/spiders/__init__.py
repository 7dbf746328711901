"""The shipped sources: in a checkout the folder `spiders` beside the package; a wheel has its files here instead."""

from pathlib import Path

__path__ = [str(Path(__file__).resolve().parent.parent.parent / "spiders")]
