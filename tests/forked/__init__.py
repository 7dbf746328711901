"""Commands under test as forks of one process that has imported what they share.

A command spends up to a second of CPU time on imports, and the suite runs thousands. What a command does after them is
the same here. Commands that a test sends signals, kills or looks at as processes are started anew, and so are those of
tests of packaging and of the start itself.
"""
