"""Grading: a learner's figures against any recorded graph, and the name of each mistake.

Read in this order. Each module imports only from those before it:

`figures`, `chance`, `candidates`
    A figure as somebody printed it, how likely it is reproduced by chance, and what may have been
    written in its place.
`tape`, `course`, `quantities`, `structure`, `slips`
    A graph as plain numbers, a pass over it in which somebody makes a slip, rounds of passes; what
    can be asked of them; which nodes are neurons; and the slips that are known.
`answers`, `given`, `hypotheses`, `evidence`, `judge`, `report`, `grade`
    What a learner gives, what may have been done, how well that fits and how likely chance does,
    the verdicts, and how they are written down. People call `grade`.
`network`, `exercise`, `table`, `adapters`, `command`
    Networks and exercises without programming, the tables of a worked example for any graph, what
    nbgrader and otter-grader expect, and the commands ``stepgrad grade`` and ``stepgrad table``.
"""
