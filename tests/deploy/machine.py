"""An image built from a debootstrapped base, and machines and containers that systemd-nspawn makes of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from newscrawl.config import PROJECT_ROOT
from tests.conftest import missing
from tests.faults.waiting import PATIENCE_SECONDS

MIRROR = "http://deb.debian.org/debian"
PROGRAMS = ("buildah", "debootstrap", "systemd-nspawn")
# What `pip install` in a build needs of this machine.
PASSED_ON = ("/etc/ssl/certs", "/etc/pip.conf")


def require_builders() -> None:
    """Skip where images cannot be built, whoever is asked for: no root, no mounts, no mirror. Programs are required."""
    for program in PROGRAMS:
        if shutil.which(program) is None:
            missing(f"no {program} on this machine")
    if os.geteuid() != 0:
        pytest.skip("only root can build from a debootstrapped base")
    if subprocess.run(["unshare", "--mount", "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine is a container that may not mount")
    try:
        urllib.request.urlopen(f"{MIRROR}/dists/bookworm/Release", timeout=60).close()  # noqa: S310 - http, as it stands
    except urllib.error.URLError as error:
        pytest.skip(f"Debian's mirror cannot be reached: {error}")


def debian(folder: Path) -> Path:
    """Make a Debian with what the Containerfile asks of its base, and systemd for `Image.boot`."""
    packages = "python3,python3-venv,ca-certificates,systemd,dbus"
    command = ["debootstrap", "--variant=minbase", f"--include={packages}", "bookworm", str(folder), MIRROR]
    _run(command, DPKG_FORCE="unsafe-io")  # no fsync: it lives for a test
    return folder


class Image:
    """What the Containerfile makes of a base."""

    def __init__(self, storage: Path) -> None:
        self._storage = storage
        # It shares what layers have in common, which vfs copies: a third less of CPU time. Not on every file system.
        self._driver = "overlay"
        if _done(self._command("info")).returncode:
            self._driver = "vfs"
        self._container = ""
        self.root = Path()
        self.config: dict[str, Any] = {}

    def build(self, base: Path, context: Path) -> None:
        empty = self._buildah("from", "scratch")
        self._buildah("add", "--quiet", empty, str(base), "/")
        self._buildah("commit", "--quiet", empty, "base")
        volumes = [f"--volume={path}:{path}:ro" for path in PASSED_ON if Path(path).exists()]
        options = ["--isolation=chroot", "--format=docker", "--build-arg=BASE=localhost/base", "--quiet", *volumes]
        options += ["-f", str(context / "deploy" / "Containerfile"), "-t", "newscrawl"]
        self._buildah("build", *options, str(context))
        self._container = self._buildah("from", "localhost/newscrawl")
        self.root = Path(self._buildah("mount", self._container))
        self.config = json.loads(self._buildah("inspect", "--type=image", "localhost/newscrawl"))["Docker"]["config"]

    def delete(self) -> None:
        """Delete the image and what it was built of."""
        self._buildah("umount", "--all")
        shutil.rmtree(self._storage)  # gigabytes

    def _buildah(self, *arguments: str) -> str:
        return _run(self._command(*arguments)).strip()

    def _command(self, *arguments: str) -> list[str]:
        storage = self._storage / self._driver
        own = [f"--root={storage / 'storage'}", f"--runroot={storage / 'run'}", f"--storage-driver={self._driver}"]
        return ["buildah", *own, *arguments]

    def start(self, command: Sequence[str], log: Path, **variables: str) -> subprocess.Popen[bytes]:
        """Start a command as the image's user, with nothing to write to but what is mounted: as a runtime would."""
        options = ["--read-only", "--tmpfs=/tmp:mode=1777", "--tmpfs=/var/lib/newscrawl:mode=0700,uid=10001,gid=10001"]
        options += ["--kill-signal=SIGTERM", "--user=newscrawl", "--drop-capability=all", "--no-new-privileges=yes"]
        options += [f"--chdir={self.config['WorkingDir']}", "--hostname=newscrawl", "--pipe"]
        environ = dict(each.split("=", 1) for each in self.config["Env"]) | variables
        options += [f"--setenv={name}={value}" for name, value in environ.items()]
        with log.open("wb") as file:
            return subprocess.Popen(
                [*self._nspawn(), *options, "--", *command], stdin=subprocess.DEVNULL, stdout=file, stderr=file
            )

    def code_of(self, command: Sequence[str], log: Path, **variables: str) -> int:
        return self.start(command, log, **variables).wait(timeout=PATIENCE_SECONDS)

    def boot(self, shared: Path, log: Path) -> int:
        """Boot systemd with `shared` as /shared, until it powers itself off."""
        with log.open("wb") as file:
            command = [*self._nspawn(), f"--bind={shared}:/shared", "--console=read-only", "--boot"]
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, check=False, timeout=PATIENCE_SECONDS
            )
        return done.returncode

    def _nspawn(self) -> list[str]:
        name = f"newscrawl-{uuid.uuid4().hex[:12]}"
        return ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "-D", str(self.root), f"--machine={name}"]


def _run(command: Sequence[str], **variables: str) -> str:
    done = _done(command, **variables)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def _done(command: Sequence[str], **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=PROJECT_ROOT,
        env=_without_settings(os.environ) | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )


def _without_settings(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if not name.startswith("NEWSCRAWL_")}
