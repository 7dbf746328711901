"""mongods that a test may kill, freeze and starve: single ones, and a replica set of three."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import AutoReconnect, PyMongoError

from newscrawl.store import embedded

from .processes import freeze, thaw
from .waiting import until

Client = MongoClient[dict[str, Any]]


class Mongod:
    """One mongod on loopback; its data stay over stops and kills."""

    def __init__(self, folder: Path, *options: str, environ: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.port = free_port()
        self.environ = environ
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self._passed: dict[str, int] = {}  # fail point → how often it had been passed when it was last set

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def uri(self) -> str:
        return f"mongodb://{self.address}/"

    def start(self, *options: str) -> None:
        """Start and wait until it accepts connections; `options` count for this start alone."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(
            [
                embedded.binary(), f"--dbpath={self.folder}", f"--port={self.port}", "--bind_ip=127.0.0.1",
                "--nounixsocket", "--wiredTigerCacheSizeGB=0.25", f"--logpath={self.folder}.log", "--logappend",
                "--setParameter=diagnosticDataCollectionEnabled=false", "--setParameter=enableTestCommands=1",
                *self._options, *options,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **(self.environ or {})},
            start_new_session=True,
        )  # fmt: skip
        until(self._accepts, f"mongod is to start; see {self.folder}.log")

    def _accepts(self) -> bool:
        assert self.process.poll() is None, f"mongod ended with {self.process.returncode}; see {self.folder}.log"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "mongod was not started"
        return self._process

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Shut down cleanly."""
        if self.is_running:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            self.process.wait()

    def kill(self) -> None:
        """Kill -9, as a machine that loses power."""
        if self.is_running:
            self.process.kill()
        self.process.wait()

    def freeze(self) -> None:
        """Keep it from answering, with its connections open: a network that swallows everything."""
        freeze(self.process.pid)

    def thaw(self) -> None:
        thaw(self.process.pid)

    def client(self, **options: Any) -> Client:
        return MongoClient(self.uri, **options)

    def fail_point(self, name: str = "failCommand", *, mode: Any = "alwaysOn", **data: Any) -> None:
        """Make the server misbehave on purpose (MongoDB's own fail points, enableTestCommands)."""
        with self.client() as client:
            answer = client.admin.command({"configureFailPoint": name, "mode": mode, "data": data})
        self._passed[name] = answer["count"]

    def wait_for_fail_point(self, name: str = "failCommand", *, times: int = 1) -> None:
        """Wait until a fail point was passed so often since it was last set."""
        with self.client() as client:
            passed = self._passed[name] + times  # the server counts from its start on
            client.admin.command({"waitForFailPoint": name, "timesEntered": passed, "maxTimeMS": 240_000})


class ReplicaSet:
    """Three mongods with MongoDB's default times: a dead primary is replaced after about 12 seconds."""

    def __init__(self, folder: Path) -> None:
        self.members = [Mongod(folder / f"member{n}", "--replSet=faults", "--oplogSize=64") for n in range(3)]

    @property
    def uri(self) -> str:
        return f"mongodb://{','.join(member.address for member in self.members)}/?replicaSet=faults"

    def start(self) -> None:
        for member in self.members:
            member.start()
        with self.members[0].client(directConnection=True) as client:
            hosts = [{"_id": n, "host": member.address} for n, member in enumerate(self.members)]
            client.admin.command("replSetInitiate", {"_id": "faults", "members": hosts})
        self.wait_for_all()

    def stop(self) -> None:
        for member in self.members:
            member.thaw() if member.is_running else None
            member.kill()

    def primary(self) -> Mongod:
        """Return the primary, waiting for one."""
        found: list[Mongod] = []

        def look() -> bool:
            found[:] = [member for member, state in self._states() if state == 1]
            return len(found) == 1

        until(look, "a primary is to be elected")
        return found[0]

    def secondaries(self) -> Sequence[Mongod]:
        primary = self.primary()
        return [member for member in self.members if member is not primary]

    def wait_for_all(self) -> None:
        """Wait until there are one primary and two secondaries."""
        until(lambda: sorted(state for _, state in self._states()) == [1, 2, 2], "all members are to be up")

    def wait_for_no_primary(self) -> None:
        until(lambda: all(state != 1 for _, state in self._states()), "the primary is to step down")

    def step_down(self) -> None:
        # It closes its connections.
        with self.primary().client(directConnection=True) as client, contextlib.suppress(AutoReconnect):
            client.admin.command("replSetStepDown", 30, secondaryCatchUpPeriodSecs=10)

    def _states(self) -> list[tuple[Mongod, int]]:
        """Return each running member with its state as it tells itself: 1 primary, 2 secondary."""
        found = []
        for member in self.members:
            if member.is_running:
                try:
                    with member.client(directConnection=True, serverSelectionTimeoutMS=1000, timeoutMS=1000) as client:
                        told = client.admin.command("hello")
                except PyMongoError:
                    found.append((member, 0))
                else:
                    found.append((member, 1 if told.get("isWritablePrimary") else 2 if told.get("secondary") else 0))
        return found


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
