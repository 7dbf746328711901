"""Expected outcome of the check of each article at each edition, worked out by hand.

Outcomes are those of `items.Outcome`. `-` means that the article is not checked: it is not published yet, or it is
known to be gone and no listing contains it.
"""

from __future__ import annotations

from newscrawl.demo.editions import EDITIONS
from newscrawl.items import Outcome

# `not_modified` (304) if the page is the same to the byte. `unchanged` at edition 5: the new design changes every page,
# but no wording. At edition 6 the server is overloaded: the first 429 pauses the host, so every article is `blocked`.
# Notes on single articles:
# 10102  at 7 only a paragraph is split, which is a change of typography: `trivial`.
# 10106  at 3 it has the wording of 1 again: `reverted`, a third version.
# 10108  at 2 only typography changes: no version. The head adopts the text, so the checks at 3 and 5 find no change.
# 10109  410 at 3, confirmed by a second check at 4: `gone` both times, but the article's state changes at 4. At 5 and 6
#        it is not listed, and its next check, a day after the last successful one, is not due yet. At 7 it is listed
#        again with a new date, and has the same wording: `restored`, no version.
# 10110  the old URL redirects: `moved`, no version; the old URL becomes an alias.
# 10111  the same with a new wording: `changed`, a version; the old URL becomes an alias too.
# 10112  consent wall at 2: `quarantined` as doubtful; 304 at 3, since the validators are those of the last good page.
# 10113  bot wall at 4: the source refuses us: `blocked`.
# 10114  incomplete gzip stream at 2: `error` (truncated); the edit is found at 3.
# 10120  has no validators and a counter that changes: 200 and `unchanged`, never 304.
# 10121  has a new date at 3 without a new wording, which is not an edit.
_TABLE = """
#      1    2            3             4             5          6        7             8             versions
10101  new  changed      changed       changed       unchanged  blocked  changed       not_modified  5
10102  new  changed      not_modified  not_modified  unchanged  blocked  trivial       not_modified  2
10103  new  not_modified changed       not_modified  unchanged  blocked  not_modified  not_modified  2
10104  new  not_modified not_modified  changed       unchanged  blocked  not_modified  not_modified  2
10105  new  not_modified changed       not_modified  unchanged  blocked  changed       not_modified  3
10106  new  changed      reverted      not_modified  unchanged  blocked  not_modified  not_modified  3
10107  new  not_modified not_modified  changed       unchanged  blocked  not_modified  not_modified  2
10108  new  trivial      not_modified  not_modified  unchanged  blocked  not_modified  not_modified  1
10109  new  not_modified gone          gone          -          -        restored      not_modified  1
10110  new  not_modified not_modified  moved         unchanged  blocked  not_modified  not_modified  1
10111  new  not_modified not_modified  not_modified  unchanged  blocked  changed       not_modified  2
10112  new  quarantined  not_modified  not_modified  unchanged  blocked  not_modified  not_modified  1
10113  new  not_modified not_modified  blocked       unchanged  blocked  not_modified  not_modified  1
10114  new  error        changed       not_modified  unchanged  blocked  not_modified  not_modified  2
10115  new  not_modified not_modified  not_modified  unchanged  blocked  not_modified  not_modified  1
10116  new  not_modified not_modified  changed       unchanged  blocked  not_modified  not_modified  2
10117  -    new          not_modified  not_modified  unchanged  blocked  changed       not_modified  2
10118  -    -            new           not_modified  unchanged  blocked  not_modified  not_modified  1
10119  -    -            -             -             -          -        -             new           1
10120  new  unchanged    unchanged     changed       unchanged  blocked  unchanged     unchanged     2
10121  new  not_modified unchanged     not_modified  unchanged  blocked  not_modified  not_modified  1
"""


def _rows() -> dict[int, list[str]]:
    rows = [line.split() for line in _TABLE.strip().splitlines()[1:]]
    return {int(number): cells for number, *cells in rows}


# Article number → outcome at each edition; None if the article is not checked.
OUTCOMES: dict[int, tuple[Outcome | None, ...]] = {
    number: tuple(None if cell == "-" else Outcome(cell) for cell in cells[: len(EDITIONS)])
    for number, cells in _rows().items()
}

# Article number → number of versions after all editions.
VERSIONS: dict[int, int] = {number: int(cells[-1]) for number, cells in _rows().items()}

# Edition → reasons of failures that belong to no article: a URL that never existed.
FAILURES: dict[int, tuple[str, ...]] = {2: ("http_404",)}


def expected_outcomes(edition: int) -> dict[int, Outcome]:
    """Return the expected outcomes of the articles that are checked at an edition."""
    column = {number: outcomes[edition - 1] for number, outcomes in OUTCOMES.items()}
    return {number: outcome for number, outcome in column.items() if outcome is not None}
