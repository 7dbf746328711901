"""Compare recheck policies on histories: one row per file and policy."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from math import log
from pathlib import Path
from typing import Any

from rich.table import Table

from newscrawl.errors import ConfigError
from newscrawl.policy_spec import NAMES, PolicySpec
from newscrawl.recheck import Policy, policy
from newscrawl.recheck.calibrate import matching
from newscrawl.recheck.hazard import Hazard
from newscrawl.recheck.histories import History, parse
from newscrawl.recheck.prior import shipped_prior
from newscrawl.recheck.simulate import Score, replay

TOLERANCE = {"catch": 0.001, "fetches": 0.005}  # of the caught share, and of the logarithm of checks per article
PRICE_RANGE = (0.002, 0.15)  # where the search for a price begins
SAMPLE_ARTICLES = 800  # longer lists are searched on a sample of about this size first
SAMPLE_PRECISION = 1.2  # factor within which the price on the sample should match that on all articles


def simulate_files(histories: list[Path], policies: list[str], *, signals: bool = True) -> list[dict[str, Any]]:
    """Replay each file through each policy; raises ConfigError for an invalid file, line, policy or option."""
    for name in policies:
        PolicySpec.of(name)
    return [row for path in histories for row in simulate_histories(path.name, read(path), policies, signals=signals)]


def simulate_histories(
    name: str, histories: Sequence[History], policies: list[str], *, signals: bool = True
) -> list[dict[str, Any]]:
    """Replay one set of histories through each policy; every source starts without learnt rates."""
    comparison = Comparison(histories, signals=signals)
    return [_row(name, comparison.score(spec_text), signals=signals) for spec_text in policies]


def read(path: Path) -> list[History]:
    """Return the histories of a file of JSON lines, gzipped or plain."""
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        histories = list(parse(content.decode().splitlines(), name=str(path)))
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    if not histories:
        raise ConfigError(f"{path}: no history in this file")
    return histories


class Comparison:
    """Scores of policies on one set of histories; each policy is replayed once, also if others are matched with it."""

    def __init__(self, histories: Sequence[History], *, signals: bool) -> None:
        self._histories = histories
        self._signals = signals
        self._scores: dict[str, Score] = {}

    def score(self, spec_text: str) -> Score:
        """Return the score of a policy, given as text such as `hazard:price=0.02`."""
        if spec_text not in self._scores:
            match = PolicySpec.of(spec_text).options.get("match")
            self._scores[spec_text] = self._plain(spec_text) if match is None else self._matched(spec_text, match)
        return self._scores[spec_text]

    def _plain(self, spec_text: str) -> Score:
        def make_policy(_: str) -> Policy:
            return policy(spec_text)

        return replay(self._histories, make_policy, signals=self._signals, name=spec_text)

    def _matched(self, spec_text: str, match: str) -> Score:
        """Return the hazard policy's score at the price where its catch rate or its checks equal another policy's.

        A long list is searched on a sample first, so that few replays of the whole list are needed.
        """
        peer, _, measure = match.rpartition("-")
        if peer not in NAMES or peer == "hazard" or measure not in TOLERANCE:
            raise ConfigError(
                f"policy {spec_text!r}: match= takes a policy and -catch or -fetches, as in sniffer-catch"
            )
        price_range = PRICE_RANGE
        step = len(self._histories) // SAMPLE_ARTICLES
        if step > 1:
            sample = Comparison(self._histories[::step], signals=self._signals)
            price, _score = sample.search(spec_text, peer, measure, PRICE_RANGE)
            price_range = price / SAMPLE_PRECISION, price * SAMPLE_PRECISION
        return self.search(spec_text, peer, measure, price_range)[1]

    def search(self, spec_text: str, peer: str, measure: str, price_range: tuple[float, float]) -> tuple[float, Score]:
        """Return the price at which the hazard policy matches `peer` on these histories, and the score there."""
        target = self.score(peer)

        def difference(score: Score) -> float:
            if measure == "catch":
                return score.share_caught - target.share_caught
            return log(max(score.checks_per_article, 1e-3) / max(target.checks_per_article, 1e-3))

        def score_at(price: float) -> Score:
            def make_policy(_: str) -> Policy:
                return Hazard(prior=shipped_prior(), price=price)

            return replay(self._histories, make_policy, signals=self._signals, name=f"{spec_text} (price={price:.4g})")

        return matching(score_at, difference, tolerance=TOLERANCE[measure], between=price_range)


def _row(name: str, score: Score, *, signals: bool) -> dict[str, Any]:
    return {
        "histories": name,
        "policy": score.policy,
        "signals": signals,
        "stories": score.articles,
        "versions": score.versions,
        "checks_per_article": round(score.checks_per_article, 3),
        "share_caught": round(score.share_caught, 5),
        "median_delay_minutes": round(score.median_delay, 2),
        "p90_delay_minutes": round(score.p90_delay, 2),
        "p90_delay_first_72h_minutes": round(score.p90_delay_early, 2),
        "yield": round(score.hit_share, 5),
    }


def table(rows: Sequence[dict[str, Any]]) -> Table:
    """Return the rows as a table for a terminal."""
    grid = Table("histories", "policy", title="first checks are not counted; delays in minutes")
    for heading in ("checks/article", "caught", "median", "p90", "p90 (72 h)", "yield"):
        grid.add_column(heading, justify="right")
    for row in rows:
        grid.add_row(
            row["histories"],
            row["policy"],
            f"{row['checks_per_article']:.1f}",
            f"{row['share_caught']:.1%}",
            f"{row['median_delay_minutes']:.1f}",
            f"{row['p90_delay_minutes']:.0f}",
            f"{row['p90_delay_first_72h_minutes']:.0f}",
            f"{row['yield']:.1%}",
        )
    return grid
