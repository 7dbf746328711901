"""The API keeps to its own OpenAPI description: generated requests over real HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")
POSITIVE = schemathesis.GenerationMode.POSITIVE


def test_api_keeps_its_contract(reader_url: str) -> None:
    schema = schemathesis.openapi.from_url(f"{reader_url}/api/v1/openapi.json")
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) >= 12

    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    def call(case: Any) -> None:
        # A day such as 2026-02-30 is well-formed and still refused, which positive_data_acceptance does not allow for.
        case.call_and_validate(excluded_checks=[schemathesis.checks.positive_data_acceptance])

    for operation in operations:
        modes = list(schemathesis.GenerationMode) if list(operation.iter_parameters()) else [POSITIVE]
        for mode in modes:  # an operation without parameters has no negative mode
            given(case=operation.as_strategy(generation_mode=mode))(call)()
