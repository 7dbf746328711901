"""The image, the container and the units, run: on a Debian that has nothing yet."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from newscrawl.config import PROJECT_ROOT
from tests.faults.mongo import Mongod, free_port
from tests.faults.project import Project
from tests.faults.waiting import until

from .machine import Image, debian, require_builders

pytestmark = pytest.mark.slow

DEPLOY = PROJECT_ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
# A source that fails: nobody listens there.
MOLE = """\
from newscrawl.spider import NewsSpider


class Mole(NewsSpider):
    name = "mole"
    domains = ("127.0.0.1",)
    feeds = ("http://127.0.0.1:9/feed.xml",)
"""
# What the machine does after its start; it powers off whatever happens.
ERRAND = """\
[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/bin/bash /shared/errand.sh
StandardOutput=append:/shared/log.txt
StandardError=append:/shared/log.txt
ExecStopPost=/bin/systemctl --no-block poweroff
TimeoutStartSec=540
[Install]
WantedBy=multi-user.target
"""
SCRIPT = """\
set -u
until systemctl is-active --quiet newscrawl-reader newscrawl-worker; do sleep .2; done
until (set -a; . /etc/newscrawl.env; python3 /opt/newscrawl/deploy/healthcheck.py 2> /dev/null); do sleep .5; done
as_user() { (set -a; . /etc/newscrawl.env; NEWSCRAWL_HOME=/tmp/newscrawl /opt/newscrawl/.venv/bin/newscrawl "$@"); }
until as_user cluster status --here > /dev/null; do sleep .5; done
echo "user $(ps_user=$(systemctl show -P MainPID newscrawl-worker); stat -c %U /proc/$ps_user)" >> /shared/result.txt
echo_status() {
    echo "$1 $(systemctl is-failed newscrawl-status) $(systemctl show -P ExecMainStatus newscrawl-status)"
}
systemctl start newscrawl-status; echo_status status >> /shared/result.txt
cp /shared/mole.py /opt/newscrawl/spiders/
while systemctl start newscrawl-status; do systemctl start newscrawl; sleep .5; done
echo_status alarmed >> /shared/result.txt
systemctl --failed --plain --no-legend | cut -d ' ' -f 1 >> /shared/result.txt
echo "round $(systemctl show -P Result newscrawl)" >> /shared/result.txt
systemctl start newscrawl-backup; echo "backup $(systemctl show -P Result newscrawl-backup)" >> /shared/result.txt
ls /var/lib/newscrawl-backup/archive/generations/*.json | wc -l >> /shared/result.txt
systemctl stop newscrawl-worker; echo "worker $(systemctl show -P Result newscrawl-worker)" >> /shared/result.txt
journalctl -o cat -u 'newscrawl*'
"""


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    require_builders()
    folder = tmp_path_factory.mktemp("image")
    project = Project(folder / "context")  # without sources: a worker crawls whatever it has
    shutil.copy(PROJECT_ROOT / ".dockerignore", project.root)
    shutil.copytree(PROJECT_ROOT / "tests" / "extract" / "golden", project.root / "tests" / "extract" / "golden")
    built = Image(folder)
    built.build(debian(folder / "base"), project.root)
    yield built
    built.delete()


@pytest.fixture
def mongod(tmp_path: Path) -> Iterator[Mongod]:
    server = Mongod(tmp_path / "mongod")
    server.start()
    yield server
    server.stop()


def test_reader_runs_read_only_and_its_health_is_that_of_the_database(
    image: Image, mongod: Mongod, tmp_path: Path
) -> None:
    variables = {"NEWSCRAWL_MONGO_URI": mongod.uri, "NEWSCRAWL_SERVE_PORT": str(free_port())}
    variables["NEWSCRAWL_SERVE_HOST"] = "127.0.0.1"  # not to the network of this machine
    command, (kind, *check) = image.config["Entrypoint"] + image.config["Cmd"], image.config["Healthcheck"]["Test"]
    assert (image.config["User"], kind) == ("10001:10001", "CMD")
    reader = image.start(command, tmp_path / "reader.log", **variables)

    def is_healthy() -> bool:
        assert reader.poll() is None, (tmp_path / "reader.log").read_text()
        return image.code_of(check, tmp_path / "check.log", **variables) == 0

    until(is_healthy, "the reader is to be healthy")
    mongod.stop()
    until(lambda: not is_healthy(), "the reader is to be unhealthy")
    assert "database does not answer" in (tmp_path / "check.log").read_text()
    reader.send_signal(signal.SIGTERM)
    reader.wait()


def test_worker_runs_read_only_and_is_healthy_while_it_is_at_work(image: Image, mongod: Mongod, tmp_path: Path) -> None:
    service, variables = COMPOSE["services"]["worker"], {"NEWSCRAWL_MONGO_URI": mongod.uri}
    check = service["healthcheck"]["test"][1:]
    assert image.code_of(check, tmp_path / "check.log", **variables) == 1
    worker = image.start(image.config["Entrypoint"] + service["command"], tmp_path / "worker.log", **variables)

    def is_healthy() -> bool:
        assert worker.poll() is None, (tmp_path / "worker.log").read_text()
        return image.code_of(check, tmp_path / "check.log", **variables) == 0

    until(is_healthy, "the worker is to be healthy")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait() == 7, (tmp_path / "worker.log").read_text()


def test_units_start_on_an_empty_machine_and_a_failed_source_is_red(
    image: Image, mongod: Mongod, tmp_path: Path
) -> None:
    units, shared = image.root / "etc" / "systemd" / "system", tmp_path / "shared"
    shared.mkdir()
    for unit in (*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")):
        shutil.copy(unit, units)
    (image.root / "usr/lib/sysusers.d").mkdir(exist_ok=True)
    shutil.copy(DEPLOY / "newscrawl.sysusers", image.root / "usr/lib/sysusers.d/newscrawl.conf")
    (units / "errand.service").write_text(ERRAND)
    (shared / "errand.sh").write_text(SCRIPT)
    (shared / "mole.py").write_text(MOLE)
    wanted = units / "multi-user.target.wants"
    wanted.mkdir(exist_ok=True)
    for name in ("newscrawl-worker", "newscrawl-reader", "errand"):
        (wanted / f"{name}.service").symlink_to(f"/etc/systemd/system/{name}.service")
    (image.root / "etc" / "newscrawl.env").write_text(
        f"NEWSCRAWL_MONGO_URI={mongod.uri}\nNEWSCRAWL_SERVE_PORT={free_port()}\nNEWSCRAWL_EGRESS_ALLOW=127.0.0.1:9\n"
    )
    image.boot(shared, tmp_path / "console.log")
    log = "\n".join(path.read_text("utf-8", "replace") for path in (tmp_path / "console.log", *shared.glob("log.txt")))
    assert (shared / "result.txt").exists(), log
    assert (shared / "result.txt").read_text().splitlines() == [
        "user newscrawl",
        "status inactive 0",
        "alarmed failed 1",
        "newscrawl-status.service",
        "round success",
        "backup success",
        "1",
        "worker success",
    ], log
