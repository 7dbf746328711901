"""Commands under test as forks of one process that has imported what they share.

A command spends up to a second of CPU time on imports, and the suite runs thousands. What a command does after them is
the same here; tests of packaging, of faults and of the start itself run commands anew (`python -m newscrawl`).
"""
