"""Entry point for ASGI servers: `uvicorn --factory newscrawl.web.factory:app`."""

from __future__ import annotations

from fastapi import FastAPI

from newscrawl.config import Config
from newscrawl.web.app import create_app


def app() -> FastAPI:
    """Return the reader's application, configured from environment variables."""
    return create_app(Config.from_env())
