"""Rows 10 to 13: slow, broken, cut and lying answers make no version and hide no edit, and each is counted."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from .archive import Archive
from .behaviours import (
    cut_in_a_chunk,
    cut_when_compressed,
    cut_without_length,
    dripping_body,
    dripping_head,
    refusing,
    reset_in_body,
    saying,
    short_of_its_length,
)
from .conftest import MakeArchive
from .project import Project
from .twin import assert_like_twin
from .world import Behaviour, Site, World

pytestmark = pytest.mark.slow

# article → how its answer is broken, and the words that the check log has for it
BROKEN: Mapping[int, tuple[Behaviour, str]] = {
    1: (short_of_its_length, "truncated"),
    2: (cut_in_a_chunk, "truncated"),
    3: (reset_in_body, "truncated"),
    4: (cut_without_length, "truncated"),
    5: (cut_when_compressed("gzip"), "truncated"),
    6: (cut_when_compressed("br"), "truncated"),
    7: (cut_when_compressed("zstd"), "truncated"),
    8: (cut_when_compressed("deflate"), "truncated"),
}
DRIPPING: Mapping[int, tuple[Behaviour, str]] = {
    1: (dripping_body(1), "timeout"),
    2: (dripping_head(1), "timeout"),
}
WALLS: Mapping[int, tuple[Behaviour, str]] = {
    1: (
        saying("<html><title>Error</title><h1>Something went wrong</h1><p>Please try again later.</p></html>"),
        "error_page",
    ),
    2: (
        saying(
            "<html><title>Before you continue</title><h1>Before you continue</h1><p>We and our 412 partners store "
            "cookies on your device.</p><button>Accept all</button><button>Reject all</button></html>"
        ),
        "consent",
    ),
    3: (
        saying(
            "<html><title>Log in</title><h1>Log in</h1><form><p>Log in to your account to continue reading.</p>"
            "<input type='email'><input type='password'></form></html>"
        ),
        "login",
    ),
    4: (saying(""), "empty"),
    5: (
        saying(
            "<html><title>Just a moment...</title><h1>Checking your browser before accessing</h1>"
            "<p>Please enable JavaScript and cookies to continue</p></html>"
        ),
        "bot_wall",
    ),
}
HEALTHY = range(11, 15)


@pytest.fixture
def site(world: World, project: Project) -> Site:
    found = world.site([*range(1, 9), *HEALTHY])
    project.add_source("quay", found)
    return found


@pytest.mark.parametrize("faults", [BROKEN, DRIPPING], ids=["broken", "dripping"])
@pytest.mark.parametrize("known", [False, True], ids=["new articles", "known articles"])
def test_answer_that_does_not_arrive_whole_changes_no_history(
    site: Site, make_archive: MakeArchive, faults: Mapping[int, tuple[Behaviour, str]], known: bool
) -> None:
    archive, twin = make_archive(), make_archive()
    if known:
        for each in (archive, twin):
            each.crawl("quay")
        site.edit([*faults, *HEALTHY])
        archive.make_due()
        twin.make_due()
    before = archive.histories()
    site.behaviours.update({number: behaviour for number, (behaviour, _) in faults.items()})
    crawl = archive.crawl("quay", good=(1,), DOWNLOAD_TIMEOUT_SECONDS="10")
    assert crawl.json["outcomes"]["error"] == len(faults), crawl.told()
    checks, after = archive.last_checks("quay"), archive.histories()
    for number, (_, reason) in faults.items():
        assert checks[site.url(number)] == ("error", reason), number
        assert after.get(f"quay/{number}") == before.get(f"quay/{number}")
    assert all(checks[site.url(number)][0] in {"new", "changed"} for number in HEALTHY)
    assert archive.quarantined("quay") == {}
    site.behaviours.clear()
    archive.make_due()
    archive.crawl("quay")
    twin.crawl("quay")
    assert_like_twin(archive, twin)


def test_page_that_is_no_article_is_quarantined_and_the_next_good_one_is_no_edit(site: Site, archive: Archive) -> None:
    archive.crawl("quay")
    before = archive.histories()
    archive.make_due()
    site.behaviours.update({number: behaviour for number, (behaviour, _) in WALLS.items()})
    archive.crawl("quay", good=(0, 1))
    assert archive.histories() == before
    checks = archive.last_checks("quay")
    assert {checks[site.url(number)][0] for number in WALLS} <= {"quarantined", "blocked"}
    assert archive.quarantined("quay") == {str(number): kind for number, (_, kind) in WALLS.items()}
    site.behaviours.clear()
    archive.make_due()
    again = archive.crawl("quay")
    assert again.json["outcomes"] == {"unchanged": len(site.articles)}, again.told()
    assert archive.histories() == before
    assert archive.quarantined("quay") == {}


REFUSALS: Mapping[str, Behaviour] = {
    **{str(status): refusing(status) for status in (401, 403, 429, 500, 503)},
    **{kind: behaviour for behaviour, kind in WALLS.values()},
}
