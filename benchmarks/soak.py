"""Let the resident worker crawl for many rounds, and see what grows: `python -m benchmarks.soak [--rounds 200]`.

`newscrawl worker` crawls invented sources on loopback whose articles are all known (those of rounds_bench), round after
round. After each round the resident memory of its processes, their open descriptors and the connections of the database
are measured. Ends with exit code 1 if one of them is more than a twentieth larger at the end than after the warm-up:
the medians of some rounds are compared, since single ones vary with what happens to be open.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.rounds_bench import ResidentWorker, Sources, ask, prepared, project, sites
from newscrawl.store import Store, embedded

MAX_GROWTH = 1.05
POOL_CONNECTIONS = 3
COMPARED_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Sizes:
    rss_mib: float
    descriptors: float
    connections: float


def measured(worker: ResidentWorker, sources: Sources) -> Sizes:
    pids = worker.processes()
    return Sizes(
        rss_mib=round(sum(map(rss_mib, pids)), 1),
        descriptors=sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in pids),
        connections=ask(sources, connections),
    )


def rss_mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


async def connections(store: Store) -> int:
    """Return how many connections the database has, those of this question included: they are as many each time."""
    return int((await store.db.client.admin.command("serverStatus"))["connections"]["current"])


def median(sizes: Sequence[Sizes]) -> Sizes:
    return Sizes(*(statistics.median(values) for values in zip(*(asdict(s).values() for s in sizes), strict=True)))


def growth(sizes: Sequence[Sizes], warm_up: int) -> dict[str, float]:
    """Return by how much each size has grown, as a ratio of medians: the last rounds to the first after the warm-up."""
    before = asdict(median(sizes[warm_up : warm_up + COMPARED_ROUNDS]))
    after = asdict(median(sizes[-COMPARED_ROUNDS:]))
    return {name: round(after[name] / before[name], 4) for name in before}


def soak(count: int, rounds: int) -> list[Sizes]:
    sizes: list[Sizes] = []
    with project() as root, sites(count) as port, prepared(root, port, count) as (sources, _):
        # A pool opens a connection more in whichever round most operations come together; a small one is full at once.
        mongod = embedded.join(sources.config.home)
        uri = f"{mongod.uri}{'&' if '?' in mongod.uri else '?'}maxPoolSize={POOL_CONNECTIONS}"
        worker = ResidentWorker(sources, NEWSCRAWL_MONGO_URI=uri)
        try:
            for number in range(1, rounds + 1):
                worker.round()
                sizes.append(measured(worker, sources))
                print(f"round {number:4}  {json.dumps(asdict(sizes[-1]))}", file=sys.stderr, flush=True)
        finally:
            worker.stop()
            mongod.leave()
    return sizes


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sources", type=int, default=66)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--warm-up", type=int, default=20, help="rounds after which nothing may grow any more")
    chosen = parser.parse_args()
    if chosen.rounds < chosen.warm_up + 2 * COMPARED_ROUNDS:
        parser.error(f"--rounds must be at least {2 * COMPARED_ROUNDS} more than --warm-up")
    sizes = soak(chosen.sources, chosen.rounds)
    grown = growth(sizes, chosen.warm_up)
    print(json.dumps({"last": asdict(sizes[-1]), "growth": grown}))
    sys.exit(any(ratio > MAX_GROWTH for ratio in grown.values()))


if __name__ == "__main__":
    main()
