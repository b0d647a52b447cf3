"""Running a list: machine code or Python, behind one call."""
