"""What an attentive crawler finds at each edition, thought through by hand: the truth that tests hold the crawl to.

The words are those of `items.Outcome`; `-` stands where nothing is to be looked at: the story is not printed yet, or is
known to be gone and no listing names it.
"""

from __future__ import annotations

from newscrawl.demo.editions import EDITIONS
from newscrawl.items import Outcome

# A 304 where the page is the same to the byte; `unchanged` at edition 5, whose new look changes every page but no word.
# Edition 6 is the overloaded server: the first 429 makes the crawler leave the host alone, so every story is `blocked`.
# Story by story, beyond what the editions tell:
# 10102  a paragraph break alone, at 7, is how text is set and no edit: `trivial`.
# 10106  says at edition 3 what it said at 1: `reverted`, a third version.
# 10108  only typography: the head takes it over, so editions 3 and 5 are no news; no version.
# 10109  410 at edition 3, believed at 4 by a second look: `gone` both times, but the state of the story changes at 4.
#        At 5 and 6 nothing lists it, and its next look, a day after it was last read, is still to come. At 7 the
#        listings name it again, with a new date, and it is there with the same words: `restored`, no version.
# 10110  the old address redirects: `moved`, no version, the old address an alias.
# 10111  the same with new words: `changed`, a version; the alias is noted all the same.
# 10112  consent wall at 2: doubtful, so `quarantined`; 304 at 3, since the validators are those of the last good page.
# 10113  bot wall at 4: the site refuses us: `blocked`.
# 10114  cut gzip stream at 2: `error` (truncated); the edit is found at 3.
# 10120  has no validators and a counter that moves: 200 and `unchanged`, never 304.
# 10121  claims a new date at 3 without new words: a claim is no edit.
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
    return {int(number): words for number, *words in rows}


# Story → the outcome of each edition's crawl, in their order; None where there is nothing to look at.
VERDICTS: dict[int, tuple[Outcome | None, ...]] = {
    number: tuple(None if word == "-" else Outcome(word) for word in words[: len(EDITIONS)])
    for number, words in _rows().items()
}

# Story → how many versions it has when all editions have been crawled.
VERSIONS: dict[int, int] = {number: int(words[-1]) for number, words in _rows().items()}

# Edition → reasons of the mishaps that concern no story: broken listings, and an address that never was one.
MISHAPS: dict[int, tuple[str, ...]] = {2: ("http_404",)}


def verdicts(edition: int) -> dict[int, Outcome]:
    """Return the outcome expected of every story that an edition's crawl looks at."""
    column = {number: outcomes[edition - 1] for number, outcomes in VERDICTS.items()}
    return {number: outcome for number, outcome in column.items() if outcome is not None}
