"""Text for people, the same on pages, in the terminal and in stored reasons: numbers, times, durations, next checks."""

from newscrawl.humanize.checks import checks_sentence
from newscrawl.humanize.durations import approximate_duration, later, rounded_duration, short_duration
from newscrawl.humanize.known_messages import Said, recognised, translated
from newscrawl.humanize.locales import LANGUAGES, N_, Locale, current, gettext, ngettext, number_text, using
from newscrawl.humanize.next_check import erased_sentence, next_check_sentence
from newscrawl.humanize.numbers import counted
from newscrawl.humanize.times import change_interval, clock, date_text, day, local, moment, month, short_date, zone_text

__all__ = [
    "LANGUAGES",
    "N_",
    "Locale",
    "Said",
    "approximate_duration",
    "change_interval",
    "checks_sentence",
    "clock",
    "counted",
    "current",
    "date_text",
    "day",
    "erased_sentence",
    "gettext",
    "later",
    "local",
    "moment",
    "month",
    "next_check_sentence",
    "ngettext",
    "number_text",
    "recognised",
    "rounded_duration",
    "short_date",
    "short_duration",
    "translated",
    "using",
    "zone_text",
]
