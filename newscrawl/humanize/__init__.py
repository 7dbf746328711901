"""Text for people, the same on pages, in the terminal and in stored reasons: numbers, times, durations, next checks."""

from newscrawl.humanize.checks import checks_sentence
from newscrawl.humanize.durations import approximate_duration, later, rounded_duration, short_duration
from newscrawl.humanize.next_check import erased_sentence, next_check_sentence
from newscrawl.humanize.numbers import counted
from newscrawl.humanize.times import change_interval, clock, day, moment

__all__ = [
    "approximate_duration",
    "change_interval",
    "checks_sentence",
    "clock",
    "counted",
    "day",
    "erased_sentence",
    "later",
    "moment",
    "next_check_sentence",
    "rounded_duration",
    "short_duration",
]
