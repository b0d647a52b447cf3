"""What is done when, and where the numbers lie: plans, not yet code.

Read in this order: `gradient_rows`, `normal`, `nests`, `uniform`, `lengths`, `layers`,
`repeats`, `varying`, `memory`, and `printed`, which writes each plan for a reader.
"""
