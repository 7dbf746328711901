"""compose.yaml and kubernetes.yaml hold to their schemas, and name commands, variables and pages that there are."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from newscrawl.config import PROJECT_ROOT, Config, variables
from newscrawl.web.health import router
from tests.conftest import missing
from tests.faults.waiting import PATIENCE_SECONDS

DEPLOY = PROJECT_ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
KUBERNETES = list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text("utf-8")))
PODS = {
    manifest["metadata"]["name"]: manifest["spec"]["template"]["spec"]
    for manifest in KUBERNETES
    if manifest["kind"] == "Deployment"
}


def tool(name: str) -> str:
    """Return a program that a requirement of the tests installs."""
    found = shutil.which(name, path=str(sys.prefix) + "/bin")
    if found is None:
        missing(f"{name} is not installed")
    return str(found)


def test_compose_file_holds_to_the_compose_specification() -> None:
    command = [tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", str(DEPLOY / "compose.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("manifest", KUBERNETES, ids=lambda each: f"{each['kind']}-{each['metadata']['name']}")
def test_manifest_holds_to_the_schema_of_kubernetes(manifest: dict[str, Any]) -> None:
    if importlib.util.find_spec("kubernetes_validate") is None:
        missing("kubernetes-validate is not installed")
    import kubernetes_validate

    kubernetes_validate.validate(manifest, kubernetes_validate.latest_version(), strict=True)  # raises


def test_containerfile_is_one_that_hadolint_accepts() -> None:
    command = [tool("hadolint"), "--failure-threshold=style", str(DEPLOY / "Containerfile")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)
    assert done.returncode == 0, done.stdout


def test_containerfile_copies_nothing_that_the_ignore_file_keeps_out() -> None:
    kept = set(re.findall(r"^!(\S+)", (PROJECT_ROOT / ".dockerignore").read_text("utf-8"), re.M))
    lines = re.findall(r"^COPY (?!--from)(.*) \S+$", (DEPLOY / "Containerfile").read_text("utf-8"), re.M)
    copied = {name for line in lines for name in line.split()}
    assert copied == kept
    assert all((PROJECT_ROOT / name).exists() for name in copied)


def commands() -> Iterator[list[str]]:
    """Yield every command of newscrawl that the manifests run."""
    for name in ("worker", "reader"):
        service = COMPOSE["services"][name]
        yield service["command"]
        if "healthcheck" in service:
            assert service["healthcheck"]["test"][:2] == ["CMD", "newscrawl"]
            yield service["healthcheck"]["test"][2:]
    for pod in PODS.values():
        for container in pod["containers"]:
            yield container["args"]
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                if "exec" in container.get(probe, {}):
                    assert container[probe]["exec"]["command"][0] == "newscrawl"
                    yield container[probe]["exec"]["command"][1:]


@pytest.mark.parametrize("command", sorted({" ".join(each) for each in commands()}))
def test_manifests_run_commands_that_there_are(command: str) -> None:
    whole = [sys.executable, "-m", "newscrawl", *command.split(), "--help"]
    done = subprocess.run(
        whole, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
    )
    assert done.returncode == 0, done.stderr


def test_manifests_set_variables_that_there_are() -> None:
    named = set(COMPOSE["x-environment"])
    for manifest in KUBERNETES:
        named |= set(manifest.get("data", {}))
    for pod in PODS.values():
        named |= {variable["name"] for container in pod["containers"] for variable in container["env"]}
    assert "NEWSCRAWL_MONGO_URI" in named
    assert named <= {name for name, _, _ in variables()}
    settings = {name: re.sub(r"\$\{\w+:-\}", "", value) for name, value in COMPOSE["x-environment"].items()}
    Config.from_env(settings)
    Config.from_env(next(manifest["data"] for manifest in KUBERNETES if manifest["kind"] == "ConfigMap"))


def test_probes_of_the_reader_are_pages_that_it_has() -> None:
    (container,) = PODS["newscrawl-reader"]["containers"]
    probes = [container[name]["httpGet"] for name in ("startupProbe", "livenessProbe", "readinessProbe")]
    assert {probe["path"] for probe in probes} <= {route.path for route in router.routes}  # type: ignore[attr-defined]
    assert {probe["port"] for probe in probes} == {port["name"] for port in container["ports"]}


@pytest.mark.parametrize("name", PODS)
def test_pods_are_nobody_and_write_nothing(name: str) -> None:
    pod = PODS[name]
    (container,) = pod["containers"]
    image = (DEPLOY / "Containerfile").read_text("utf-8")
    user = pod["securityContext"]["runAsUser"]
    assert f"USER {user}:{user}" in image
    assert pod["securityContext"]["runAsNonRoot"] is container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert {mount["mountPath"] for mount in container["volumeMounts"]} == {"/var/lib/newscrawl", "/tmp"}  # noqa: S108


def test_compose_waits_for_what_can_be_healthy() -> None:
    """`up --wait` ends when all are: those without a check of their own have the image's."""
    assert "HEALTHCHECK" in (DEPLOY / "Containerfile").read_text("utf-8")
    services = COMPOSE["services"]
    assert "healthcheck" in services["mongodb"]
    assert "healthcheck" in services["worker"]  # the image's is a reader's
    for name in ("worker", "reader"):
        assert services[name]["read_only"] is True
        assert services[name]["depends_on"] == {"mongodb": {"condition": "service_healthy"}}


def test_compose_file_is_one_that_compose_reads() -> None:
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], check=False, capture_output=True).returncode:
        pytest.skip("docker compose is not on this machine: no package of Debian 12 has it")
    command = [docker, "compose", "-f", str(DEPLOY / "compose.yaml"), "config", "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)
    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout)["services"]) == set(COMPOSE["services"])
