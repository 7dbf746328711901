"""What the tests of outages share: a crawl that is held in its middle, and what no outage may do to it."""

from __future__ import annotations

import time

from .archive import Archive
from .behaviours import Hold
from .processes import Process
from .waiting import until
from .world import Site

SHORT = "5"  # seconds of patience where it is to end
UNDER_WAY = 2  # requests that may have been let through when the store went


def held(archive: Archive, site: Site, *words: str, **environ: str) -> tuple[Process, Hold]:
    """Start a command and return it once eight articles were answered and a request waits for its answer."""
    site.behaviours["articles"] = hold = Hold(after=8)
    before = len(site.asked())
    command = archive.start(*(words or ("crawl", "quay", "--json")), **environ)
    until(lambda: len(site.asked()) - before > hold.after or command.code is not None, "articles are to be asked for")
    assert command.code is None, command.told()
    return command, hold


def until_away(command: Process) -> None:
    """Wait until a crawl says that it waits for the store."""
    until(lambda: "store=away" in command.err or command.code is not None, "the outage is to be noticed")
    assert command.code is None, command.told()


def assert_no_request_leaves(site: Site, asked: int, *, seconds: float, under_way: int = UNDER_WAY) -> None:
    time.sleep(seconds)
    assert len(site.asked()) <= asked + under_way, (
        f"a fetch storm: {len(site.asked()) - asked} requests, and nothing could be stored"
    )


def assert_undisturbed(crawl: Process) -> None:
    """Fail unless a crawl says that all went well: an outage is no page's fault and no defect of ours."""
    assert crawl.wait() == 0, crawl.told()
    assert (crawl.json["reason"], crawl.json["errors"]) == ("finished", {}), crawl.told()
    assert "error" not in crawl.json["outcomes"], crawl.told()
    assert "Traceback" not in crawl.err, crawl.told()
