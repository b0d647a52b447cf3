"""The Wengert list: a recorded computation as plain data, and its derivatives.

Read in this order: `wengert` (the list), `expressions` (from which a list is made, each computed
once and in its simplest form), `from_graph` (the recorded graph as expressions), `rules` (rows of
the operation table as short lists), `differentiate` (the chain rule on expressions).
"""
