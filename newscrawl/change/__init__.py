"""Judge what a checked page means for its article, and describe what a change between two versions means."""

from newscrawl.change.description import describe
from newscrawl.change.disclosure import is_served_as_modified
from newscrawl.change.headlines import HeadlinePeriod, headline_periods
from newscrawl.change.judge import judge, judge_lost_layout

__all__ = ["HeadlinePeriod", "describe", "headline_periods", "is_served_as_modified", "judge", "judge_lost_layout"]
