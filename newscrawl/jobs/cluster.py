"""The cluster that a Config names: its engine, made only where one is named, and its state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from newscrawl.config import Config
from newscrawl.errors import BrokerUnavailable, ConfigError
from newscrawl.jobs.deliveries import Delivery
from newscrawl.store.session import Store

if TYPE_CHECKING:
    from newscrawl.jobs.engine import Engine


def engine_of(config: Config, slots: int) -> Callable[[Callable[[Delivery], None]], Engine]:
    """Return what makes the engine of the cluster that is named.

    Raises ConfigError if Celery, or what it needs for such a broker, is not installed.
    """
    if config.cluster_uri is None:
        raise ConfigError("no broker is named: give --cluster redis://HOST, or set NEWSCRAWL_CLUSTER_URI")
    uri = config.cluster_uri
    try:
        from newscrawl.jobs.engine import Engine
    except ImportError as error:
        raise ConfigError(f"a cluster needs Celery: pip install 'newscrawl[cluster]' ({error})") from error
    return lambda receive: Engine(uri, queue_name(config), slots, receive)


def queue_name(config: Config) -> str:
    """Return the name of the queue: each database has its own, whatever else the broker serves."""
    return f"newscrawl-{config.mongo_database}"


async def cluster_state(config: Config) -> dict[str, Any]:
    """Return what the store knows of workers and sources, and how many messages wait in the broker."""
    store = await Store.open(config)
    try:
        state = asdict(await store.cluster_state())
    finally:
        await store.close()
    return {**state, "broker": await _broker_state(config)}


async def _broker_state(config: Config) -> dict[str, Any] | None:
    if config.cluster_uri is None:
        return None
    engine = engine_of(config, 1)(lambda delivery: delivery.release())
    try:
        return {"uri": str(config.cluster_uri), "waiting": await engine.waiting(), "error": ""}
    except BrokerUnavailable as error:
        return {"uri": str(config.cluster_uri), "waiting": None, "error": str(error)}
    finally:
        await engine.close()
