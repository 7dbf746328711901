"""What axe finds in the page that a browser shows."""

from __future__ import annotations

from typing import Any

import pytest

axe = pytest.importorskip("axe_playwright_python.base", reason="axe is not installed")
# Violations alone: what passes too would be sent for every element, and read by nobody.
AUDIT = "axe.run({resultTypes: ['violations']}).then(results => results.violations)"


def violations(page: Any) -> list[dict[str, Any]]:
    """Return what axe finds; a document that it has audited before still has its script."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(axe.AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(AUDIT)
    return found
