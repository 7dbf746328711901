"""What is checked next and why: a crawl's share of due and listed articles, the source's policy, listing signals."""

from newscrawl.frontier.frontier import Frontier
from newscrawl.frontier.source_policy import SourcePolicy

__all__ = ["Frontier", "SourcePolicy"]
