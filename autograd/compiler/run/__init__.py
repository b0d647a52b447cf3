"""Running a list: machine code or Python, behind one call.

Read in this order: `native` (machine code for this processor), `runner` (which of the two it is).
"""
