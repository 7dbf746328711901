"""Recheck policies compared on histories: one row per file and policy."""

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

TOLERANCE = {"catch": 0.001, "fetches": 0.005}
FIRST_GUESS = (0.002, 0.15)
SEARCHED_STORIES = 800
NEAR = 1.2


def simulate_files(histories: list[Path], policies: list[str], *, signals: bool = True) -> list[dict[str, Any]]:
    """Replay each file through each policy; raises ConfigError for a wrong file, line, policy or option."""
    for name in policies:
        PolicySpec.of(name)
    return [row for path in histories for row in simulate_histories(path.name, read(path), policies, signals=signals)]


def simulate_histories(
    name: str, histories: Sequence[History], policies: list[str], *, signals: bool = True
) -> list[dict[str, Any]]:
    """Replay one set of histories through each policy, every source starting without rates of its own."""
    comparison = Comparison(histories, signals=signals)
    return [_row(name, comparison.score(text), signals=signals) for text in policies]


def read(path: Path) -> list[History]:
    """Return the histories of a file of JSON lines, gzipped or plain."""
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        found = list(parse(content.decode().splitlines(), name=str(path)))
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    if not found:
        raise ConfigError(f"{path}: no history in it")
    return found


class Comparison:
    """Policies on one set of histories; a policy that others are matched with is replayed once."""

    def __init__(self, histories: Sequence[History], *, signals: bool) -> None:
        self._histories = histories
        self._signals = signals
        self._scores: dict[str, Score] = {}

    def score(self, text: str) -> Score:
        if text not in self._scores:
            spec = PolicySpec.of(text)
            target = spec.options.get("match")
            self._scores[text] = self._plain(text) if target is None else self._matched(text, target)
        return self._scores[text]

    def _plain(self, text: str) -> Score:
        def make(_: str) -> Policy:
            return policy(text)

        return replay(self._histories, make, signals=self._signals, name=text)

    def _matched(self, text: str, target: str) -> Score:
        """Return the price rule at the price that equals another policy by its catch rate or its fetches.

        Long lists are searched on a part of the stories first, so that few replays of the whole are needed.
        """
        peer, _, measure = target.rpartition("-")
        if peer not in NAMES or peer == "hazard" or measure not in {"catch", "fetches"}:
            raise ConfigError(f"policy {text!r}: match= takes a policy and -catch or -fetches, as in sniffer-catch")
        between = FIRST_GUESS
        thinned = len(self._histories) // SEARCHED_STORIES
        if thinned > 1:
            part = Comparison(self._histories[::thinned], signals=self._signals)
            price, _score = part.search(text, peer, measure, FIRST_GUESS)
            between = price / NEAR, price * NEAR
        return self.search(text, peer, measure, between)[1]

    def search(self, text: str, peer: str, measure: str, between: tuple[float, float]) -> tuple[float, Score]:
        """Return the matching price on these very histories, and the score there."""
        goal = self.score(peer)

        def aim(score: Score) -> float:
            if measure == "catch":
                return score.share_caught - goal.share_caught
            return log(max(score.checks_per_article, 1e-3) / max(goal.checks_per_article, 1e-3))

        def at(price: float) -> Score:
            def make(_: str) -> Policy:
                return Hazard(prior=shipped_prior(), price=price)

            return replay(self._histories, make, signals=self._signals, name=f"{text} (price={price:.4g})")

        return matching(at, aim, tolerance=TOLERANCE[measure], between=between)


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
    shown = Table("histories", "policy", title="checks without each story's first; delays in minutes")
    for heading in ("checks/article", "caught", "median", "p90", "p90 (72 h)", "yield"):
        shown.add_column(heading, justify="right")
    for row in rows:
        shown.add_row(
            row["histories"],
            row["policy"],
            f"{row['checks_per_article']:.1f}",
            f"{row['share_caught']:.1%}",
            f"{row['median_delay_minutes']:.1f}",
            f"{row['p90_delay_minutes']:.0f}",
            f"{row['p90_delay_first_72h_minutes']:.0f}",
            f"{row['yield']:.1%}",
        )
    return shown
