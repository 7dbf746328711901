"""Subscribing in a real Chromium as a reader does: on a narrow phone, by keyboard, without JavaScript."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
import uuid
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any, TypeVar

import pytest
import uvicorn

from newscrawl.config import Config
from newscrawl.notify.delivery import Deliverer
from newscrawl.notify.planning import plan
from newscrawl.store import Store
from newscrawl.web import create_app
from tests.notify.receivers import Mailbox, edited, mail_server
from tests.store.samples import HOUR, SOURCE
from tests.web.accessibility import violations

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 640}
T = TypeVar("T")


@dataclass
class Paper:
    """A reader that may be subscribed to, over real HTTP."""

    url: str
    config: Config
    box: Mailbox

    def apart(self, action: Callable[[Store], Awaitable[T]]) -> T:
        """Do something with the store in another thread: in this one the browser has an event loop."""

        async def call() -> T:
            store = await Store.open(self.config)
            try:
                return await action(store)
            finally:
                await store.close()

        with ThreadPoolExecutor() as pool:
            return pool.submit(lambda: asyncio.run(call())).result()

    def deliver(self) -> list[EmailMessage]:
        before = len(self.box.mails)

        async def action(store: Store) -> None:
            await plan(store, datetime.now(UTC))
            await Deliverer(store, self.config).deliver()

        self.apart(action)
        return self.box.mails[before:]

    def counts(self) -> tuple[int, int]:
        return self.apart(lambda store: store.opt_in_counts())


@pytest.fixture
def paper(mongo_uri: str) -> Iterator[Paper]:
    box = Mailbox()
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with mail_server(box) as mail_port:
        stated = Config.from_env(
            {
                "NEWSCRAWL_SERVE_SUBSCRIBE": "mail",
                "NEWSCRAWL_PUBLIC_URL": url,
                "NEWSCRAWL_MAIL_URL": f"smtp://127.0.0.1:{mail_port}/?from=archive@reader.example",
            }
        )
        config = replace(
            stated, mongo_uri=mongo_uri, mongo_database=f"test-{uuid.uuid4().hex}", serve_port=port, home=stated.home
        )
        paper = Paper(url, config, box)
        paper.apart(lambda store: edited(store, "quay", datetime.now(UTC) - 3 * HOUR))
        server = uvicorn.Server(uvicorn.Config(create_app(config), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield paper
        server.should_exit = True
        thread.join()


def tab_to(page: Any, selector: str) -> None:
    """Move the focus by keyboard alone; fails if it never comes there."""
    target = page.locator(selector)
    for _ in range(80):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def assert_fits(page: Any) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, page.url


def audited(browser: Any, page: Any) -> list[tuple[str, list[str]]]:
    """Return what axe finds in the document that a page shows, light and dark: in a context that may run a script."""
    found, content = [], page.content()
    context = browser.new_context(viewport=NARROW, bypass_csp=True)
    copy = context.new_page()
    copy.route(page.url, lambda route, _: route.fulfill(body=content, content_type="text/html"))
    copy.goto(page.url)
    for scheme in ("light", "dark"):
        copy.emulate_media(color_scheme=scheme)
        found += [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in violations(copy)]
    context.close()
    return found


def test_a_reader_subscribes_confirms_and_ends_it_on_a_phone_by_keyboard_without_javascript(
    paper: Paper, browser: Any
) -> None:
    context = browser.new_context(viewport=NARROW, java_script_enabled=False)
    page = context.new_page()
    pages = []

    def look() -> None:
        assert_fits(page)
        pages.append((page.locator("h1").inner_text(), audited(browser, page)))

    page.goto(f"{paper.url}/subscribe?source={SOURCE}")
    look()
    tab_to(page, "input[name=address]")
    page.keyboard.type("ada@localhost")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    look()
    assert page.locator("input[name=address]").input_value() == "ada@localhost", "what was typed is not lost"
    tab_to(page, "input[name=address]")
    page.keyboard.press("Control+A")
    page.keyboard.type("ada@paper.example")
    tab_to(page, "main form[method=post] button")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]")
    look()
    [question] = paper.deliver()
    assert paper.counts() == (1, 1)
    link = re.findall(rf"{paper.url}/subscribe/confirm/\S+", question.get_content())[0]
    page.goto(link)
    look()
    assert paper.counts() == (1, 1), "opening it confirms nothing"
    tab_to(page, "main form[method=post] button")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]")
    look()
    assert paper.counts() == (1, 0)
    tab_to(page, "main a[href^='/subscribe/end/']")
    page.keyboard.press("Enter")
    page.wait_for_selector("main form[method=post] button")
    look()
    tab_to(page, "main form[method=post] button")
    page.keyboard.press("Space")
    page.wait_for_selector("[role=status]")
    look()
    assert paper.counts() == (0, 0)
    page.goto(link)
    look()
    context.close()
    assert [(title, found) for title, found in pages if found] == []
    assert [title for title, _ in pages] == [
        "Subscribe", "Subscribe", "Please confirm", "Your subscription", "Your subscription", "Your subscription",
        "Your subscription", "This link leads nowhere any more",
    ]  # fmt: skip
