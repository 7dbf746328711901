"""Metrics: what an archive shows of its sources, in families that Prometheus' own tools accept."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from newscrawl import timings
from newscrawl.config import PROJECT_ROOT
from newscrawl.health.metrics import ArchiveCollector, ArchiveState, archive_state
from newscrawl.items import Alarm, AlarmState, RunRecord, SourceState
from newscrawl.store import Store
from newscrawl.store.claims import Backlog
from newscrawl.store.outbox import Waiting
from tests.conftest import missing
from tests.store.samples import append, article, first_version

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
RUN = RunRecord(run_id="r1", source="courier", started_at=NOW - timedelta(minutes=2))
DEPLOY = PROJECT_ROOT / "deploy"
PAGE = (PROJECT_ROOT / "docs" / "metrics.md").read_text("utf-8")

FULL = ArchiveState(
    at=NOW,
    states={
        "courier": SourceState(
            source="courier",
            last_good_check_at=NOW - timedelta(minutes=1),
            totals={
                "checks": {"new": 3, "changed": 2, "unchanged": 5},
                "versions": 4,
                "runs": {"0": 4, "1": 1},
                "seconds": 12.5,
            },
            baselines={"fields": {"author": 0.75}},
        ),
        'the "gazette"\n': SourceState(source="gazette"),
    },
    backlogs={"courier": Backlog(7, NOW - timedelta(seconds=90), 1.0)},
    last_runs={"courier": replace(RUN, ended_at=NOW, exit_code=1)},
    alarms=(Alarm("a", "courier", "drift:author", AlarmState.OPEN, "fewer", NOW, NOW),),
    blocked_hosts={"courier.example": NOW + timedelta(minutes=5)},
    outbox=Waiting(3, 1, NOW - timedelta(seconds=120)),
)


def exposed(state: ArchiveState | None) -> str:
    registry, collector = CollectorRegistry(), ArchiveCollector()
    collector.state = state
    registry.register(collector)
    return generate_latest(registry).decode()


def values(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {(sample.name, frozenset(sample.labels.items())): sample.value for sample in samples}


def value(text: str, name: str, **labels: str) -> float | None:
    return values(text).get((name, frozenset(labels.items())))


@pytest.fixture(scope="session")
def promtool() -> str:
    return shutil.which("promtool") or missing("Debian's package prometheus is not installed: promtool") or ""


def check(promtool: str, *arguments: str, text: str = "", cwd: Path = DEPLOY) -> None:
    done = subprocess.run([promtool, *arguments], input=text, capture_output=True, text=True, check=False, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_state_becomes_metrics_by_source_and_host() -> None:
    text = exposed(FULL)
    assert value(text, "newscrawl_checks_total", source="courier", result="changed") == 2
    assert value(text, "newscrawl_versions_total", source="courier") == 4
    assert value(text, "newscrawl_runs_total", source="courier", exit_code="1") == 1
    assert value(text, "newscrawl_run_seconds_total", source="courier") == 12.5
    assert value(text, "newscrawl_due_articles", source="courier") == 7
    assert value(text, "newscrawl_due_lag_seconds", source="courier") == 90
    assert value(text, "newscrawl_due_articles", source='the "gazette"\n') == 0
    assert value(text, "newscrawl_last_run_exit_code", source="courier") == 1
    assert value(text, "newscrawl_last_success_timestamp_seconds", source="courier") == NOW.timestamp() - 60
    assert value(text, "newscrawl_extract_coverage", source="courier", field="author") == 0.75
    assert value(text, "newscrawl_alarm", source="courier", kind="drift:author", state="open") == 1
    assert value(text, "newscrawl_outbox_pending") == 3
    assert value(text, "newscrawl_outbox_age_seconds") == 120
    assert value(text, "newscrawl_dead_letters") == 1
    blocked = value(text, "newscrawl_host_blocked_until_timestamp_seconds", host="courier.example")
    assert blocked == NOW.timestamp() + 300


def test_an_archive_that_does_not_answer_shows_no_old_values() -> None:
    assert values(exposed(None)) == {("newscrawl_db_up", frozenset()): 0}


def test_metrics_keep_to_the_conventions(promtool: str) -> None:
    check(promtool, "check", "metrics", text=exposed(FULL))


async def test_totals_of_a_source_outlive_the_records_of_its_runs(store: Store) -> None:
    for number, stats in enumerate([{"new": 2, "error": 1, "versions": 2}, {"unchanged": 2, "discovered": 9}]):
        run = await store.start_run(replace(RUN, run_id=f"r{number}", started_at=datetime.now(UTC)))
        ended = replace(run, ended_at=datetime.now(UTC), reason="finished", exit_code=number, stats=stats)
        await store.end_run(ended)
        await store.end_run(ended)  # as after a lost answer
    await store.db.runs.delete_many({})
    state = (await store.source_states())["courier"]
    assert state.totals["checks"] == {"new": 2, "error": 1, "unchanged": 2}
    assert state.totals["runs"] == {"0": 1, "1": 1}
    assert state.totals["versions"] == 2
    await store.save_source_state(replace(state, totals={}, publisher="The Courier"))
    assert (await store.source_states())["courier"].totals == state.totals


async def test_state_is_read_from_the_store(store: Store) -> None:
    await append(store, first_version(article()))
    await store.make_due(NOW, "by a person")
    await store.pause_host("courier.example", timedelta(hours=1))
    state = await archive_state(store, datetime.now(UTC))
    assert state.backlogs[article().source].due == 1
    assert state.blocked_hosts["courier.example"] > datetime.now(UTC)
    assert value(exposed(state), "newscrawl_db_up") == 1


def documented() -> set[str]:
    return set(re.findall(r"^\| `(newscrawl_\w+)", PAGE, re.MULTILINE))


def test_every_metric_is_documented_and_no_other() -> None:
    families = {family.name: family.type for family in text_string_to_metric_families(exposed(FULL))}
    names = {f"{name}_total" if kind == "counter" else name for name, kind in families.items()}
    names |= {each.name for each in (*timings.DURATIONS, *timings.COUNTS)}
    assert documented() == names


def test_alert_rules_are_valid_and_fire_when_they_should(promtool: str) -> None:
    check(promtool, "check", "rules", "prometheus-rules.yaml")
    check(promtool, "test", "rules", "prometheus-rules-test.yaml")


def test_the_dashboard_asks_for_metrics_that_exist(promtool: str, tmp_path: Path) -> None:
    panels = json.loads((DEPLOY / "grafana-dashboard.json").read_text("utf-8"))["panels"]
    expressions = [target["expr"] for panel in panels for target in panel["targets"]]
    asked = [each.replace("$__rate_interval", "5m") for each in expressions]  # a variable of Grafana's
    assert len(asked) >= 10
    named = {re.sub(r"_(bucket|sum|count)$", "", name) for each in asked for name in re.findall(r"newscrawl_\w+", each)}
    assert named <= documented()
    rules: list[Mapping[str, str]] = [{"record": f"r:{n}", "expr": each} for n, each in enumerate(asked)]
    (tmp_path / "rules.yaml").write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
    check(promtool, "check", "rules", str(tmp_path / "rules.yaml"))
