"""The method page: error rates from the file that tests hold, and where one complains."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest
from lxml import html

from newscrawl.change.error_rates import error_rates
from newscrawl.clock import SteppingClock
from newscrawl.config import Config
from newscrawl.web import create_app
from newscrawl.web.method import contact_url
from tests.web.press import NOW, Press


async def test_the_page_has_every_rate_and_each_page_leads_to_it(client: httpx.AsyncClient, bridge: str) -> None:
    page = html.fromstring((await client.get("/method")).text)
    rows = [[cell.text_content() for cell in row.cssselect("td")] for row in page.cssselect("table.data tbody tr")]
    assert rows == [
        [f"{part.missed} of {part.reversals}", f"{part.overrated_per_cent} %", f"{part.correlation:.2f}"]
        for part in error_rates().parts
    ]
    german = html.fromstring((await client.get("/method?lang=de")).text).cssselect("table.data tbody tr")
    decimals = [cell.text_content() for row in german for cell in row.cssselect("td")[1:]]
    assert decimals == [cell.replace(".", ",") for row in rows for cell in row[1:]]
    for path in ("/", "/sources", f"/article/{bridge}", "/nowhere"):
        footer = html.fromstring((await client.get(path)).text).cssselect("footer a")
        assert {"/method", "/method#complaints"} <= {a.get("href") for a in footer}


@pytest.mark.parametrize(
    ("contact", "target"),
    [
        ("desk@archive.example", "mailto:desk@archive.example"),
        ("https://archive.example/complain", "https://archive.example/complain"),
        (None, None),
    ],
)
async def test_complaints_have_an_address_or_a_word_that_there_is_none(
    config: Config, press: Press, contact: str | None, target: str | None
) -> None:
    app = create_app(replace(config, serve_contact=contact), SteppingClock(NOW))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
    ):
        page = html.fromstring((await client.get("/method")).text)
    links = [a.get("href") for a in page.cssselect("#complaints + p a")]
    assert (links or [None]) == [target]
    assert ("named no address" in page.text_content()) is (contact is None)
    assert contact_url(contact) == target
