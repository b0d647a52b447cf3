"""Grading: a learner's figures against a recorded graph, and the name of each mistake.

Read in this order:

`figures`, `chance`, `candidates`
    A figure as somebody printed it, how likely it is reproduced by chance, and what may have been
    written in its place.
"""
