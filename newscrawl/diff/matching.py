"""Find which tokens of two texts are kept: the heaviest chain of equal tokens, where every further edit has its price.

A longest common subsequence takes two commas rather than the one word that was kept, and cuts an edit in two at any
"the". Here long words weigh more than short ones (the shorter a word, the more often it occurs by chance) and
punctuation least, and each edit costs a little, so that of two chains of like weight the one with fewer edits is taken.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from zlib import crc32

from newscrawl.diff.budget import Budget
from newscrawl.diff.words import is_word

Match = tuple[int, int]  # token of a, token of b
Best = tuple[int, int]  # weight of a chain, number of its last match

PUNCTUATION_WEIGHT = 3
NUMBER_WEIGHT = 12
WORD_WEIGHTS = (6, 6, 6, 6, 8, 10)  # by number of letters; longer words weigh as much as the last
ONE_SIDED_COST = 1  # of an insertion or deletion
TWO_SIDED_COST = 2  # of a substitution

MAX_MATCHES = 4_000  # of equal tokens between two anchors; if there are more, further anchors are set,
MAX_LAST_MATCHES = 40_000  # and if these are set already
# Texts are cut after tokens that have a certain hash, as rsync and backup programs cut files: an edit changes its own
# chunk alone. Chunks have so many tokens on average; each pass cuts what lies between the anchors of the one before.
CHUNK_TOKENS = (64, 8, 1)
TOKENS_A_STEP = 8  # that are cut into chunks
NOTHING: Best = (-1, -1)


def kept_tokens(a: Sequence[str], b: Sequence[str], budget: Budget) -> list[Match]:
    """Return the pairs of tokens that are kept, increasing in both texts. Beyond the budget fewer are found."""
    return list(_kept(a, b, (0, len(a)), (0, len(b)), 0, budget))


def _kept(
    a: Sequence[str], b: Sequence[str], range_a: tuple[int, int], range_b: tuple[int, int], depth: int, budget: Budget
) -> Iterator[Match]:
    """Yield the kept pairs of two ranges: their equal ends, and between these a chain, or anchors if they are long."""
    (start_a, end_a), (start_b, end_b) = range_a, range_b
    while start_a < end_a and start_b < end_b and a[start_a] == b[start_b]:
        yield start_a, start_b
        start_a, start_b = start_a + 1, start_b + 1
    tail = 0
    while start_a < end_a - tail and start_b < end_b - tail and a[end_a - 1 - tail] == b[end_b - 1 - tail]:
        tail += 1
    middle_a, middle_b = (start_a, end_a - tail), (start_b, end_b - tail)
    if start_a < end_a - tail and start_b < end_b - tail:
        yield from _middle(a, b, middle_a, middle_b, depth, budget)
    for left in range(tail, 0, -1):
        yield end_a - left, end_b - left


def _middle(
    a: Sequence[str], b: Sequence[str], range_a: tuple[int, int], range_b: tuple[int, int], depth: int, budget: Budget
) -> Iterator[Match]:
    part_a, part_b = a[slice(*range_a)], b[slice(*range_b)]
    count_b = Counter(part_b)
    matches = sum([count_b[token] for token in part_a if token in count_b])
    is_last = depth == len(CHUNK_TOKENS)
    if matches <= (MAX_LAST_MATCHES if is_last else MAX_MATCHES) and budget.afford(matches):
        for i, j in _heaviest_chain(part_a, part_b):
            yield range_a[0] + i, range_b[0] + j
        return
    if is_last or not budget.afford(1 + (len(part_a) + len(part_b)) // TOKENS_A_STEP):
        budget.is_exceeded = True
        return
    previous = (range_a[0], range_b[0])
    anchors = [(range_a[0] + i, range_b[0] + j) for i, j in _anchors(part_a, part_b, CHUNK_TOKENS[depth])]
    for i, j in [*anchors, (range_a[1], range_b[1])]:
        # The equal ends of each range between two anchors are the anchors themselves.
        yield from _kept(a, b, (previous[0], i), (previous[1], j), depth + 1, budget)
        previous = (i, j)


def _anchors(a: Sequence[str], b: Sequence[str], chunk_tokens: int) -> list[Match]:
    """Return where the chunks begin that occur once in each text, as many as are in the same order in both."""
    chunks_a, chunks_b = _unique_chunks(a, chunk_tokens), _unique_chunks(b, chunk_tokens)
    pairs = [(start, chunks_b[chunk]) for chunk, start in chunks_a.items() if chunk in chunks_b]
    return _longest_increasing(sorted(pairs))


def _unique_chunks(tokens: Sequence[str], chunk_tokens: int) -> dict[tuple[str, ...], int]:
    """Return the start of each chunk that occurs once."""
    ends = [
        k + 1 for k, token in enumerate(tokens) if crc32(token.encode("utf-8", "surrogatepass")) % chunk_tokens == 0
    ]
    starts: dict[tuple[str, ...], int] = {}
    repeated: set[tuple[str, ...]] = set()
    for start, end in pairwise([0, *ends]):
        chunk = tuple(tokens[start:end])
        if chunk in starts:
            repeated.add(chunk)
        starts[chunk] = start
    return {chunk: start for chunk, start in starts.items() if chunk not in repeated}


def _longest_increasing(pairs: Sequence[Match]) -> list[Match]:
    """Return a longest part of `pairs`, which increase in a, that increases in b as well (patience sorting)."""
    ends: list[int] = []
    last: list[int] = []
    previous: list[int] = []
    for number, (_, j) in enumerate(pairs):
        at = bisect_left(ends, j)
        previous.append(last[at - 1] if at else -1)
        ends[at : at + 1], last[at : at + 1] = [j], [number]
    return _traced_back(pairs, previous, last[-1] if last else -1)


def _traced_back(matches: Sequence[Match], previous: Sequence[int], last: int) -> list[Match]:
    chain: list[Match] = []
    while last >= 0:
        chain.append(matches[last])
        last = previous[last]
    return chain[::-1]


def _heaviest_chain(a: Sequence[str], b: Sequence[str]) -> list[Match]:
    """Return the matches of greatest weight less the cost of the edits between them."""
    places: dict[str, list[int]] = defaultdict(list)
    for j, token in enumerate(b):
        places[token].append(j)
    chain = _Chain(len(b))
    for i, token in enumerate(a):
        if token in places:
            chain.add_row(i, places[token], _weight(token))
        else:
            chain.add_empty_row()
    chain.add_row(len(a), (len(b),), 0)
    return _traced_back(chain.matches, chain.previous, chain.previous[-1])


def _weight(token: str) -> int:
    if not is_word(token):
        return PUNCTUATION_WEIGHT
    if token[0].isdigit():
        return NUMBER_WEIGHT
    return WORD_WEIGHTS[min(len(token), len(WORD_WEIGHTS) - 1)]


class _Chain:
    """The best chain that ends at each match, row by row (a row: one token of a).

    What may precede a match (i, j): the match (i-1, j-1), free of cost; the best one of row i-1 or of column j-1, after
    an edit of one side; the best one above and to the left, after a substitution. The last are kept as a staircase of
    columns and weights that both increase.
    """

    def __init__(self, columns: int) -> None:
        self.matches: list[Match] = []
        self.previous: list[int] = []
        self._row: list[tuple[int, Best]] = [(-1, (0, -1))]  # of the row above: column and the best chain up to there
        self._diagonal: dict[int, Best] = {-1: (0, -1)}  # of the row above, by column
        self._columns: list[Best] = [NOTHING] * (columns + 1)  # of all rows above; the first is the column before b
        self._columns[0] = (0, -1)
        self._stairs: list[int] = [-1]
        self._stair_bests: list[Best] = [(0, -1)]

    def add_empty_row(self) -> None:
        if self._row:
            self._row, self._diagonal = [], {}

    def add_row(self, i: int, columns: Sequence[int], weight: int) -> None:
        found = [(j, self._best_before(j)) for j in columns]
        self._row, self._diagonal = row, diagonal = [], {}
        best_of_row = NOTHING
        for j, (total, before) in found:
            best = diagonal[j] = (total + weight, len(self.matches))
            self.matches.append((i, j))
            self.previous.append(before)
            if best[0] >= best_of_row[0]:
                best_of_row = best
            row.append((j, best_of_row))
        for j, best in diagonal.items():
            self._commit(j, best)

    def _best_before(self, j: int) -> Best:
        total, last = self._stair_bests[bisect_left(self._stairs, j) - 1]
        best, best_last = total - TWO_SIDED_COST, last
        column_total, column_last = self._columns[j]
        if (column_last != -1 or j == 0) and column_total - ONE_SIDED_COST > best:
            best, best_last = column_total - ONE_SIDED_COST, column_last
        at = bisect_left(self._row, (j,)) - 1 if self._row else -1
        if at >= 0 and self._row[at][1][0] - ONE_SIDED_COST > best:
            best, best_last = self._row[at][1][0] - ONE_SIDED_COST, self._row[at][1][1]
        diagonal = self._diagonal.get(j - 1)
        if diagonal is not None and diagonal[0] > best:
            best, best_last = diagonal
        return best, best_last

    def _commit(self, j: int, best: Best) -> None:
        if j + 1 < len(self._columns) and best[0] > self._columns[j + 1][0]:
            self._columns[j + 1] = best
        at = bisect_left(self._stairs, j)
        if best[0] <= self._stair_bests[at - 1][0]:
            return
        end = at
        while end < len(self._stairs) and self._stair_bests[end][0] <= best[0]:
            end += 1
        self._stairs[at:end] = [j]
        self._stair_bests[at:end] = [best]
