"""What is checked next, and why: a crawl's due and listed articles, the source's recheck policy, listing signals."""

from newscrawl.frontier.frontier import Frontier
from newscrawl.frontier.source_policy import SourcePolicy

__all__ = ["Frontier", "SourcePolicy"]
