"""The reader's processes: they share one listening socket, and one that dies or falls silent is replaced."""

from __future__ import annotations

import logging
import multiprocessing
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import FrameType

from newscrawl.config import Config
from newscrawl.errors import ConfigError
from newscrawl.health.exposition import served_metrics

logger = logging.getLogger(__name__)

# uvicorn's own supervisor kills a process that does not answer within 5 s. On a busy machine a process needs longer
# than that to import its modules, so it is replaced for ever and the reader never starts. Here a process may take as
# long as it needs until it listens; only one that listened and has said nothing for a minute is hung.
SILENCE_SECONDS = 60.0
BEAT_SECONDS = 5
TURN_SECONDS = 0.2
REST_SECONDS = 1.0  # before a process is replaced, so that one that cannot start takes no whole processor
REQUESTS_END_SECONDS = 10  # for requests under way when the reader is stopped
END_SECONDS = 20.0
_SPAWN = multiprocessing.get_context("spawn")


def serve(config: Config, *, processes: int, listens: Callable[[], None]) -> int:
    """Serve the reader until SIGTERM or SIGINT and return the exit code; calls `listens` when requests are answered.

    Raises ConfigError if the address cannot be listened on.
    """
    port = config.serve_metrics_port
    metrics = served_metrics(config, port, variable="NEWSCRAWL_SERVE_METRICS_PORT", with_archive=False)
    with _listening(config) as opened, metrics:
        return _Supervisor(config, opened, processes, listens).run()


def _listening(config: Config) -> socket.socket:
    address = (config.serve_host, config.serve_port)
    family = socket.AF_INET6 if ":" in config.serve_host else socket.AF_INET
    try:
        return socket.create_server(address, family=family, backlog=2048)
    except OSError as error:
        raise ConfigError(
            f"NEWSCRAWL_SERVE_HOST, NEWSCRAWL_SERVE_PORT: cannot listen on {address[0]}:{address[1]}: "
            f"{error.strerror or error}"
        ) from error


@dataclass(slots=True)
class _Process:
    process: SpawnProcess
    beats: Connection
    has_listened: bool = False
    silent_seconds: float = 0.0

    @classmethod
    def start(cls, config: Config, opened: socket.socket) -> _Process:
        beats, beating = _SPAWN.Pipe(duplex=False)
        process = _SPAWN.Process(target=_answer_requests, args=(config, opened, beating), name="reader")
        process.start()
        beating.close()
        return cls(process, beats)

    def hear(self, seconds: float) -> None:
        """Take what the process said in the last turn, which took `seconds`."""
        self.silent_seconds += seconds if self.has_listened else 0.0
        try:
            while self.beats.poll():
                self.beats.recv_bytes()
                self.has_listened, self.silent_seconds = True, 0.0
        except EOFError:
            pass  # it ended, which its exit code tells

    def end(self, number: int) -> None:
        if self.process.exitcode is None and self.process.pid:
            self.process.terminate() if number == signal.SIGTERM else self.process.kill()


@dataclass(slots=True)
class _Supervisor:
    config: Config
    opened: socket.socket
    count: int
    listens: Callable[[], None]
    _processes: list[_Process] = field(default_factory=list)
    _signals: int = 0
    _has_listened: bool = False

    def run(self) -> int:
        before = {number: signal.signal(number, self._note) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            self._processes = [_Process.start(self.config, self.opened) for _ in range(self.count)]
            while not self._signals:
                self._turn()
                if not self._has_listened and any(p.process.exitcode is not None for p in self._processes):
                    return 1  # it has logged why; another one would fail alike
            return 0
        finally:
            self._end()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1

    def _turn(self) -> None:
        wait([p.process.sentinel for p in self._processes], TURN_SECONDS)
        for process in self._processes:
            # As many seconds as a turn should have, not as many as passed: this process may have been frozen too.
            process.hear(TURN_SECONDS)
        if not self._has_listened and any(p.has_listened for p in self._processes):
            self._has_listened = True
            self.listens()
        if self._has_listened:
            self._processes = [self._replaced(process) for process in self._processes]

    def _replaced(self, process: _Process) -> _Process:
        """Return another process for one that died or is hung; else itself."""
        if process.silent_seconds > SILENCE_SECONDS:
            logger.warning("decision=killed process=%s reason=silent", process.process.pid)
            process.end(signal.SIGKILL)
            process.process.join()
        if process.process.exitcode is None or self._signals:
            return process
        logger.warning("decision=replaced process=%s exit_code=%s", process.process.pid, process.process.exitcode)
        time.sleep(REST_SECONDS)
        process.beats.close()
        return _Process.start(self.config, self.opened)

    def _end(self) -> None:
        """Let requests under way end for some seconds; a second signal ends all at once."""
        for process in self._processes:
            process.end(signal.SIGTERM)
        until = time.monotonic() + END_SECONDS
        while alive := [p.process.sentinel for p in self._processes if p.process.exitcode is None]:
            if self._signals > 1 or time.monotonic() > until:
                break
            wait(alive, TURN_SECONDS)
        for process in self._processes:
            process.end(signal.SIGKILL)
            process.process.join()


def _answer_requests(config: Config, opened: socket.socket, beating: Connection) -> None:
    """The work of one process."""
    import uvicorn

    from newscrawl.web.app import create_app
    from newscrawl.web.connections import IDLE_SECONDS, BoundedProtocol

    # Ctrl-C is sent to all processes of the terminal. The parent hears it too and sends SIGTERM.
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    async def beat() -> None:
        try:
            beating.send_bytes(b".")
        except OSError:
            server.should_exit = True  # the parent is gone, and nobody else would end this process

    server = uvicorn.Server(
        uvicorn.Config(
            create_app(config),
            http=BoundedProtocol,
            ws="none",
            # No answer depends on what X-Forwarded-* and Forwarded say: links are made of the configured URL.
            proxy_headers=False,
            limit_concurrency=BoundedProtocol.max_connections + 1,
            timeout_keep_alive=IDLE_SECONDS,
            log_level="warning",
            server_header=False,
            callback_notify=beat,
            timeout_notify=BEAT_SECONDS,
            timeout_graceful_shutdown=REQUESTS_END_SECONDS,
        )
    )
    server.run([opened])
