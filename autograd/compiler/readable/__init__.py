"""Back ends that a person can read.

Read in this order: `table` (a list as a table), `python` (Python interprets a list, or runs it
written out), `c` (a list as a file of C99).
"""
