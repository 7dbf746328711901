"""What all tests share: where optional inputs are, and what to do when they are missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def missing(what: str) -> None:
    """Skip for a missing optional component; under NEWSCRAWL_REQUIRE_ALL=1 such a skip is a failure."""
    if os.environ.get("NEWSCRAWL_REQUIRE_ALL") == "1":
        pytest.fail(f"{what}, and NEWSCRAWL_REQUIRE_ALL=1 asks for it")
    pytest.skip(what)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Folder of real news pages with their truth."""
    folder = Path(os.environ.get("NEWSCRAWL_CORPUS", ROOT.parent / "shared" / "corpus"))
    if not (folder / "pages.jsonl").is_file():
        missing(f"the corpus of real pages is not at {folder} (set NEWSCRAWL_CORPUS)")
    return folder


@pytest.fixture(scope="session")
def gold(corpus: Path) -> Path:
    """Folder beside the corpus with hand-made alignments (diff/) and histories (recheck/)."""
    return corpus.parent
