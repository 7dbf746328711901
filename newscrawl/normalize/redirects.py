"""What the end of a known article's request says of it: moved, merged into another article, or taken down."""

from __future__ import annotations

from newscrawl.items import Capture, Head, Source
from newscrawl.normalize.identity import is_article_url, is_former, site_id

GONE = (404, 410, 451)


def is_merged(capture: Capture, head: Head, source: Source) -> bool:
    """Return whether an article's URL now redirects to an article with another id: the site merged the two."""
    if not capture.redirects or not is_article_url(capture.final_uri, source):
        return False
    before, after = site_id(capture.target_uri, source), site_id(capture.final_uri, source)
    return None not in (before, after) and after not in (before, head.guid)


def is_left_behind(capture: Capture, head: Head, source: Source) -> bool:
    """Return whether an article is missing where it was before its source moved: that says nothing of it."""
    is_missing = capture.status in GONE or capture.is_redirected_to_front_page
    return is_missing and is_former(head.url, source)
