"""The engine of a cluster, Celery: tasks with a name as their whole payload, through any broker that kombu knows.

The only file that imports Celery; imported where a cluster is named, and nowhere else. Tasks are acknowledged before
they begin: with late acknowledgement and all slots busy, workers stop consuming for ever, silently, once Redis was
killed and started again (a failed acknowledgement leaves its delivery counted; celery #8030, #8091, #8990, #9054). So
the broker may lose, repeat and delay what it likes; what is to be done, and who does it, stands in the store.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from celery import Celery
from celery.worker import state

from newscrawl.errors import BrokerUnavailable, ConfigError
from newscrawl.jobs.deliveries import CRAWL, SHARD, Delivery
from newscrawl.secret_text import SecretUri

logger = logging.getLogger(__name__)
T = TypeVar("T")

# How long one turn to the broker may take. Without a bound, publishing to a dead Redis took 4 s a message.
DEADLINE_SECONDS = 3.0
SETTINGS: dict[str, Any] = {
    "accept_content": ["json"],  # no pickles: whoever can write to the broker runs no code here
    "task_serializer": "json",
    "task_acks_late": False,
    "task_ignore_result": True,
    "task_create_missing_queues": True,
    # One message for each free slot: what is prefetched here cannot be done elsewhere. From brokers other than Redis
    # one is prefetched for each slot.
    "worker_prefetch_multiplier": 1,
    "worker_disable_prefetch": True,
    "worker_enable_prefetch_count_reduction": False,  # for late acknowledgement, after a lost connection
    "worker_enable_remote_control": False,
    "worker_hijack_root_logger": False,
    "broker_connection_retry": True,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
}


class Engine:
    """One process's place in the cluster; `receive` is called in a thread for every task that arrives.

    Raises ConfigError for a broker that kombu does not know, or whose client is not installed.
    """

    def __init__(self, uri: SecretUri, queue: str, slots: int, receive: Callable[[Delivery], None]) -> None:
        logging.getLogger("celery").setLevel(logging.WARNING)  # two lines a task, of what the store knows
        self._uri = uri
        self._queue = queue
        self._slots = slots
        self._receive = receive
        self._app = _app(uri, queue, self._deliver)
        self._errors: tuple[type[Exception], ...] = (OSError, *_errors(self._app, uri))
        self._connection: Any = None
        # One thread: a broker that does not answer holds up one turn to it and no other work.
        self._publisher = ThreadPoolExecutor(1, thread_name_prefix="publisher")
        self._consumer: threading.Thread | None = None
        self._is_stopping = False
        self._is_closed = False

    async def start(self) -> None:
        """Receive tasks from now on. Raises BrokerUnavailable if the broker cannot be reached, ConfigError as above."""
        try:
            await self.waiting()
        except (TypeError, ValueError) as error:  # options of the URI; what the client says of them may quote them
            raise ConfigError(
                f"{self._uri} is no broker that can be used here ({type(error).__name__}): see docs/cluster.md"
            ) from None
        state.should_stop = None
        self._consumer = threading.Thread(target=self._consume, name="celery", daemon=True)
        self._consumer.start()

    def stop(self) -> None:
        """Receive nothing more; what was received and not begun by Celery goes back to the broker."""
        self._is_stopping = True
        state.should_stop = 0  # Celery's worker reads it in each turn of its loop, and ends with this exit code

    async def close(self) -> None:
        """Let go of all tasks that arrived, released or not, and disconnect."""
        self.stop()
        self._is_closed = True
        if self._consumer is not None:
            await asyncio.to_thread(self._consumer.join, DEADLINE_SECONDS)
        try:
            await self._within_deadline(self._disconnect)
        except BrokerUnavailable as error:
            logger.warning("%s", error)
        self._publisher.shutdown(wait=False, cancel_futures=True)

    @property
    def is_lost(self) -> bool:
        """Whether Celery's worker ended although nobody asked it to."""
        return self._consumer is not None and not self._consumer.is_alive() and not self._is_stopping

    async def waiting(self) -> int:
        """Return how many messages wait in the queue. Raises BrokerUnavailable."""
        return await self._within_deadline(self._count)

    async def publish(self, kind: str, names: Sequence[str]) -> None:
        """Send a task for each name. Raises BrokerUnavailable; some may have been sent nevertheless."""
        await self._within_deadline(lambda: self._send(kind, names))

    # In threads

    def _consume(self) -> None:
        try:
            self._app.WorkController(
                pool_cls="threads", concurrency=self._slots, queues=[self._queue],
                without_gossip=True, without_mingle=True, without_heartbeat=True, task_events=False,
            ).start()  # fmt: skip
        except Exception:  # of Celery, kombu and the broker's client; this is the thread's end, and `is_lost` tells it
            logger.exception("the engine ended")

    def _deliver(self, kind: str, name: str) -> None:
        delivery = Delivery(kind, name)
        self._receive(delivery)  # also while this stops: whoever receives it frees what it names
        while not delivery.wait(DEADLINE_SECONDS) and not self._is_closed:
            continue

    def _count(self) -> int:
        with self._connected().channel() as channel:
            return int(self._app.amqp.queues[self._queue](channel).queue_declare().message_count)

    def _send(self, kind: str, names: Sequence[str]) -> None:
        with self._connected().channel() as channel:  # which a producer that ends leaves open
            producer = self._app.amqp.Producer(channel)
            for name in names:
                self._app.send_task(kind, (name,), queue=self._queue, producer=producer, retry=False)

    def _connected(self) -> Any:
        if self._connection is None:
            self._connection = self._app.connection_for_write(connect_timeout=DEADLINE_SECONDS)
            self._connection.transport_options |= _BOUNDED
        return self._connection

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.release()

    def _drop_connection(self) -> None:
        """Close the connection without a word to the broker."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(*self._errors):
                connection.collect()

    async def _within_deadline(self, work: Callable[[], T]) -> T:
        def guarded() -> T:
            try:
                return work()
            except Exception:
                self._drop_connection()  # whatever it is in the middle of: the next turn has one of its own
                raise

        try:
            turn = asyncio.get_running_loop().run_in_executor(self._publisher, guarded)
            return await asyncio.wait_for(turn, DEADLINE_SECONDS)
        except TimeoutError:
            raise BrokerUnavailable(f"the broker does not answer within {DEADLINE_SECONDS:g} s") from None
        except self._errors as error:
            raise BrokerUnavailable(f"the broker cannot be used: {type(error).__name__}: {error}") from error


# Of redis-py, where the broker is Redis: other transports do not know them and need none of them.
_BOUNDED = {
    "socket_timeout": DEADLINE_SECONDS, "socket_connect_timeout": DEADLINE_SECONDS, "max_retries": 0,
}  # fmt: skip


def _app(uri: SecretUri, queue: str, deliver: Callable[[str, str], None]) -> Celery:
    url = str.__str__(uri)  # the URI itself: what SecretUri prints is masked
    app = Celery("newscrawl", set_as_current=False, fixups=[])
    # Both named: CELERY_BROKER_URL of the environment would otherwise count.
    app.conf.update(broker_url=url, broker_read_url=url, broker_write_url=url, task_default_queue=queue, **SETTINGS)
    for kind in (CRAWL, SHARD):
        app.task(_task(kind, deliver), name=kind)
    return app


def _errors(app: Celery, uri: SecretUri) -> tuple[type[Exception], ...]:
    """Return the errors by which the broker's client says that it cannot be used."""
    try:
        connection = app.connection_for_write()
        return (*connection.connection_errors, *connection.channel_errors)
    except (KeyError, ImportError) as error:
        raise ConfigError(f"{uri} is no broker that can be used here ({error}): see docs/cluster.md") from error
    except (TypeError, ValueError):  # they quote what cannot be parsed
        raise ConfigError(f"{uri} is no broker that can be used here: see docs/cluster.md") from None


def _task(kind: str, deliver: Callable[[str, str], None]) -> Callable[[str], None]:
    def task(name: str) -> None:
        deliver(kind, name)

    return task
