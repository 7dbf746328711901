"""Imports Scrapy's TLS in a thread, ahead of those who need it.

Scrapy 2.19 makes deprecated classes when it is imported, and each reads the source lines of everything on the stack
(`inspect.stack` in scrapy/utils/deprecate.py). In the middle of our own imports that is .17 s of CPU time, a tenth of
what a command takes to start; a thread has a stack of its own: .02 s.
"""

from __future__ import annotations

from importlib import import_module
from threading import Thread

_thread = Thread(target=import_module, args=("scrapy.core.downloader.contextfactory",))
_thread.start()
_thread.join()
